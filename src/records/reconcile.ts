import type { CallRecord } from '../words/call-record.ts';
import type { ReportedEnding } from './ports.ts';

/** What the switch wrote of one leg, as far as it is compared here. */
export type ReportedLeg = {
  legId: string;
  callId: string;
  side: 'caller' | 'callee';
  end: { answeredAtMs: number | null };
};

/** How a call ended by these legs of it, at least one; null: they do not tell. */
export type EndingOf<Leg> = (legs: { caller: Leg | null; callee: Leg | null }) => ReportedEnding | null;

/** How a call's record and FreeSWITCH's CDRs disagree. */
export type Disagreement =
  /** FreeSWITCH had the call for a controller, and there is no record. */
  | { kind: 'missing'; callId: string; says: string }
  /** More than one record of one call. */
  | { kind: 'doubled'; callId: string; records: number }
  /** The record is open, but the call is over. */
  | { kind: 'open'; callId: string; says: string }
  /** A record without a CDR: FreeSWITCH wrote none, or its file is gone. */
  | { kind: 'no-cdr'; callId: string; says: string }
  | { kind: 'differs'; callId: string; what: 'milliseconds' | 'cause' | 'outcome'; record: string; cdr: string };

export type Reconciliation = { calls: number; agreeing: number; disagreements: Disagreement[] };

/**
 * Compares records with CDRs call by call. `legs` that are of no call of ours are left out by the caller; a leg that is there
 * twice counts once, the last one wins.
 */
export function reconcile<Leg extends ReportedLeg>(
  records: readonly CallRecord[],
  legs: readonly Leg[],
  endingOf: EndingOf<Leg>,
): Reconciliation {
  const recordsOf = groups(records, ({ callId }) => callId);
  const legsOf = groups(legs, ({ callId }) => callId);
  const callIds = [...new Set([...recordsOf.keys(), ...legsOf.keys()])].sort();
  const disagreements: Disagreement[] = [];
  let agreeing = 0;
  for (const callId of callIds) {
    const found = compare(callId, recordsOf.get(callId) ?? [], legsOf.get(callId) ?? [], endingOf);
    if (found.length === 0) agreeing += 1;
    disagreements.push(...found);
  }
  return { calls: callIds.length, agreeing, disagreements };
}

function compare<Leg extends ReportedLeg>(
  callId: string,
  records: readonly CallRecord[],
  legs: readonly Leg[],
  endingOf: EndingOf<Leg>,
): Disagreement[] {
  const [record] = records;
  const caller = legs.findLast(({ side }) => side === 'caller') ?? null;
  const callee = calleeOf(legs, record);
  const ending = endingOf({ caller, callee });
  const cdr = ending === null ? 'a leg without the other leg' : `${ending.outcome ?? ''} ${ending.billableMs} ms`;
  if (record === undefined) return [{ kind: 'missing', callId, says: cdr }];
  if (records.length > 1) return [{ kind: 'doubled', callId, records: records.length }];
  const says = `${record.outcome ?? 'open'} ${record.billableMs} ms`;
  if (legs.length === 0) return [{ kind: 'no-cdr', callId, says }];
  if (record.endedAtMs === null) return caller === null ? [] : [{ kind: 'open', callId, says: cdr }];
  if (ending === null) return [];
  const differs = (what: 'milliseconds' | 'cause' | 'outcome', inRecord: unknown, inCdr: unknown): Disagreement[] =>
    inRecord === inCdr ? [] : [{ kind: 'differs', callId, what, record: String(inRecord), cdr: String(inCdr) }];
  const answered = (outcome: string | null): string => (outcome === 'answered' ? 'answered' : 'not answered');
  return [
    ...differs('outcome', answered(record.outcome), answered(ending.outcome)),
    ...differs('milliseconds', record.billableMs, ending.billableMs),
    ...(callee === null ? [] : differs('cause', record.hangupCause, ending.hangupCause)),
  ];
}

/** That of the record, where the call was tried more than once; else the one that was answered, or the last. */
function calleeOf<Leg extends ReportedLeg>(legs: readonly Leg[], record: CallRecord | undefined): Leg | null {
  const callees = legs.filter(({ side }) => side === 'callee');
  return (
    callees.find(({ legId }) => legId === record?.calleeLegId) ??
    callees.find(({ end }) => end.answeredAtMs !== null) ??
    callees.at(-1) ??
    null
  );
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [item]);
    else group.push(item);
  }
  return grouped;
}
