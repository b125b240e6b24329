import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { superviseThread, type Thread } from '../../threads/supervise.ts';
import type { Saved } from '../ports/call-records.ts';
import { StoreError } from '../ports/store-error.ts';
import type { WriteOptions } from './database.ts';
import type { FromWriter, ToWriter } from './messages.ts';
import { createPerformer, received, type Perform } from './performer.ts';
import type { SqlValue } from './records/rows.ts';

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

/** What writes a file; one for each file and process. */
export type Writer = {
  /** Resolves once the row is durable; rejects with a `StoreError`. */
  save(row: readonly SqlValue[], when: 'now' | 'soon'): Promise<Saved>;
  perform: Perform;
  /** A port over which another thread of this process has its operations carried out (shared-writer.ts). */
  share(): MessagePort;
  stats(): WriterStats;
  /** Writes what waits, then ends the thread. */
  close(): Promise<void>;
};

/**
 * Starts the writer's thread and resolves once the file is open and its schema up to date; rejects with a `StoreError`.
 * Where the thread dies, whatever it had not confirmed is rejected, and the next write starts another one.
 */
export async function startWriter({ thread: program, ...options }: WriterOptions): Promise<Writer> {
  const written = { saved: 0, commits: 0 };
  const onReady = Promise.withResolvers<undefined>();
  let isClosed = false;

  const thread: Thread<ToWriter> = superviseThread<ToWriter, FromWriter>({
    program: program ?? join(import.meta.dirname, 'writer-thread.ts'),
    name: 'local-store-writer',
    data: () => ({ value: options }),
    receive,
    exited: ({ why, cause }) =>
      rejectAll(
        new StoreError(
          'unavailable',
          `The thread that writes ${options.file} died (${why}) before it confirmed; another one takes over: write again.`,
          { cause },
        ),
      ),
    start: 'needed',
  });
  const saves = saving((first, rows) => thread.post({ kind: 'save', first, rows }));
  const operations = createPerformer((message) => {
    // Keeps the order in which things were asked for.
    saves.flush();
    thread.post(message);
  });

  function rejectAll(error: StoreError): void {
    onReady.reject(error);
    saves.rejectAll(error);
    operations.rejectAll(error);
  }

  function receive(message: FromWriter): void {
    switch (message.kind) {
      case 'ready':
        onReady.resolve(undefined);
        return;
      case 'refused':
        rejectAll(received(message.error));
        return;
      case 'saved':
        written.commits += message.commits;
        written.saved += message.count - message.failures.length;
        saves.settle(message);
        return;
      case 'done':
      case 'failed':
        operations.settle(message);
    }
  }

  const refuseIfClosed = (): void => {
    if (isClosed) throw new StoreError('unavailable', `${options.file} is closed: this program is ending.`);
  };

  thread.post({ kind: 'open' });
  await onReady.promise;

  return {
    save: async (row, when) => {
      refuseIfClosed();
      return saves.save(row, when);
    },
    perform: async (name, input) => {
      refuseIfClosed();
      return operations.perform(name, input);
    },
    share() {
      refuseIfClosed();
      const { port1, port2 } = new MessageChannel();
      thread.post({ kind: 'share', port: port2 }, [port2]);
      return port1;
    },
    stats: () => ({ ...written, threads: thread.starts() }),
    close: () => {
      if (!isClosed) saves.flush();
      isClosed = true;
      return thread.stop({ kind: 'close' });
    },
  };
}

/** How long a row that may wait does, for others to share its message to the thread and its transaction. */
const soonMs = 5;

/** Numbers rows, and sends those of one turn of the event loop together. */
function saving(send: (first: number, rows: readonly (readonly SqlValue[])[]) => void) {
  type Settle = { resolve: (saved: Saved) => void; reject: (error: StoreError) => void };
  const asked = new Map<number, Settle>();
  let lastId = 0;
  let waiting: (readonly SqlValue[])[] = [];
  /** What will send those on: the end of this turn of the event loop, or a timer. */
  let sending: { at: 'end of turn' } | { at: 'soon'; timer: NodeJS.Timeout } | null = null;

  const flush = (): void => {
    if (sending?.at === 'soon') clearTimeout(sending.timer);
    sending = null;
    if (waiting.length === 0) return;
    const rows = waiting;
    waiting = [];
    send(lastId - rows.length + 1, rows);
  };

  const sendOn = (when: 'now' | 'soon'): void => {
    if (when === 'soon') {
      sending ??= { at: 'soon', timer: setTimeout(flush, soonMs) };
    } else if (sending?.at !== 'end of turn') {
      if (sending !== null) clearTimeout(sending.timer);
      sending = { at: 'end of turn' };
      setImmediate(flush);
    }
  };

  return {
    flush,
    save: (row: readonly SqlValue[], when: 'now' | 'soon'): Promise<Saved> =>
      new Promise((resolve, reject) => {
        lastId += 1;
        asked.set(lastId, { resolve, reject });
        waiting.push(row);
        sendOn(when);
      }),
    settle({ first, count, late, failures }: Extract<FromWriter, { kind: 'saved' }>): void {
      for (const failure of failures) {
        asked.get(failure.id)?.reject(received(failure));
        asked.delete(failure.id);
      }
      for (const id of late) {
        asked.get(id)?.resolve('call-over');
        asked.delete(id);
      }
      for (let id = first; id < first + count; id += 1) {
        asked.get(id)?.resolve('saved');
        asked.delete(id);
      }
    },
    rejectAll(error: StoreError): void {
      const settles = [...asked.values()];
      asked.clear();
      waiting = [];
      for (const { reject } of settles) reject(error);
    },
  };
}
