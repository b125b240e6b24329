import type { Clock } from '../words/clock.ts';
import type { Heartbeat, RecoveryStore } from '../store/ports/recovery-store.ts';

/** The last sign of life of each call, written together every few seconds. */
export type Heartbeats = {
  heard(heartbeat: Heartbeat): void;
  /** The call is over: what was not written of it yet is not needed. */
  drop(callId: string): void;
  /** Writes what is there, and nothing after that. */
  finish(): void;
};

/** All heartbeats of this time are one transaction. */
const everyMs = 2_000;

export function createHeartbeats(
  store: Pick<RecoveryStore, 'saveHeartbeats'>,
  clock: Pick<Clock, 'after'>,
  onFailure: (error: unknown) => void,
): Heartbeats {
  /** By call id. */
  let heartbeats = new Map<string, Heartbeat>();
  let cancel: (() => void) | null = null;

  function save(): void {
    const heard = [...heartbeats.values()];
    heartbeats = new Map();
    // One that is lost is followed by another. The next ones wait for the answer: a store that hangs is not sent more and more.
    store
      .saveHeartbeats(heard)
      .catch(onFailure)
      .finally(() => {
        cancel = heartbeats.size === 0 ? null : clock.after(everyMs, save);
      });
  }

  return {
    heard(heartbeat) {
      heartbeats.set(heartbeat.callId, heartbeat);
      cancel ??= clock.after(everyMs, save);
    },
    drop: (callId) => void heartbeats.delete(callId),
    finish() {
      cancel?.();
      if (heartbeats.size > 0) save();
    },
  };
}
