import type { Clock } from '../words/clock.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Heartbeat, RecoveryStore } from '../store/ports/recovery-store.ts';
import type { CallRecordReader, CallRecordStore } from '../store/ports/call-records.ts';
import { messageOf } from '../words/thrown.ts';
import { estimated } from './estimate.ts';
import type { ConnectWatch, FollowedCall, ReportedEnding, SwitchWatch } from './ports.ts';

/** Calls that an earlier run of this controller left open, or that this one lost its connection to. */
export type LostCalls = {
  /** How many have no known end yet. */
  count(): number;
  /** Takes a call whose record was just closed by a guess, to find its end, where the switch may be asked. */
  follow(record: CallRecord): void;
  close(): void;
};

export type LostCallsOptions = {
  store: CallRecordStore & Pick<CallRecordReader, 'findCallRecord'> & RecoveryStore;
  clock: Clock;
  /** Resolves when the call is no longer served by this process; null: it is not. */
  served(callId: string): Promise<void> | null;
  /** Takes whatever the switch has written of calls that are over. */
  scan(): Promise<void>;
  /** Takes what it has written of this call, which may close its record. */
  takeReports(call: FollowedCall): Promise<void>;
  /** To the switch itself; null: it is not to be asked. */
  connect: ConnectWatch | null;
  /** What the switch left of a leg when it was killed; null: nothing. */
  findTracked(legId: string): Promise<{ answeredAtMs: number | null } | null>;
  /** How long from the start on a report may take to come, where the switch does not say that the call is over. */
  reportsComeMs: number;
  log: {
    found(calls: number): void;
    closed(record: CallRecord, how: string): void;
    problem(what: string): void;
  };
};

type Lost = FollowedCall & {
  /** What becomes of it is told to us. */
  isFollowed: boolean;
  /** Since when (monotonic) we wait for a report of it. */
  sinceMs: number;
  /** Since when (monotonic) the switch knows nothing of it; null: it does, or was not asked. */
  goneSinceMs: number | null;
};

type Search = {
  readonly options: LostCallsOptions;
  readonly lost: Map<string, Lost>;
  watch: SwitchWatch | null;
  /** That the switch cannot be asked was said. */
  reported: boolean;
  cancel: () => void;
  running: boolean;
  closed: boolean;
};

/** What the switch answered. */
type Answer = { switchName: string; legs: ReadonlySet<string> };

const roundMs = 1_000;
/** How long the reports of a call that is over may take to be here. */
const graceMs = 5_000;

/**
 * Follows the calls that are still up to their end, where the switch may be asked, and closes the others: by what it has written of
 * them, or where nothing comes by their last sign of life.
 */
export function followLostCalls(open: readonly CallRecord[], options: LostCallsOptions): LostCalls {
  const search: Search = {
    ...{ options, lost: new Map(), watch: null, reported: false },
    ...{ cancel: () => undefined, running: false, closed: false },
  };
  for (const record of open) add(search, record);
  if (open.length > 0) start(search);
  return {
    count: () => search.lost.size,
    follow(record) {
      if (options.connect === null || search.closed) return;
      add(search, record);
      if (search.running) return;
      search.running = true;
      again(search);
    },
    close() {
      search.closed = true;
      search.cancel();
      search.watch?.close();
    },
  };
}

function add({ lost, options }: Search, { callId, calleeLegId }: CallRecord): void {
  const sinceMs = options.clock.monotonicMs();
  lost.set(callId, { callId, calleeLegId, isFollowed: false, sinceMs, goneSinceMs: null });
}

function start(search: Search): void {
  search.running = true;
  run(search).catch((error: unknown) => {
    search.options.log.problem(messageOf(error));
    again(search);
  });
}

async function run(search: Search): Promise<void> {
  const { options, lost } = search;
  options.log.found(lost.size);
  await options.scan();
  for (const call of lost.values()) await options.takeReports(call);
  await round(search);
}

async function round(search: Search): Promise<void> {
  const { lost, options } = search;
  try {
    const answer = await ask(search);
    for (const call of [...lost.values()]) {
      if (search.closed) return;
      await consider(search, call, answer);
    }
  } catch (error) {
    options.log.problem(`calls from an earlier run: ${messageOf(error)}`);
  }
  if (lost.size > 0) {
    again(search);
    return;
  }
  search.running = false;
  search.watch?.close();
  search.watch = null;
}

