import { fork } from 'node:child_process';
import { join } from 'node:path';
import { messageOf } from '../../src/words/thrown.ts';

/** What can be asked of another process, by name. */
type Requests<R> = Record<keyof R, { input: unknown; result: unknown }>;

export type Child<R extends Requests<R>> = {
  readonly pid: number;
  /** Rejects with what went wrong there, or when the process is gone. */
  ask<Name extends keyof R & string>(name: Name, input: R[Name]['input']): Promise<R[Name]['result']>;
  end(): Promise<void>;
};

type Question = { id: number; name: string; input: unknown };
type Answer = { id: number; result?: unknown; error?: string };

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
  const gone = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      const why = signal === null ? `with exit code ${code ?? 0}` : `by ${signal}`;
      for (const { reject } of waiting.values()) reject(new Error(`${program} ended ${why}`));
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message) => {
    const { id, result, error } = message as Answer;
    // An answer to nothing: the process fails for a reason that no question brought about.
    const settle = id === -1 ? waiting.values().next().value : waiting.get(id);
    waiting.delete(id);
    if (error === undefined) settle?.resolve(result);
    else settle?.reject(new Error(`${program}: ${error}`));
  });
  const ready = Promise.withResolvers<unknown>();
  waiting.set(0, ready);
  await ready.promise;
  return {
    pid: child.pid ?? 0,
    ask<Name extends keyof R & string>(name: Name, input: R[Name]['input']) {
      lastId += 1;
      const answer = Promise.withResolvers<unknown>();
      waiting.set(lastId, answer);
      child.send({ id: lastId, name, input } satisfies Question);
      return answer.promise;
    },
    async end() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** `BENCH_NODE_FLAGS=--cpu-prof npm run bench -- …` profiles the processes. */
function nodeFlags(): string[] {
  return (process.env['BENCH_NODE_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
}

type Handlers<R extends Requests<R>> = {
  [Name in keyof R]: (input: R[Name]['input']) => Promise<R[Name]['result']>;
};

/** The other end, in the child: answers questions until the parent lets go, then ends by `end`. */
export function answerParent<R extends Requests<R>>(handlers: Handlers<R>, end: () => Promise<void>): void {
  const send = (answer: Answer): void => {
    process.send?.(answer);
  };
  process.on('message', (message) => {
    const { id, name, input } = message as Question;
    const handler = (handlers as Record<string, ((input: unknown) => Promise<unknown>) | undefined>)[name];
    if (handler === undefined) return;
    handler(input).then(
      (result) => send({ id, result }),
      (error: unknown) => send({ id, error: messageOf(error) }),
    );
  });
  process.on('uncaughtException', (error) => send({ id: -1, error: error.stack ?? error.message }));
  process.on('disconnect', () => {
    void end().finally(() => process.exit());
  });
  send({ id: 0 });
}
