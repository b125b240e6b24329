import { randomUUID } from 'node:crypto';
import type { Clock } from '../words/clock.ts';
import type { Heartbeat, RecoveryStore } from '../store/ports/recovery-store.ts';
import type { CallRecordStore } from '../store/ports/call-records.ts';
import { messageOf } from '../words/thrown.ts';
import type { CallRecord } from '../words/call-record.ts';
import { createHeartbeats, type Heartbeats } from './heartbeats.ts';

/** Writes the record of one call as it goes on. Nothing here makes a call wait but `opened`. */
export type CallRecorder = {
  /** The call has arrived; written soon. */
  arrived(record: CallRecord): void;
  /** The call is about to be bridged; resolves once the record is durable. Rejects, too, where a call of this id is over. */
  opened(record: CallRecord): Promise<void>;
  /** The call was placed and waits for no record, an emergency call: the open record is written soon, and tried again until it is. */
  keep(record: CallRecord): void;
  /** The call is over; written soon, and tried again until it is. */
  closed(record: CallRecord): void;
  /** A conversation is left to FreeSWITCH: its record stays open, and is written as `closed` ones are. */
  left(record: CallRecord, heartbeat: Heartbeat): void;
  /** A sign of life of the bridged call: kept in case that nothing better will tell how long it was. Written every few seconds. */
  heard(heartbeat: Heartbeat): void;
};

/** Writes call records. */
export type Recorder = {
  /** For one call. Another one may have its id, and comes by its own record all the same. */
  forCall(): CallRecorder;
  /** Records that are kept until they are durable, and are not yet. */
  waiting(): number;
  /** The same, where the store has refused one, or has not answered for a second: what it takes for a moment is nobody's trouble. */
  overdue(): number;
  /** Resolves when nothing is waiting any more, or the deadline has passed: then with the records that are left. */
  drain(deadlineMs: number): Promise<CallRecord[]>;
};

export type RecorderLog = {
  /** Said when storing begins to fail, and when it works again. */
  storing(state: 'failing' | 'working', fields: { waiting: number; error?: string }): void;
  /** A call that was placed without waiting for its record cannot have it under its own id. */
  unrecorded(record: CallRecord, why: string): void;
};

const firstRetryMs = 250;
const maximumRetryMs = 10_000;
/** A store that has not answered for so long hangs: another program's lock it gives up after 10 s (store/sqlite/database.ts). */
const hangMs = 15_000;
const overdueMs = 1_000;

/** `otherId`: that of its record, where it is not the call's own. */
type Kept = { otherId: string | null };

type Keeping = {
  readonly store: CallRecordStore;
  readonly clock: Clock;
  readonly log: RecorderLog;
  /** The newest version of each record that could not be written yet. */
  readonly unsaved: Map<Kept, CallRecord>;
  /** Those of them that the store has not answered yet, and since when (monotonic), the one that was asked first in front. */
  readonly underWay: Map<CallRecord, number>;
  failing: boolean;
  retryMs: number;
  cancelRetry: (() => void) | null;
  cancelHang: () => void;
  /** Told when nothing is waiting any more. */
  idle: (() => void)[];
};

/**
 * Of each call the newest version is kept until it is durable. The store carries out saves in the order in which they were asked
 * for, and a version is never sent again once there is a newer one, so that an older one never takes the place of a newer one. A
 * store that never answers is sent each version once: what waits is bounded by the calls.
 */
export function createRecorder(
  store: CallRecordStore & Pick<RecoveryStore, 'saveHeartbeats'>,
  clock: Clock,
  log: RecorderLog,
): Recorder {
  const keeping: Keeping = {
    ...{
      store,
      clock,
      log,
      unsaved: new Map(),
      underWay: new Map(),
      failing: false,
      retryMs: firstRetryMs,
    },
    ...{ cancelRetry: null, cancelHang: () => undefined, idle: [] },
  };
  const onFailure = (error: unknown): void => failed(keeping, error);
  const heartbeats = createHeartbeats(store, clock, onFailure);
  return {
    forCall: () => recorderOfCall(keeping, heartbeats, onFailure),
    waiting: () => keeping.unsaved.size,
    overdue: () => (isOverdue(keeping) ? keeping.unsaved.size : 0),
    async drain(deadlineMs) {
      await allWritten(keeping, deadlineMs);
      keeping.cancelRetry?.();
      keeping.cancelHang();
      heartbeats.finish();
      return [...keeping.unsaved.values()];
    },
  };
}

