import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StartData } from '../../threads/inside.ts';
import { newLoading, terminate, type Loading } from '../../threads/loading.ts';
import type { Clock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import type { RecoveryRow } from './recovery-table.ts';
import type { RecoveryAnswer, RecoveryQuestion } from './recovery-thread.ts';

/** The legs that FreeSWITCH had when it was killed, read on a thread of their own. */
export type TrackedLegs = {
  /** Null: it had no such leg, or does not track calls. Rejects with one line where the file cannot be read, or not in time. */
  find(legId: string): Promise<RecoveryRow | null>;
  close(): void;
};

type Waiting = { resolve: (row: RecoveryRow | null) => void; reject: (error: Error) => void; giveUp: () => void };

type Reading = {
  readonly file: string;
  readonly clock: Pick<Clock, 'after'>;
  /** null: nothing was asked for a while. */
  worker: Worker | null;
  loading: Loading;
  /** By number of the question. */
  readonly waiting: Map<number, Waiting>;
  asked: number;
  rest: () => void;
};

const program = join(import.meta.dirname, 'recovery-thread.ts');
/** How long a disk may take; behind a lock the file is given up after a second. */
const answerMs = 5_000;
/** After so long without a question the thread ends. */
const restMs = 2_000;

/** `file`: FreeSWITCH's core.db. */
export function trackedLegs(file: string, clock: Pick<Clock, 'after'>): TrackedLegs {
  const reading: Reading = {
    file,
    clock,
    worker: null,
    loading: newLoading(),
    waiting: new Map(),
    asked: 0,
    rest: () => undefined,
  };
  return {
    find: (legId) => ask(reading, legId),
    close: () => end(reading, 'the controller stops'),
  };
}

function ask(reading: Reading, legId: string): Promise<RecoveryRow | null> {
  const { promise, resolve, reject } = Promise.withResolvers<RecoveryRow | null>();
  const id = (reading.asked += 1);
  const giveUp = reading.clock.after(answerMs, () => end(reading, `it was not read within ${answerMs} ms`));
  reading.rest();
  reading.waiting.set(id, { resolve, reject, giveUp });
  reading.worker ??= launch(reading);
  reading.worker.postMessage({ id, legId } satisfies RecoveryQuestion);
  return promise;
}

function launch(reading: Reading): Worker {
  reading.loading = newLoading();
  const workerData: StartData = { value: { file: reading.file }, loading: reading.loading };
  const worker = new Worker(program, { workerData, execArgv: [], name: 'recovery' });
  const isCurrent = (): boolean => reading.worker === worker;
  worker.on('message', (answer: RecoveryAnswer) => {
    if (isCurrent()) take(reading, answer);
  });
  worker.on('error', (error: unknown) => {
    if (isCurrent()) end(reading, messageOf(error));
  });
  worker.on('exit', () => {
    if (isCurrent()) end(reading, 'the thread that reads it has ended');
  });
  return worker;
}

function take(reading: Reading, answer: RecoveryAnswer): void {
  const asker = reading.waiting.get(answer.id);
  reading.waiting.delete(answer.id);
  asker?.giveUp();
  if ('problem' in answer) asker?.reject(new Error(answer.problem));
  else asker?.resolve(answer.row);
  if (reading.waiting.size === 0) reading.rest = reading.clock.after(restMs, () => end(reading, 'nothing is asked'));
}

/** Ends the thread, which a later question starts anew; who still waits hears why. */
function end(reading: Reading, why: string): void {
  const { worker, loading, waiting } = reading;
  reading.worker = null;
  reading.rest();
  // Nothing waits for it: it may hang in the disk.
  if (worker !== null) void terminate(worker, loading);
  for (const { reject, giveUp } of [...waiting.values()]) {
    giveUp();
    reject(new Error(why));
  }
  waiting.clear();
}
