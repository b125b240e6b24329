import type { Clock } from '../clock.ts';
import type { Heartbeat, RecoveryStore } from '../store/recovery-store.ts';
import type { CallRecordStore } from '../store/store.ts';
import { messageOf } from '../thrown.ts';
import type { CallRecord } from './record.ts';

/** Writes call records as calls go on. Nothing here makes a call wait but `opened`. */
export type Recorder = {
  /** A call has arrived; written soon. */
  arrived(record: CallRecord): void;
  /** A call is about to be bridged; resolves once the record is durable. */
  opened(record: CallRecord): Promise<void>;
  /** A call is over; written soon, and tried again until it is. */
  closed(record: CallRecord): void;
  /** A conversation is left to FreeSWITCH: its record stays open, and is written as `closed` ones are. */
  left(record: CallRecord, heartbeat: Heartbeat): void;
  /** A sign of life of a bridged call: kept in case that nothing better will tell how long it was. Written every few seconds. */
  heard(heartbeat: Heartbeat): void;
  /** Records of calls that are over, or left, and not durable yet. */
  waiting(): number;
  /** Resolves when nothing is waiting any more, or the deadline has passed: then with the records that are left. */
  drain(deadlineMs: number): Promise<CallRecord[]>;
};

export type RecorderLog = {
  /** Said when storing begins to fail, and when it works again. */
  storing(state: 'failing' | 'working', fields: { waiting: number; error?: string }): void;
};

const firstRetryMs = 250;
const mostRetryMs = 10_000;
/** All heartbeats of this time are one transaction. */
const heartbeatMs = 2_000;

export function createRecorder(
  store: CallRecordStore & Pick<RecoveryStore, 'saveHeartbeats'>,
  clock: Clock,
  log: RecorderLog,
): Recorder {
  /** By call id: a record that could not be written yet. */
  const unsaved = new Map<string, CallRecord>();
  let saving = 0;
  let failing = false;
  let retryMs = firstRetryMs;
  let cancelRetry: (() => void) | null = null;
  let idle: (() => void)[] = [];

  /** By call id. */
  let heartbeats = new Map<string, Heartbeat>();
  let cancelHeartbeats: (() => void) | null = null;

  function saveHeartbeats(): void {
    cancelHeartbeats = null;
    const heard = [...heartbeats.values()];
    heartbeats = new Map();
    // One that is lost is followed by another.
    store.saveHeartbeats(heard).catch(failedArrival);
  }

  function failed(error: unknown): void {
    if (!failing) log.storing('failing', { waiting: unsaved.size, error: messageOf(error) });
    failing = true;
    if (cancelRetry !== null) return;
    cancelRetry = clock.after(retryMs, retry);
    retryMs = Math.min(retryMs * 2, mostRetryMs);
  }

  function retry(): void {
    cancelRetry = null;
    for (const record of unsaved.values()) save(record);
  }

  function save(record: CallRecord): void {
    saving += 1;
    store.save(record, 'soon').then(
      () => {
        saving -= 1;
        if (unsaved.get(record.callId) === record) unsaved.delete(record.callId);
        if (failing && unsaved.size === 0) {
          failing = false;
          retryMs = firstRetryMs;
          log.storing('working', { waiting: 0 });
        }
        tellIdle();
      },
      (error: unknown) => {
        saving -= 1;
        failed(error);
      },
    );
  }

  function tellIdle(): void {
    if (unsaved.size > 0) return;
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
      store.save(record, 'soon').catch(failedArrival);
    },
    opened: (record) => store.save(record),
    closed: keep,
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
        if (saving === 0) retry();
        await promise;
        cancel();
      }
      cancelRetry?.();
      if (cancelHeartbeats !== null) {
        cancelHeartbeats();
        saveHeartbeats();
      }
      return [...unsaved.values()];
    },
  };

  function failedArrival(error: unknown): void {
    if (!failing) log.storing('failing', { waiting: unsaved.size, error: messageOf(error) });
  }
}
