import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../words/thrown.ts';
import { StoreError } from '../ports/store.ts';
import type { SqlValue } from './records/rows.ts';
import type { WriteOptions } from './database.ts';
import type { FromWriter, OperationMessage, Operations, SentError, ToWriter } from './messages.ts';

export type WriterOptions = WriteOptions & {
  /** The thread's program; tests give one that dies. Default: `writer-thread.ts`. */
  thread?: string;
};

export type WriterStats = {
  /** Call records that are durable. */
  saved: number;
  /** Transactions that this took. */
  commits: number;
  /** Threads started, one if none ever died. */
  threads: number;
};

export type Writer = {
  /** Resolves once the row is durable; rejects with a `StoreError`. */
  save(row: readonly SqlValue[], when: 'now' | 'soon'): Promise<void>;
  perform<Name extends keyof Operations>(
    name: Name,
    input: Operations[Name]['input'],
  ): Promise<Operations[Name]['result']>;
  stats(): WriterStats;
  /** Writes what waits, then ends the thread. */
  close(): Promise<void>;
};

/** How long a row that may wait does, for others to share its message to the thread and its transaction. */
const soonMs = 5;

type Settle<T> = { resolve: (value: T) => void; reject: (error: StoreError) => void };

const received = ({ code, message }: SentError) => new StoreError(code, message);

/**
 * Starts the writer's thread and resolves once the file is open and its schema up to date; rejects with a `StoreError`.
 * Where the thread dies, whatever it had not confirmed is rejected, and the next write starts another one.
 */
export async function startWriter({ thread, ...options }: WriterOptions): Promise<Writer> {
  const program = thread ?? join(import.meta.dirname, 'writer-thread.ts');
  const saves = new Map<number, Settle<undefined>>();
  const operations = new Map<number, Settle<Operations[keyof Operations]['result']>>();
  const stats: WriterStats = { saved: 0, commits: 0, threads: 0 };
  let worker: Worker | null = null;
  let lastId = 0;
  let waiting: (readonly SqlValue[])[] = [];
  /** What will send those on: the end of this turn of the event loop, or a timer. */
  let sending: { at: 'end of turn' } | { at: 'soon'; timer: NodeJS.Timeout } | null = null;
  let closed: Promise<void> | null = null;
  const onClose = Promise.withResolvers<undefined>();
  const onReady = Promise.withResolvers<undefined>();

  const rejectAll = (error: StoreError) => {
    for (const settle of [...saves.values(), ...operations.values()]) settle.reject(error);
    saves.clear();
    operations.clear();
    waiting = [];
  };

  const receive = (message: FromWriter) => {
    switch (message.kind) {
      case 'ready':
        onReady.resolve(undefined);
        return;
      case 'refused':
        onReady.reject(received(message.error));
        rejectAll(received(message.error));
        return;
      case 'saved': {
        stats.commits += message.commits;
        stats.saved += message.count - message.failures.length;
        for (const failure of message.failures) {
          saves.get(failure.id)?.reject(received(failure));
          saves.delete(failure.id);
        }
        for (let id = message.first; id < message.first + message.count; id += 1) {
          saves.get(id)?.resolve(undefined);
          saves.delete(id);
        }
        return;
      }
      case 'done':
        operations.get(message.id)?.resolve(message.result);
        operations.delete(message.id);
        return;
      case 'failed':
        operations.get(message.id)?.reject(received(message.error));
        operations.delete(message.id);
    }
  };

  const launch = (): Worker => {
    let cause: unknown = null;
    // execArgv: the thread needs none of the flags that a test runner may have given this process.
    const started = new Worker(program, { workerData: options, execArgv: [], name: 'local-store-writer' });
    stats.threads += 1;
    started.on('message', receive);
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', (code) => {
      worker = null;
      const why = cause === null ? `exit code ${code}` : messageOf(cause);
      const error = new StoreError(
        'unavailable',
        `The thread that writes ${options.file} died (${why}) before it confirmed; another one takes over: write again.`,
        { cause },
      );
      onReady.reject(error);
      rejectAll(error);
      if (closed !== null) onClose.resolve(undefined);
    });
    return started;
  };

  const post = (message: ToWriter) => {
    worker ??= launch();
    worker.postMessage(message);
  };

  const postWaiting = () => {
    if (sending?.at === 'soon') clearTimeout(sending.timer);
    sending = null;
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    const first = lastId - rows.length + 1;
    post({ kind: 'save', first, rows });
  };

  const sendOn = (when: 'now' | 'soon') => {
    if (when === 'soon') {
      sending ??= { at: 'soon', timer: setTimeout(postWaiting, soonMs) };
    } else if (sending?.at !== 'end of turn') {
      if (sending !== null) clearTimeout(sending.timer);
      sending = { at: 'end of turn' };
      setImmediate(postWaiting);
    }
  };

  const refuseIfClosed = () => {
    if (closed !== null) throw new StoreError('unavailable', `${options.file} is closed: this program is ending.`);
  };

  worker = launch();
  await onReady.promise;

  return {
    save: (row, when) =>
      new Promise((resolve, reject) => {
        refuseIfClosed();
        lastId += 1;
        saves.set(lastId, { resolve, reject });
        waiting.push(row);
        sendOn(when);
      }),
    perform: <Name extends keyof Operations>(name: Name, input: Operations[Name]['input']) =>
      new Promise<Operations[Name]['result']>((resolve, reject) => {
        refuseIfClosed();
        // Keeps the order in which things were asked for.
        postWaiting();
        lastId += 1;
        operations.set(lastId, {
          resolve: (result) => resolve(result),
          reject,
        });
        post({ kind: 'operation', id: lastId, name, input } as OperationMessage);
      }),
    stats: () => ({ ...stats }),
    close: () => {
      if (closed !== null) return closed;
      postWaiting();
      closed = onClose.promise;
      if (worker === null) onClose.resolve(undefined);
      else post({ kind: 'close' });
      return closed;
    },
  };
}
