import type { Clock } from '../../words/clock.ts';
import type { CallRecord } from '../../words/call-record.ts';
import type { Account, Extension } from '../../words/directory.ts';
import type { CallRecordReader, CallRecordStore } from '../../store/ports/call-records.ts';
import { endOfPickedOff, endingOfCdrs, guessOfCaller, isPickedOff } from './ending.ts';
import type { CdrLeg } from './leg.ts';
import { createPairing, within } from './pairing.ts';
import { recordOfCdr, withCallee } from './rebuilt.ts';

/** What came of a CDR. */
export type CdrTaken =
  /** What it says is in the call's record now, durably; or the record knew it, or better, before. */
  | 'taken'
  /** The call never came to a controller. */
  | 'foreign';

/** Closes and corrects call records by FreeSWITCH's own CDRs. */
export type CdrCloser = {
  /** Resolves once it is durable; rejects with a `StoreError`, and then nothing was written. */
  take(leg: CdrLeg): Promise<CdrTaken>;
  counts(): Readonly<Record<CdrTaken, number>>;
};

export type CdrCloserOptions = {
  store: CallRecordStore & Pick<CallRecordReader, 'findCallRecord'>;
  findAccount(id: number): Promise<Account | null>;
  /** The phone that a call came from, however it spelled that. */
  findPhone(extension: string): Promise<Extension | null>;
  /** A call that no controller had has a record now; `phone`: where it came from, null: not in the directory. Answers at once. */
  unserved(record: CallRecord, phone: Extension | null): void;
  clock: Clock;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served(callId: string): Promise<void> | null;
  /** CDRs of these legs that are on this machine already. */
  findCdrs: (legIds: readonly string[]) => Promise<CdrLeg[]>;
  /** The name of this controller, for records of calls whose CDR names none. */
  controller: string;
  /**
   * How long a caller's CDR waits for the callee's, where it cannot tell alone whether anybody answered, and any CDR for
   * the events of a call that is still served here.
   */
  patienceMs: number;
};

export function createCdrCloser(options: CdrCloserOptions): CdrCloser {
  const { store, clock, patienceMs } = options;
  const counts = { taken: 0, foreign: 0 };
  const pairing = createPairing(options);

  async function take(leg: CdrLeg): Promise<CdrTaken> {
    pairing.remember(leg);
    const served = options.served(leg.callId);
    if (served !== null) await within(served, undefined, patienceMs, clock);
    const stored = await store.findCallRecord(leg.callId);
    if (stored === null && leg.facts === null) return 'foreign';
    if (stored?.closedBy === 'event' || isOfEarlierAttempt(leg, stored)) return 'taken';
    const ending = await endingOf(leg, stored);
    if (ending === null) return 'taken';
    const known = await store.findCallRecord(leg.callId);
    const wasUnserved = known === null && isUnserved(leg);
    const phone = wasUnserved ? await options.findPhone(leg.facts?.extension ?? '') : null;
    const open = known ?? (await rebuilt(leg, phone));
    const closed = { ...withCallee(open, leg), ...ending, closedBy: 'json-cdr' } as const;
    await store.save(closed);
    if (wasUnserved) options.unserved(closed, phone);
    return 'taken';
  }

  /** A caller's leg waits for the other one where it cannot tell alone. */
  async function endingOf(leg: CdrLeg, stored: CallRecord | null): Promise<ReturnType<typeof endingOfCdrs>> {
    if (leg.side === 'callee') {
      // The caller's leg, which is named as the call is, tells whether that was a fault of the gateway.
      const caller = leg.end.cause === endOfPickedOff ? await pairing.otherOf(leg, leg.callId) : null;
      return endingOfCdrs({ caller: caller !== null && isPickedOff(caller) ? caller : null, callee: leg });
    }
    // The call goes on with somebody else in the caller's place: only the end of the callee's leg tells how it ended.
    if (isPickedOff(leg)) {
      const callee = await pairing.otherNow(leg, stored?.calleeLegId ?? leg.facts?.calleeLegId ?? leg.bridgedWith);
      return callee === null ? null : endingOfCdrs({ caller: leg, callee });
    }
    const ending = endingOfCdrs({ caller: leg, callee: null });
    if (ending !== null) return ending;
    const legId = stored?.calleeLegId ?? leg.facts?.calleeLegId ?? leg.bridgedWith;
    const callee = await pairing.otherOf(leg, legId);
    return endingOfCdrs({ caller: leg, callee }) ?? guessOfCaller(leg, stored?.answeredAtMs ?? null);
  }

  async function rebuilt(leg: CdrLeg, phone: Extension | null): Promise<CallRecord> {
    const accountId = leg.facts?.accountId ?? null;
    const account = accountId === null ? null : await options.findAccount(accountId);
    return recordOfCdr(leg, { account, phone }, options.controller);
  }

  return {
    async take(leg) {
      const taken = await take(leg);
      counts[taken] += 1;
      return taken;
    },
    counts: () => ({ ...counts }),
  };
}

/** The dialplan had it alone. */
const isUnserved = ({ facts }: CdrLeg): boolean => facts?.controller === '';

/**
 * A call that was taken up again by a controller has a callee's leg for each attempt. One that nobody answered says nothing of
 * the attempts after it.
 */
function isOfEarlierAttempt(leg: CdrLeg, stored: CallRecord | null): boolean {
  if (leg.side === 'caller' || leg.end.answeredAtMs !== null || stored === null) return false;
  return stored.calleeLegId !== null && stored.calleeLegId !== leg.legId;
}
