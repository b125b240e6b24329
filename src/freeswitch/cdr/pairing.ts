import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';

/** Brings the two legs of a call together: FreeSWITCH reports them in any order, and each by itself. */
export type Pairing = {
  /** A callee's leg has come: it is kept for a while, and whoever waits for it has it. */
  remember(leg: CdrLeg): void;
  /** Waits for the callee's leg of this caller's; `legId`: its id, where that is known. Null: it does not come in time. */
  calleeOf(caller: CdrLeg, legId: string | null): Promise<CdrLeg | null>;
};

export type PairingOptions = {
  clock: Clock;
  /** CDRs of these legs that are on this machine already. */
  findCdrs: (legIds: readonly string[]) => Promise<CdrLeg[]>;
  /** How long a caller's leg waits for the callee's, and how long that is kept. */
  patienceMs: number;
};

export function createPairing({ clock, findCdrs, patienceMs }: PairingOptions): Pairing {
  /** Callees' legs of the last `patienceMs` (monotonic), by call id. */
  const callees = new Map<string, { leg: CdrLeg; untilMs: number }>();
  /** Callers' legs that wait for the other one, by call id. */
  const waiting = new Map<string, (callee: CdrLeg) => void>();
  return {
    remember(leg) {
      const nowMs = clock.monotonicMs();
      for (const [callId, { untilMs }] of callees) {
        if (untilMs > nowMs) break;
        callees.delete(callId);
      }
      callees.delete(leg.callId);
      callees.set(leg.callId, { leg, untilMs: nowMs + patienceMs });
      waiting.get(leg.callId)?.(leg);
    },
    async calleeOf({ callId }, legId) {
      const isIt = (leg: CdrLeg): boolean => legId === null || leg.legId === legId;
      const recent = callees.get(callId)?.leg;
      if (recent !== undefined && isIt(recent)) return recent;
      const { promise, resolve } = Promise.withResolvers<CdrLeg | null>();
      waiting.set(callId, (callee) => {
        if (isIt(callee)) resolve(callee);
      });
      // Only now, so that it is noticed if it comes meanwhile.
      const [found] = legId === null ? [] : await findCdrs([legId]);
      const callee = found === undefined ? within(promise, null, patienceMs, clock) : Promise.resolve(found);
      return callee.finally(() => waiting.delete(callId));
    },
  };
}

/** What the promise resolves to in this time, else `otherwise`. */
export function within<T>(promise: Promise<T>, otherwise: T, ms: number, clock: Pick<Clock, 'after'>): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<T>();
  const cancel = clock.after(ms, () => resolve(otherwise));
  return Promise.race([promise, late]).finally(cancel);
}
