import type { Clock } from '../../words/clock.ts';
import type { CdrLeg } from './leg.ts';

/** Brings the two legs of a call together: FreeSWITCH reports them in any order, and each by itself. */
export type Pairing = {
  /** A leg has come: it is kept for a while, and whoever waits for it has it. */
  remember(leg: CdrLeg): void;
  /** Waits for the other leg of the same call; `legId`: its id, where that is known. Null: it does not come in time. */
  otherOf(leg: CdrLeg, legId: string | null): Promise<CdrLeg | null>;
  /** The same, without waiting. */
  otherNow(leg: CdrLeg, legId: string | null): Promise<CdrLeg | null>;
};

export type PairingOptions = {
  clock: Clock;
  /** CDRs of these legs that are on this machine already. */
  findCdrs: (legIds: readonly string[]) => Promise<CdrLeg[]>;
  /** How long a leg waits for the other one, and how long it is kept. */
  patienceMs: number;
};

export function createPairing({ clock, findCdrs, patienceMs }: PairingOptions): Pairing {
  const recent = { caller: createRecent(clock, patienceMs), callee: createRecent(clock, patienceMs) };
  /** What waits for a leg of this side, by call id. */
  const waiting = {
    caller: new Map<string, (leg: CdrLeg) => void>(),
    callee: new Map<string, (leg: CdrLeg) => void>(),
  };
  const otherSide = ({ side }: CdrLeg): CdrLeg['side'] => (side === 'caller' ? 'callee' : 'caller');

  function known(leg: CdrLeg, legId: string | null): CdrLeg | null {
    const other = recent[otherSide(leg)].of(leg.callId);
    return other !== undefined && (legId === null || other.legId === legId) ? other : null;
  }
  async function onDisk(legId: string | null): Promise<CdrLeg | null> {
    const [found = null] = legId === null ? [] : await findCdrs([legId]);
    return found;
  }
  return {
    remember(leg) {
      recent[leg.side].add(leg);
      waiting[leg.side].get(leg.callId)?.(leg);
    },
    otherNow: async (leg, legId) => known(leg, legId) ?? (await onDisk(legId)),
    async otherOf(leg, legId) {
      const here = known(leg, legId);
      if (here !== null) return here;
      const { promise, resolve } = Promise.withResolvers<CdrLeg | null>();
      const there = waiting[otherSide(leg)];
      there.set(leg.callId, (other) => {
        if (legId === null || other.legId === legId) resolve(other);
      });
      // Only now, so that it is noticed if it comes meanwhile.
      const found = await onDisk(legId);
      const other = found === null ? within(promise, null, patienceMs, clock) : Promise.resolve(found);
      return other.finally(() => there.delete(leg.callId));
    },
  };
}

/** Legs of one side, by call id, for so long. */
function createRecent(clock: Pick<Clock, 'monotonicMs'>, keepMs: number) {
  const legs = new Map<string, { leg: CdrLeg; untilMs: number }>();
  return {
    add(leg: CdrLeg): void {
      const nowMs = clock.monotonicMs();
      for (const [callId, { untilMs }] of legs) {
        if (untilMs > nowMs) break;
        legs.delete(callId);
      }
      legs.delete(leg.callId);
      legs.set(leg.callId, { leg, untilMs: nowMs + keepMs });
    },
    of: (callId: string): CdrLeg | undefined => legs.get(callId)?.leg,
  };
}

/** What the promise resolves to in this time, else `otherwise`. */
export function within<T>(promise: Promise<T>, otherwise: T, ms: number, clock: Pick<Clock, 'after'>): Promise<T> {
  const { promise: late, resolve } = Promise.withResolvers<T>();
  const cancel = clock.after(ms, () => resolve(otherwise));
  return Promise.race([promise, late]).finally(cancel);
}
