import type { LimitedCall, LimitedParties } from '../call/ports.ts';
import type { LimitDecision } from '../policy/limits/limits.ts';
import type { Seen, WatchDecision } from '../policy/watch/look.ts';
import type { CallWatch } from '../policy/watch/watch.ts';
import type { AlertFields, NewAlert } from '../words/alert.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { FirstCall, WatchedCall } from '../words/watched-call.ts';

/** Who hears what the watch has seen, besides the call. */
export type WatchHearers = {
  tell: (alert: NewAlert) => void;
  firstCalls: (first: readonly FirstCall[]) => void;
};
export const nobody: WatchHearers = { tell: () => undefined, firstCalls: () => undefined };

/** What is allowed by how much is called, as the watch over where it goes has it. `look` counts nothing. */
export type Watching = {
  look(decision: LimitDecision, call: LimitedCall, nowMs: number): LimitDecision;
  begin(callId: string, decision: LimitDecision, call: LimitedCall, nowMs: number): LimitDecision;
  /** The call is being placed: who hears of it hears now. */
  placed(callId: string): void;
  /** The call is no longer served. */
  drop(callId: string): void;
};

export function watchingWith(watch: CallWatch, { tell, firstCalls }: WatchHearers): Watching {
  /** Calls that are allowed and not placed yet, with which something was seen. */
  const seenCalls = new Map<string, SeenCall>();
  const hear = (news: readonly Seen[], call: SeenCall, refused: boolean): void => {
    const alert = alertOf(news, call, refused);
    if (alert !== null) tell(alert);
  };
  return {
    look(decision, call, nowMs) {
      const watched = watchedCall(call);
      return decision.allowed && watched !== null ? decided(decision, watch.look(watched, nowMs)) : decision;
    },
    begin(callId, decision, call, nowMs) {
      const watched = watchedCall(call);
      if (!decision.allowed || watched === null) return decision;
      const found = watch.begin(callId, watched, nowMs);
      if (found.refusedBy !== null) hear(found.news, seenCall(callId, call), true);
      else if (found.seen.length > 0) seenCalls.set(callId, seenCall(callId, call));
      return decided(decision, found);
    },
    placed(callId) {
      const { news, first } = watch.placed(callId);
      const call = seenCalls.get(callId);
      seenCalls.delete(callId);
      if (call !== undefined) hear(news, call, false);
      if (first.length > 0) firstCalls(first);
    },
    drop(callId) {
      seenCalls.delete(callId);
      watch.drop(callId);
    },
  };
}

/** A call is over: what that has added to. */
export function tellOfEnd(watch: CallWatch, record: CallRecord, nowMs: number, tell: WatchHearers['tell']): void {
  const { callId, accountName: account, extension, calledE164: number, answeredAtMs, billableMs } = record;
  const news = watch.ended({ callId, answered: answeredAtMs !== null, billableMs }, nowMs);
  const alert = alertOf(news, { callId, account, extension, number }, false);
  if (alert !== null) tell(alert);
}

const idsOf = ({ account, extension }: LimitedParties) => ({
  accountId: account?.id ?? null,
  extensionId: extension?.id ?? null,
});

const watchedCall = ({ parties, number }: LimitedCall): WatchedCall | null =>
  number === null ? null : { parties: idsOf(parties), number };

/** Whose call it was and where it went, for people. */
type SeenCall = { callId: string; account: string | null; extension: string | null; number: string | null };

const seenCall = (callId: string, { parties: { account, extension }, number }: LimitedCall): SeenCall => ({
  ...{ callId, account: account?.name ?? null, extension: extension?.number ?? null },
  number: number?.e164 ?? number?.dial ?? null,
});

function decided(decision: LimitDecision & { allowed: true }, { seen, refusedBy }: WatchDecision): LimitDecision {
  if (seen.length === 0) return decision;
  const remark = `watch: ${seen.map(({ level, text }) => `${text} (${level})`).join('; ')}`;
  return refusedBy === null ? { ...decision, remark } : { allowed: false, reason: 'fraud-suspected', rule: remark };
}

/** One alert for all that is news with a call; null: nothing is. */
function alertOf(news: readonly Seen[], { callId, ...call }: SeenCall, refused: boolean): NewAlert | null {
  if (news.length === 0) return null;
  const level = news.some((one) => one.level === 'critical') ? 'critical' : 'warning';
  const fields: AlertFields = { ...call, rules: [...new Set(news.map(({ rule }) => rule))].join(', '), refused };
  const texts = news.map(({ text }) => text).join('; ');
  const text = refused ? `watch: a call was refused: ${texts}` : `watch: ${texts}`;
  return { kind: 'destination-watch', level, callId, fields, text };
}
