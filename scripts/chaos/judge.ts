import { supersedes } from '../../src/records/closing.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { bridgeFailure } from '../../src/freeswitch/bridge-failure.ts';
import type { CallResult } from '../../src/simulator/script.ts';

/** What really happened to one call. */
export type Truth = {
  callId: string;
  /** Null: FreeSWITCH was killed with the call. */
  result: CallResult | null;
  /** A controller had it: something was played, or placed. */
  served: boolean;
  placed: boolean;
  answeredAtMs: number | null;
  /** When FreeSWITCH was killed, for a call that it took with it. */
  killedAtMs: number | null;
};

export type Verdict = {
  wrong: string[];
  exact: number;
  estimated: number;
  /** Calls without a record, because no controller had them: by what became of them. */
  none: Map<string, number>;
  byOutcome: Map<string, number>;
};

/** Milliseconds by which the clocks of a record and of the truth may differ. */
const slackMs = 2_000;

/** The record of a call in the system of record: that of the controller which knows most. */
export function mergeRecords(stores: readonly (readonly CallRecord[])[]): Map<string, CallRecord> {
  const merged = new Map<string, CallRecord>();
  for (const record of stores.flat()) {
    const other = merged.get(record.callId);
    // An open record is what a controller that was killed for good would leave: the other's closed one counts.
    const isBetter = other === undefined || (record.endedAtMs !== null && supersedes(record, other));
    if (isBetter) merged.set(record.callId, record);
  }
  return merged;
}

/** Holds every call against its record. */
export function judge(truths: readonly Truth[], records: ReadonlyMap<string, CallRecord>): Verdict {
  const verdict: Verdict = { wrong: [], exact: 0, estimated: 0, none: new Map(), byOutcome: new Map() };
  const known = new Set<string>();
  for (const truth of truths) {
    known.add(truth.callId);
    const record = records.get(truth.callId) ?? null;
    const problem = problemOf(truth, record);
    if (problem !== null) verdict.wrong.push(`${truth.callId}: ${problem}`);
    if (record === null) count(verdict.none, fateOf(truth));
    else {
      if (record.estimated) verdict.estimated += 1;
      else verdict.exact += 1;
      count(verdict.byOutcome, record.outcome ?? 'open');
    }
  }
  for (const callId of records.keys()) if (!known.has(callId)) verdict.wrong.push(`${callId}: a record of no call`);
  return verdict;
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

function fateOf({ result }: Truth): string {
  if (result === null) return 'FreeSWITCH died with them first';
  if (!result.connected) return 'no controller was up';
  return result.served ? 'the controller died before its first word' : 'the controller died before it took them';
}

function problemOf(truth: Truth, record: CallRecord | null): string | null {
  if (record === null) {
    if (truth.result === null) return truth.placed ? 'it was placed and has no record' : null;
    return truth.served ? 'it has no record' : null;
  }
  const { outcome, reason, closedBy, billableMs, estimated, hangupCause } = record;
  const said = `${outcome ?? 'open'} ${reason ?? ''} ${hangupCause ?? ''} ${billableMs} ms by ${closedBy ?? 'nobody'}${estimated ? ', estimated' : ''}`;
  if (record.endedAtMs === null || outcome === null) return `its record is open`;
  if (estimated && reason !== 'connection-lost') return `estimated without a reason: ${said}`;
  if (truth.result === null) return lostProblem(truth, record, said);
  const { result } = truth;
  if (result.answered) {
    if (outcome !== 'answered' || estimated) return `answered, ${result.billableMs} ms; recorded: ${said}`;
    return billableMs === result.billableMs ? null : `${result.billableMs} ms; recorded: ${said}`;
  }
  if (outcome === 'answered' || billableMs !== 0) return `never answered; recorded: ${said}`;
  const right = outcomesOf(result);
  return right.includes(outcome) ? null : `${right.join(' or ')}; recorded: ${said}`;
}

/** FreeSWITCH took the call with it: nothing but signs of life tells how long it was. */
function lostProblem(truth: Truth, record: CallRecord, said: string): string | null {
  if (truth.answeredAtMs === null) return record.billableMs === 0 ? null : `never answered; recorded: ${said}`;
  if (record.outcome === 'answered') {
    const maximumMs = (truth.killedAtMs ?? 0) - truth.answeredAtMs + slackMs;
    return record.billableMs <= maximumMs ? null : `at most ${maximumMs} ms; recorded: ${said}`;
  }
  return record.estimated || !truth.placed ? null : `answered unseen, but not estimated: ${said}`;
}

function outcomesOf(result: CallResult): string[] {
  // Nothing was placed: refused, given up (cancelled: while its open record was on its way to disk), or cut off.
  if (result.calledNumber === null) return ['abandoned', 'refused', 'cancelled', 'interrupted', 'failed'];
  const cause = result.calleeHangupCause;
  // The bridge found no gateway, or the caller was gone before it looked.
  if (cause === null) return ['failed', 'cancelled', 'abandoned', 'interrupted', 'refused'];
  const failure = bridgeFailure(cause);
  return [
    failure?.outcome ?? 'cancelled',
    'cancelled',
    ...(result.keyed.length > 1 ? ['abandoned', 'refused', 'interrupted'] : []),
  ];
}
