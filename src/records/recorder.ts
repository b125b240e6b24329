import type { Clock } from '../words/clock.ts';
import type { Heartbeat, RecoveryStore } from '../store/ports/recovery-store.ts';
import type { CallRecordStore } from '../store/ports/store.ts';
import { messageOf } from '../words/thrown.ts';
import type { CallRecord } from '../words/call-record.ts';

/** Writes call records as calls go on. Nothing here makes a call wait but `opened`. */
export type Recorder = {
  /** A call has arrived; written soon. */
  arrived(record: CallRecord): void;
  /** A call is about to be bridged; resolves once the record is durable. */
  opened(record: CallRecord): Promise<void>;
  /** A call was placed that waits for no record, an emergency call: the open record is written soon, and tried again until it is. */
  keep(record: CallRecord): void;
  /** A call is over; written soon, and tried again until it is. */
  closed(record: CallRecord): void;
  /** A conversation is left to FreeSWITCH: its record stays open, and is written as `closed` ones are. */
  left(record: CallRecord, heartbeat: Heartbeat): void;
  /** A sign of life of a bridged call: kept in case that nothing better will tell how long it was. Written every few seconds. */
  heard(heartbeat: Heartbeat): void;
  /** Records that are kept until they are durable, and are not yet. */
  waiting(): number;
  /** Resolves when nothing is waiting any more, or the deadline has passed: then with the records that are left. */
  drain(deadlineMs: number): Promise<CallRecord[]>;
};

export type RecorderLog = {
  /** Said when storing begins to fail, and when it works again. */
  storing(state: 'failing' | 'working', fields: { waiting: number; error?: string }): void;
};

const firstRetryMs = 250;
const maximumRetryMs = 10_000;
/** All heartbeats of this time are one transaction. */
const heartbeatMs = 2_000;
/** A store that has not answered for so long hangs: another program's lock it gives up after 10 s (store/sqlite/database.ts). */
const hangMs = 15_000;

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
  /** By call id: a record that could not be written yet. */
  const unsaved = new Map<string, CallRecord>();
  /** Those of them that the store has not answered yet. */
  const underWay = new Set<CallRecord>();
  let failing = false;
  let retryMs = firstRetryMs;
  let cancelRetry: (() => void) | null = null;
  let cancelHang: () => void = () => undefined;
  let idle: (() => void)[] = [];

  /** By call id. */
  let heartbeats = new Map<string, Heartbeat>();
  let cancelHeartbeats: (() => void) | null = null;

  function saveHeartbeats(): void {
    const heard = [...heartbeats.values()];
    heartbeats = new Map();
    // One that is lost is followed by another. The next ones wait for the answer: a store that hangs is not sent more and more.
    store
      .saveHeartbeats(heard)
      .catch(failed)
      .finally(() => {
        cancelHeartbeats = heartbeats.size === 0 ? null : clock.after(heartbeatMs, saveHeartbeats);
      });
  }

  function failed(error: unknown): void {
    if (!failing) log.storing('failing', { waiting: unsaved.size, error: messageOf(error) });
    if (unsaved.size > 0) failing = true;
  }

  function tryAgainLater(): void {
    if (cancelRetry !== null) return;
    cancelRetry = clock.after(retryMs, retry);
    retryMs = Math.min(retryMs * 2, maximumRetryMs);
  }

  function retry(): void {
    cancelRetry = null;
    for (const record of unsaved.values()) if (!underWay.has(record)) save(record);
  }

  function save(record: CallRecord): void {
    if (underWay.size === 0) watchForHang();
    underWay.add(record);
    const isNewest = (): boolean => unsaved.get(record.callId) === record;
    store.save(record, 'soon').then(
      () => {
        answered(record);
        if (isNewest()) unsaved.delete(record.callId);
        if (unsaved.size === 0) allSaved();
      },
      (error: unknown) => {
        answered(record);
        if (!isNewest()) return;
        failed(error);
        tryAgainLater();
      },
    );
  }

  function answered(record: CallRecord): void {
    underWay.delete(record);
    cancelHang();
    if (underWay.size > 0) watchForHang();
  }

  function watchForHang(): void {
    cancelHang = clock.after(hangMs, () => failed(new Error(`the disk has not answered for ${hangMs / 1000} s`)));
  }

  function allSaved(): void {
    retryMs = firstRetryMs;
    if (failing) log.storing('working', { waiting: 0 });
    failing = false;
    for (const tell of idle) tell();
    idle = [];
  }

  function heard(heartbeat: Heartbeat): void {
    heartbeats.set(heartbeat.callId, heartbeat);
    cancelHeartbeats ??= clock.after(heartbeatMs, saveHeartbeats);
  }

  function keep(record: CallRecord): void {
    unsaved.set(record.callId, record);
    save(record);
  }

  return {
    arrived(record) {
      // An arrival that cannot be written is not lost: the same row is written when the call is bridged or over.
      store.save(record, 'soon').catch(failed);
    },
    opened: (record) => store.save(record),
    keep,
    closed(record) {
      heartbeats.delete(record.callId);
      keep(record);
    },
    left(record, heartbeat) {
      keep(record);
      heard(heartbeat);
    },
    heard,
    waiting: () => unsaved.size,
    async drain(deadlineMs) {
      if (unsaved.size > 0) {
        const { promise, resolve } = Promise.withResolvers<undefined>();
        const cancel = clock.after(deadlineMs, () => resolve(undefined));
        idle.push(() => resolve(undefined));
        cancelRetry?.();
        retryMs = firstRetryMs;
        retry();
        await promise;
        cancel();
      }
      cancelRetry?.();
      cancelHang();
      cancelHeartbeats?.();
      if (heartbeats.size > 0) saveHeartbeats();
      return [...unsaved.values()];
    },
  };
}
