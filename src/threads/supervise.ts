import { Worker, type Transferable } from 'node:worker_threads';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import type { StartData } from './inside.ts';
import { newLoading, terminate, type Loading } from './loading.ts';

/** What a thread is started with; `transfer`: the part of it that moves to the thread, as ports must. */
export type ThreadData = { value: object; transfer?: readonly Transferable[] };

/** The end of a thread. */
export type ThreadExit = {
  /** It was asked to stop. */
  asked: boolean;
  /** One line. */
  why: string;
  /** The error that ended it; null: none. */
  cause: unknown;
  /** False: the one before it died for the same reason, which has been reported. */
  isNews: boolean;
};

export type ThreadOptions<Received> = {
  /** File of its program, which calls `insideThread` first. */
  program: string;
  /** For debuggers. */
  name: string;
  /** Called for each start. */
  data: () => ThreadData;
  receive: (message: Received) => void;
  exited: (exit: ThreadExit) => void;
  /**
   * When it starts, at first and after it died. `needed`: with the next message. Otherwise after `afterMs`, and after each death
   * in `againMs`, which doubles up to `maximumMs`; after a thread that lived for `maximumMs` the pause is `againMs` again.
   */
  start: 'needed' | { clock: Clock; afterMs: number; againMs: number; maximumMs: number };
};

export type Thread<Sent> = {
  /** Has no effect while the thread is down, unless it starts when needed. */
  post(message: Sent, transfer?: readonly Transferable[]): void;
  /** How many times it was started. */
  starts(): number;
  /**
   * Sends the message that ends it and resolves once it has ended; terminates it if that takes longer than `patience`. It is
   * not started again.
   */
  stop(message: Sent, patience?: { clock: Clock; ms: number }): Promise<void>;
};

/** Keeps a thread running: if it dies, it is started again. */
export function superviseThread<Sent, Received>(options: ThreadOptions<Received>): Thread<Sent> {
  const { exited, start } = options;
  const restarts = createRestarts(start);
  const over = Promise.withResolvers<undefined>();
  let worker: Worker | null = null;
  let loading = newLoading();
  let starts = 0;
  let stopping: Promise<void> | null = null;

  function launch(): void {
    const ended = restarts.begin();
    starts += 1;
    const end = (why: string, cause: unknown): void => {
      worker = null;
      const asked = stopping !== null;
      exited({ asked, why, cause, isNews: ended(why) });
      if (asked) over.resolve(undefined);
      else restarts.schedule(launch);
    };
    try {
      loading = newLoading();
      worker = runWorker(options, loading, end);
    } catch (error) {
      // Its data could not be made or transferred: as if it had died at once.
      end(messageOf(error), error);
    }
  }

  async function stop(message: Sent, patience: { clock: Clock; ms: number } | undefined): Promise<void> {
    restarts.cancel();
    if (worker === null) return;
    const last = worker;
    last.postMessage(message);
    const giveUp = patience?.clock.after(patience.ms, () => void terminate(last, loading));
    await over.promise;
    giveUp?.();
  }

  restarts.first(launch);
  return {
    post(message, transfer = []) {
      if (stopping !== null) return;
      if (worker === null && start === 'needed') launch();
      worker?.postMessage(message, [...transfer]);
    },
    starts: () => starts,
    stop: (message, patience) => (stopping ??= stop(message, patience)),
  };
}

/** Starts the program and calls `ended` when it ends. Throws if its data cannot be made or transferred. */
function runWorker<Received>(
  { program, name, data, receive }: ThreadOptions<Received>,
  loading: Loading,
  ended: (why: string, cause: unknown) => void,
): Worker {
  const { value, transfer = [] } = data();
  // execArgv: the thread needs none of the flags that a test runner may have given this process.
  const workerData: StartData = { value, loading };
  const worker = new Worker(program, { workerData, transferList: [...transfer], execArgv: [], name });
  let cause: unknown = null;
  worker.on('message', receive);
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', (code) => ended(cause === null ? `exit code ${code}` : messageOf(cause), cause));
  return worker;
}

/** When a thread starts, and whether the reason of its end is news. */
type Restarts = {
  first(launch: () => void): void;
  /** Notes a start. Call what it returns with the reason of the end, to learn whether that is news. */
  begin(): (why: string) => boolean;
  schedule(launch: () => void): void;
  cancel(): void;
};

function createRestarts(start: ThreadOptions<never>['start']): Restarts {
  let cancel: () => void = () => undefined;
  let againMs = start === 'needed' ? 0 : start.againMs;
  let lastWhy: string | null = null;
  return {
    first(launch) {
      if (start === 'needed') return;
      if (start.afterMs === 0) launch();
      else cancel = start.clock.after(start.afterMs, launch);
    },
    begin() {
      const startedMs = start === 'needed' ? 0 : start.clock.monotonicMs();
      return (why) => {
        if (start !== 'needed' && start.clock.monotonicMs() - startedMs >= start.maximumMs) {
          againMs = start.againMs;
          lastWhy = null;
        }
        const isNews = why !== lastWhy;
        lastWhy = why;
        return isNews;
      };
    },
    schedule(launch) {
      if (start === 'needed') return;
      cancel = start.clock.after(againMs, launch);
      againMs = Math.min(againMs * 2, start.maximumMs);
    },
    cancel: () => cancel(),
  };
}
