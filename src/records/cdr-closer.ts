import type { Clock } from '../words/clock.ts';
import type { CdrLeg } from '../freeswitch/cdr/leg.ts';
import type { Account } from '../words/directory.ts';
import type { CallRecordReader, CallRecordStore } from '../store/ports/store.ts';
import { endingOfCdrs, guessOfCaller } from '../freeswitch/cdr/ending.ts';
import { callRecordOf, type CallRecord } from '../words/call-record.ts';

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
  clock: Clock;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served(callId: string): Promise<void> | null;
  /** CDRs of these legs that are on this machine already. */
  findCdrs(legIds: readonly string[]): Promise<CdrLeg[]>;
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
  /** Callees' legs of the last `patienceMs` (monotonic), by call id: FreeSWITCH reports the two legs in any order. */
  const callees = new Map<string, { leg: CdrLeg; untilMs: number }>();
  /** Callers' legs that wait for the other one, by call id. */
  const waiting = new Map<string, (callee: CdrLeg) => void>();

  async function take(leg: CdrLeg): Promise<CdrTaken> {
    if (leg.side === 'callee') remember(leg);
    const served = options.served(leg.callId);
    if (served !== null) await within(served, undefined);
    const stored = await store.findCallRecord(leg.callId);
    if (stored === null && leg.facts === null) return count('foreign');
    if (stored?.closedBy === 'event' || isOfEarlierAttempt(leg, stored)) return count('taken');
    const caller = leg.side === 'caller' ? leg : null;
    let callee = leg.side === 'callee' ? leg : null;
    let ending = endingOfCdrs({ caller, callee });
    if (ending === null && caller !== null) {
      callee = await calleeOf(caller, stored);
      ending = endingOfCdrs({ caller, callee }) ?? guessOfCaller(caller, stored?.answeredAtMs ?? null);
    }
    if (ending === null) return count('taken');
    const known = (await store.findCallRecord(leg.callId)) ?? (await recordOf(leg));
    await store.save({ ...withCallee(known, leg), ...ending, closedBy: 'json-cdr' });
    return count('taken');
  }

  function count(taken: CdrTaken): CdrTaken {
    counts[taken] += 1;
    return taken;
  }

  function remember(leg: CdrLeg): void {
    const nowMs = clock.monotonicMs();
    for (const [callId, { untilMs }] of callees) {
      if (untilMs > nowMs) break;
      callees.delete(callId);
    }
    callees.delete(leg.callId);
    callees.set(leg.callId, { leg, untilMs: nowMs + patienceMs });
    waiting.get(leg.callId)?.(leg);
  }

  async function calleeOf(caller: CdrLeg, stored: CallRecord | null): Promise<CdrLeg | null> {
    const { callId, facts, bridgedWith } = caller;
    const legId = stored?.calleeLegId ?? facts?.calleeLegId ?? bridgedWith;
    const isIt = (leg: CdrLeg): boolean => legId === null || leg.legId === legId;
    const recent = callees.get(callId)?.leg;
    if (recent !== undefined && isIt(recent)) return recent;
    const { promise, resolve } = Promise.withResolvers<CdrLeg | null>();
    waiting.set(callId, (callee) => {
      if (isIt(callee)) resolve(callee);
    });
    // Only now, so that it is noticed if it comes meanwhile.
    const [found] = legId === null ? [] : await options.findCdrs([legId]);
    return (found === undefined ? within(promise, null) : Promise.resolve(found)).finally(() => waiting.delete(callId));
  }

  function within<T>(promise: Promise<T>, otherwise: T): Promise<T> {
    const { promise: late, resolve } = Promise.withResolvers<T>();
    const cancel = clock.after(patienceMs, () => resolve(otherwise));
    return Promise.race([promise, late]).finally(cancel);
  }

  async function recordOf(leg: CdrLeg): Promise<CallRecord> {
    const { facts } = leg;
    const account = facts?.accountId == null ? null : await options.findAccount(facts.accountId);
    return callRecordOf({
      callId: leg.callId,
      switchName: leg.switchName,
      controller: facts?.controller === undefined || facts.controller === '' ? options.controller : facts.controller,
      entry: facts?.entry ?? 'prompted',
      extension: facts?.extension ?? '',
      extensionId: facts?.extensionId ?? null,
      callerName: facts?.callerName ?? '',
      accountId: facts?.accountId ?? null,
      code: account?.code ?? '',
      accountName: account?.name ?? null,
      departmentId: facts?.departmentId ?? null,
      keyedNumber: facts?.keyedNumber ?? '',
      calledNumber: facts?.calledNumber ?? null,
      calledE164: facts?.calledE164 ?? null,
      gateway: facts?.gateway ?? null,
      callType: facts?.callType ?? null,
      startedAtMs: leg.startedAtMs,
    });
  }

  return { take, counts: () => ({ ...counts }) };
}

/** The leg's facts are those of the last bridge; the record may have been opened for one before it. */
function withCallee(record: CallRecord, { side, legId, facts }: CdrLeg): CallRecord {
  const known = { ...record, gateway: facts?.gateway ?? record.gateway };
  if (side === 'callee') return { ...known, calleeLegId: legId };
  return { ...known, calleeLegId: record.calleeLegId ?? facts?.calleeLegId ?? null };
}

/**
 * A call that was taken up again by a controller has a callee's leg for each attempt. One that nobody answered says nothing of
 * the attempts after it.
 */
function isOfEarlierAttempt(leg: CdrLeg, stored: CallRecord | null): boolean {
  if (leg.side === 'caller' || leg.end.answeredAtMs !== null || stored === null) return false;
  return stored.calleeLegId !== null && stored.calleeLegId !== leg.legId;
}
