import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { superviseThread, type Thread } from '../../threads/supervise.ts';
import type { Saved } from '../ports/call-records.ts';
import type { MoneyMoved, Reservation } from '../ports/ledger.ts';
import { StoreError } from '../ports/store-error.ts';
import { createCopies } from './copies.ts';
import type { WriteOptions } from './database.ts';
import type { FromWriter, ToWriter } from './messages.ts';
import { createPerformer, received, type Perform } from './performer.ts';
import { createSaves } from './saves.ts';
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
  save(row: readonly SqlValue[], when: 'now' | 'soon', reservation: Reservation | null): Promise<Saved>;
  perform: Perform;
  /** Is told of all money that is moved, before whoever moved it has the answer. */
  onMoneyMoved(told: (moved: readonly MoneyMoved[]) => void): void;
  /** A port over which another thread of this process has its operations carried out (shared-writer.ts). */
  share(): MessagePort;
  stats(): WriterStats;
  /** Writes all that is in the file to another one (copy.ts), also where the file itself has been deleted. */
  copyTo(file: string): Promise<void>;
  /** Writes what waits, then ends the thread. */
  close(): Promise<void>;
};

/**
 * Starts the writer's thread and resolves once the file is open and its schema up to date; rejects with a `StoreError`.
 * Where the thread dies, whatever it had not confirmed is rejected, and the next write starts another one.
 */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const { thread, saves, operations, copies, written, listeners, ready } = connectThread(options);
  let isClosed = false;
  const refuseIfClosed = (): void => {
    if (isClosed) throw new StoreError('unavailable', `${options.file} is closed: this program is ending.`);
  };

  thread.post({ kind: 'open' });
  await ready;

  return {
    save: async (row, when, reservation) => {
      refuseIfClosed();
      return saves.save(row, when, reservation);
    },
    onMoneyMoved: (told) => void listeners.push(told),
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
    copyTo: async (file) => {
      refuseIfClosed();
      saves.flush();
      return copies.copyTo(file);
    },
    stats: () => ({ ...written, threads: thread.starts() }),
    close: () => {
      if (!isClosed) saves.flush();
      isClosed = true;
      return thread.stop({ kind: 'close' });
    },
  };
}

/** The thread, and what is asked of it and not answered yet. `ready` settles with the first answer to `open`. */
function connectThread({ thread: program, ...options }: WriterOptions) {
  const written = { saved: 0, commits: 0 };
  const listeners: ((moved: readonly MoneyMoved[]) => void)[] = [];
  const onReady = Promise.withResolvers<undefined>();
  const thread: Thread<ToWriter> = superviseThread<ToWriter, FromWriter>({
    program: program ?? join(import.meta.dirname, 'writer-thread.ts'),
    name: 'local-store-writer',
    data: () => ({ value: options }),
    receive,
    exited: ({ why, cause }) => rejectAll(died(options.file, why, cause)),
    start: 'needed',
  });
  const saves = createSaves((message) => thread.post(message));
  const operations = createPerformer((message) => {
    // Keeps the order in which things were asked for.
    saves.flush();
    thread.post(message);
  });

  const copies = createCopies((message) => thread.post(message));

  function rejectAll(error: StoreError): void {
    onReady.reject(error);
    saves.rejectAll(error);
    operations.rejectAll(error);
    copies.rejectAll(error);
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
      case 'money-moved':
        for (const told of listeners) told(message.moved);
        return;
      case 'done':
      case 'failed':
        operations.settle(message);
        return;
      case 'copied':
        copies.settle(message);
    }
  }

  return { thread, saves, operations, copies, written, listeners, ready: onReady.promise };
}

const died = (file: string, why: string, cause: unknown): StoreError =>
  new StoreError(
    'unavailable',
    `The thread that writes ${file} died (${why}) before it confirmed; another one takes over: write again.`,
    { cause },
  );
