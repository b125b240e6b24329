import { fork } from 'node:child_process';
import { join } from 'node:path';
import { messageOf } from '../../src/words/thrown.ts';

/** What can be asked of another process, by name. */
type Requests<R> = Record<keyof R, { input: unknown; result: unknown }>;

export type Child<R extends Requests<R>> = {
  readonly pid: number;
  /** Rejects with what went wrong there, or when the process is gone. */
  ask<Name extends keyof R & string>(name: Name, input: R[Name]['input']): Promise<R[Name]['result']>;
  /** Rejects when something goes wrong there, asked or not; never resolves. */
  readonly failed: Promise<never>;
  end(): Promise<void>;
};

type Question = { id: number; name: string; input: unknown };
type Answer = { id: number; result?: unknown; error?: string };

/** In an answer to nothing. */
const failureId = -1;

/** Starts a program of this folder as a process of its own, so that its CPU and memory are its own. */
export async function startChild<R extends Requests<R>>(program: string, args: readonly string[]): Promise<Child<R>> {
  const child = fork(join(import.meta.dirname, program), [...args], {
    execArgv: [...process.execArgv, '--expose-gc', '--no-warnings', ...nodeFlags()],
    // What it logs goes where nobody reads it, but it is written: logging is part of the work.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  let failure: Error | null = null;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const fail = (error: Error): void => {
    failure ??= error;
    failed.reject(failure);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      fail(new Error(`${program} ended ${signal === null ? `with exit code ${code ?? 0}` : `by ${signal}`}`));
      resolve();
    });
  });
  child.on('message', (message) => {
    const { id, result, error } = message as Answer;
    // It fails for a reason that no question brought about: nothing that it answers from now on is of use.
    if (id === failureId) fail(new Error(`${program}: ${error ?? ''}`));
    const settle = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) settle?.resolve(result);
    else settle?.reject(new Error(`${program}: ${error}`));
  });
  const ready = Promise.withResolvers<unknown>();
  waiting.set(0, ready);
  try {
    await ready.promise;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    failed: failed.promise,
    ask<Name extends keyof R & string>(name: Name, input: R[Name]['input']) {
      if (failure !== null) return Promise.reject(failure);
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      child.send({ id: lastId, name, input } satisfies Question);
      return answer.promise;
    },
    async end() {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), maximumEndMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** A process that has not ended by then is killed, so that a case that failed ends with its error. */
const maximumEndMs = 10_000;

/** `BENCH_NODE_FLAGS=--cpu-prof npm run bench -- …` profiles the processes. */
function nodeFlags(): string[] {
  return (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
}

type Handlers<R extends Requests<R>> = {
  [Name in keyof R]: (input: R[Name]['input']) => Promise<R[Name]['result']>;
};

const send = (answer: Answer): void => {
  process.send?.(answer);
};

/** In the child, first of all: what goes wrong there is told to the parent, also while it starts. */
export function tellFailures(): void {
  process.on('uncaughtException', (error) => send({ id: failureId, error: error.stack ?? error.message }));
}

/** The other end, in the child: answers questions until the parent lets go, then ends by `end`. */
export function answerParent<R extends Requests<R>>(handlers: Handlers<R>, end: () => Promise<void>): void {
  process.on('message', (message) => {
    const { id, name, input } = message as Question;
    const handler = (handlers as Record<string, ((input: unknown) => Promise<unknown>) | undefined>)[name];
    if (handler === undefined) return;
    handler(input).then(
      (result) => send({ id, result }),
      (error: unknown) => send({ id, error: messageOf(error) }),
    );
  });
  process.on('disconnect', () => {
    void end().finally(() => process.exit());
  });
  send({ id: 0 });
}
