import { Worker, type Transferable } from 'node:worker_threads';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';

/** What a thread is started with; `transfer`: what of it goes over to the thread, as ports must. */
export type ThreadData = { value: object; transfer?: readonly Transferable[] };

/** The end of a thread. */
export type ThreadExit = {
  /** It was told to stop. */
  asked: boolean;
  /** One line. */
  why: string;
  /** What it threw; null: nothing. */
  cause: unknown;
  /** False: it died for the same reason as the one before it, which has been told. */
  isNews: boolean;
};

export type ThreadOptions<Received> = {
  /** The file of its program, which begins with `insideThread`. */
  program: string;
  /** For debuggers. */
  name: string;
  /** Made anew for each start. */
  data: () => ThreadData;
  receive: (message: Received) => void;
  exited: (exit: ThreadExit) => void;
  /**
   * When it starts, for the first time and after it died. `needed`: with the next message. Otherwise after so long, which is
   * twice as long each time that it dies again, up to the maximum; one that lived for the maximum starts from the first again.
   */
  start: 'needed' | { clock: Clock; afterMs: number; againMs: number; maximumMs: number };
};

export type Thread<Sent> = {
  /** Without effect while it is down, unless it starts when it is needed. */
  post(message: Sent, transfer?: readonly Transferable[]): void;
  /** How often it was started. */
  starts(): number;
  /**
   * Sends the message that ends it, and resolves once it is over, or is ended where it takes longer than its patience. It is
   * not started any more.
   */
  stop(message: Sent, patience?: { clock: Clock; ms: number }): Promise<void>;
};

/** Keeps a thread running: what dies is started again. */
export function superviseThread<Sent, Received>(options: ThreadOptions<Received>): Thread<Sent> {
  const { program, name, data, receive, exited, start } = options;
  let worker: Worker | null = null;
  let starts = 0;
  let stopping: Promise<void> | null = null;
  const over = Promise.withResolvers<undefined>();
  let cancelStart: () => void = () => undefined;
  let againMs = start === 'needed' ? 0 : start.againMs;
  let lastWhy: string | null = null;

  function launch(): void {
    const startedMs = start === 'needed' ? 0 : start.clock.monotonicMs();
    starts += 1;
    try {
      worker = run(startedMs);
    } catch (error) {
      // Its data could not be made, or did not cross: as if it had died at once.
      ended(messageOf(error), error, startedMs);
    }
  }

  function run(startedMs: number): Worker {
    const { value, transfer = [] } = data();
    // execArgv: the thread needs none of the flags that a test runner may have given this process.
    const started = new Worker(program, { workerData: value, transferList: [...transfer], execArgv: [], name });
    let cause: unknown = null;
    started.on('message', receive);
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', (code) => {
      worker = null;
      ended(cause === null ? `exit code ${code}` : messageOf(cause), cause, startedMs);
    });
    return started;
  }

  function ended(why: string, cause: unknown, startedMs: number): void {
    const asked = stopping !== null;
    if (start !== 'needed' && start.clock.monotonicMs() - startedMs >= start.maximumMs) {
      againMs = start.againMs;
      lastWhy = null;
    }
    exited({ asked, why, cause, isNews: why !== lastWhy });
    lastWhy = why;
    if (asked) over.resolve(undefined);
    else if (start !== 'needed') {
      cancelStart = start.clock.after(againMs, launch);
      againMs = Math.min(againMs * 2, start.maximumMs);
    }
  }

  async function stop(message: Sent, patience: { clock: Clock; ms: number } | undefined): Promise<void> {
    cancelStart();
    if (worker === null) return;
    const last = worker;
    last.postMessage(message);
    const giveUp = patience?.clock.after(patience.ms, () => void last.terminate());
    await over.promise;
    giveUp?.();
  }

  if (start !== 'needed') {
    if (start.afterMs === 0) launch();
    else cancelStart = start.clock.after(start.afterMs, launch);
  }
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