function recorderOfCall(keeping: Keeping, heartbeats: Heartbeats, onFailure: (error: unknown) => void): CallRecorder {
  const { store } = keeping;
  const call: Kept = { otherId: null };
  return {
    arrived(record) {
      // An arrival that cannot be written is not lost: the same row is written when the call is bridged or over.
      store.save(record, 'soon').catch(onFailure);
    },
    async opened(record) {
      if ((await store.save(record)) === 'call-over') throw new Error(callOver);
    },
    keep: (record) => keep(keeping, call, record),
    closed(record) {
      heartbeats.drop(record.callId);
      keep(keeping, call, record);
    },
    left(record, heartbeat) {
      keep(keeping, call, record);
      heartbeats.heard(heartbeat);
    },
    heard: (heartbeat) => heartbeats.heard(heartbeat),
  };
}

function keep(keeping: Keeping, call: Kept, newest: CallRecord): void {
  const record = call.otherId === null ? newest : { ...newest, callId: call.otherId };
  keeping.unsaved.set(call, record);
  save(keeping, call, record);
}

function save(keeping: Keeping, call: Kept, record: CallRecord): void {
  const { store, unsaved, underWay } = keeping;
  if (underWay.size === 0) watchForHang(keeping);
  underWay.set(record, keeping.clock.monotonicMs());
  const isNewest = (): boolean => unsaved.get(call) === record;
  store.save(record, 'soon').then(
    (saved) => {
      answered(keeping, record);
      if (saved === 'call-over') keepAsAnother(keeping, call, record);
      if (isNewest()) unsaved.delete(call);
      if (unsaved.size === 0) allSaved(keeping);
    },
    (error: unknown) => {
      answered(keeping, record);
      if (!isNewest()) return;
      failed(keeping, error);
      tryAgainLater(keeping);
    },
  );
}

function isOverdue({ failing, underWay, clock }: Keeping): boolean {
  const [sinceMs = Infinity] = underWay.values();
  return failing || clock.monotonicMs() - sinceMs > overdueMs;
}

/** A call that was placed and whose id is that of a call which is over: its record, which waits for nothing, gets an id of its own. */
function keepAsAnother(keeping: Keeping, call: Kept, refused: CallRecord): void {
  if (refused.callId === call.otherId) {
    // A store that refuses that one, too, is not asked again.
    keeping.log.unrecorded(refused, callOver);
    return;
  }
  // An earlier version was refused as well.
  if (call.otherId !== null) return;
  const newest = keeping.unsaved.get(call) ?? refused;
  call.otherId = `${refused.callId.slice(0, 70)}~${randomUUID().slice(0, 8)}`;
  const why = `${callOver}; the id of this one's record is ${call.otherId}`;
  keeping.log.unrecorded({ ...newest, callId: call.otherId }, why);
  keep(keeping, call, newest);
}

const callOver = 'a call with this id is over, and its record is closed';

function answered(keeping: Keeping, record: CallRecord): void {
  keeping.underWay.delete(record);
  keeping.cancelHang();
  if (keeping.underWay.size > 0) watchForHang(keeping);
}

function watchForHang(keeping: Keeping): void {
  keeping.cancelHang = keeping.clock.after(hangMs, () =>
    failed(keeping, new Error(`the disk has not answered for ${hangMs / 1000} s`)),
  );
}

function failed(keeping: Keeping, error: unknown): void {
  const waiting = keeping.unsaved.size;
  if (!keeping.failing) keeping.log.storing('failing', { waiting, error: messageOf(error) });
  if (waiting > 0) keeping.failing = true;
}

function tryAgainLater(keeping: Keeping): void {
  if (keeping.cancelRetry !== null) return;
  keeping.cancelRetry = keeping.clock.after(keeping.retryMs, () => retry(keeping));
  keeping.retryMs = Math.min(keeping.retryMs * 2, maximumRetryMs);
}

function retry(keeping: Keeping): void {
  keeping.cancelRetry = null;
  for (const [call, record] of keeping.unsaved) if (!keeping.underWay.has(record)) save(keeping, call, record);
}

function allSaved(keeping: Keeping): void {
  keeping.retryMs = firstRetryMs;
  if (keeping.failing) keeping.log.storing('working', { waiting: 0 });
  keeping.failing = false;
  for (const tell of keeping.idle) tell();
  keeping.idle = [];
}

/** Tries at once, and resolves when nothing is waiting, or the deadline has passed. */
async function allWritten(keeping: Keeping, deadlineMs: number): Promise<void> {
  if (keeping.unsaved.size === 0) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = keeping.clock.after(deadlineMs, () => resolve(undefined));
  keeping.idle.push(() => resolve(undefined));
  keeping.cancelRetry?.();
  keeping.retryMs = firstRetryMs;
  retry(keeping);
  await promise;
  cancel();
}
