import type { Worker } from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Whether a thread is loading native code, which must not be cut off: where a thread is terminated while an addon registers itself, the
 * addon's next call of Node-API fails, and node-addon-api ends the whole process ("FATAL ERROR: Error::New napi_get_last_error_info").
 * Shared with the thread, whose event loop is busy meanwhile.
 */
export type Loading = Int32Array<SharedArrayBuffer>;

const isLoaded = 1;
const lookMs = 5;
/** A thread that cannot load is terminated all the same. */
const longestMs = 10_000;

export const newLoading = (): Loading => new Int32Array(new SharedArrayBuffer(4));

/** In the thread: all native code that it will need is there. */
export const noteLoaded = (loading: Loading): void => void Atomics.store(loading, 0, isLoaded);

/** Ends a thread in whatever it does, but for loading native code. */
export async function terminate(worker: Worker, loading: Loading): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs && Atomics.load(loading, 0) !== isLoaded; waitedMs += lookMs) {
    await delay(lookMs);
  }
  await worker.terminate();
}