function again(search: Search): void {
  if (!search.closed) search.cancel = search.options.clock.after(roundMs, () => void round(search));
}

/** Null: the switch cannot be asked. */
async function ask(search: Search): Promise<Answer | null> {
  const { connect } = search.options;
  if (connect === null) return null;
  try {
    const watch = search.watch ?? (await connect(listenerOf(search)));
    if (isClosed(search)) {
      watch.close();
      return null;
    }
    search.watch = watch;
    const answer = { switchName: await watch.switchName(), legs: await watch.legs() };
    search.reported = false;
    return answer;
  } catch (error) {
    forgetWatch(search, messageOf(error));
    return null;
  }
}

/** Asked anew: it may have been closed while something was awaited. */
const isClosed = (search: Search): boolean => search.closed;

function listenerOf(search: Search): Parameters<ConnectWatch>[0] {
  const { store, log } = search.options;
  const report = (error: unknown): void => log.problem(messageOf(error));
  return {
    onEnded: (callId, ending) => void ended(search, callId, ending).catch(report),
    onSignOfLife: (sign: Heartbeat) => {
      if (search.lost.has(sign.callId)) store.saveHeartbeats([sign]).catch(report);
    },
    onProblem: (what) => log.problem(what),
    onLost: (why) => forgetWatch(search, why),
  };
}

function forgetWatch(search: Search, why: string): void {
  search.watch?.close();
  search.watch = null;
  for (const call of search.lost.values()) call.isFollowed = false;
  if (!search.reported && !search.closed) search.options.log.problem(why);
  search.reported = true;
}

async function consider(search: Search, call: Lost, answer: Answer | null): Promise<void> {
  const { lost, options } = search;
  const { clock } = options;
  const record = await options.store.findCallRecord(call.callId);
  if (record === null || !isStillSought(search, record, answer)) {
    lost.delete(call.callId);
    return;
  }
  if (answer?.switchName !== record.switchName) {
    call.goneSinceMs = null;
    if (clock.monotonicMs() - call.sinceMs >= options.reportsComeMs) await giveUp(search, call, record, 'no CDR came');
    return;
  }
  if (answer.legs.has(call.callId) || (call.calleeLegId !== null && answer.legs.has(call.calleeLegId))) {
    call.goneSinceMs = null;
    if (call.isFollowed) return;
    call.isFollowed = true;
    await search.watch?.follow(call);
    return;
  }
  call.goneSinceMs ??= clock.monotonicMs();
  if (clock.monotonicMs() - call.goneSinceMs >= graceMs) {
    await giveUp(search, call, record, 'FreeSWITCH no longer has it');
  }
}

function isStillSought({ options }: Search, record: CallRecord, answer: Answer | null): boolean {
  // Closed by what the switch wrote, or served by a controller again.
  if (isKnown(record) || options.served(record.callId) !== null) return false;
  // A guess may stand where the switch that had the call cannot be asked.
  return record.endedAtMs === null || answer?.switchName === record.switchName;
}

async function ended(search: Search, callId: string, ending: ReportedEnding): Promise<void> {
  const call = search.lost.get(callId);
  if (call === undefined) return;
  const record = await search.options.store.findCallRecord(callId);
  if (record === null || isKnown(record)) return;
  await close(search, { ...record, ...ending, closedBy: 'recovery' }, 'its end was seen');
}

async function giveUp(search: Search, call: Lost, record: CallRecord, how: string): Promise<void> {
  const { options } = search;
  const { store } = options;
  await options.takeReports(call);
  const after = await store.findCallRecord(call.callId);
  // A guess of the moment when the connection was lost is better than one of the last heartbeat before.
  if (after?.endedAtMs !== null) {
    search.lost.delete(call.callId);
    return;
  }
  const tracked = call.calleeLegId === null ? null : await options.findTracked(call.calleeLegId);
  await close(search, estimated(record, await store.findHeartbeat(call.callId), tracked), how);
}

async function close({ options, lost }: Search, record: CallRecord, how: string): Promise<void> {
  await options.store.save(record);
  lost.delete(record.callId);
  options.log.closed(record, how);
}

/** Nothing that may still be learned is better: its end was seen. */
function isKnown(record: CallRecord): boolean {
  return record.endedAtMs !== null && !record.estimated && record.closedBy !== 'controller';
}
