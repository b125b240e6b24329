import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../words/clock.ts';
import type { Account } from '../../words/directory.ts';
import { messageOf } from '../../words/thrown.ts';
import type { FromLink, LinkThreadData, ToLink } from '../sqlserver/replication/link-thread.ts';

/** The link to SQL Server, as the thread that serves calls sees it. Nothing here waits for a network but `lookUp`. */
export type StoreLink = {
  /** A code that the copy does not have; null: unknown there too, not answered in time, or away. */
  lookUp(code: string): Promise<Account | null>;
  /** How long ago the copy was last known to be up to date; null: not since the start. */
  ageMs(): number | null;
  isUp(): boolean;
  stop(): Promise<void>;
};

export type StoreLinkLog = {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
};

export type StoreLinkOptions = LinkThreadData & { lookupMs: number; clock: Clock; log: StoreLinkLog };

const program = join(import.meta.dirname, '..', 'sqlserver', 'replication', 'link-thread.ts');
const restartMs = 1000;

export function startStoreLink({ lookupMs, clock, log, ...data }: StoreLinkOptions): StoreLink {
  const asked = new Map<number, (account: Account | null) => void>();
  let worker: Worker | null = null;
  let lastId = 0;
  let up = false;
  /** Both times are of the same moment: `atMs` to be shown, the other to count from. */
  let down: { atMs: number; sinceMs: number } | null = null;
  let lastReason = '';
  /** Monotonic. */
  let freshMs: number | null = null;
  let stopped = false;
  const ended = Promise.withResolvers<undefined>();

  function receive(message: FromLink): void {
    switch (message.kind) {
      case 'up':
        up = true;
        log.info(
          'SQL Server answers',
          down === null ? {} : { wasAwayMs: Math.round(clock.monotonicMs() - down.sinceMs) },
        );
        down = null;
        lastReason = '';
        return;
      case 'down':
        up = false;
        down ??= { atMs: clock.nowMs(), sinceMs: clock.monotonicMs() };
        // Said when it begins and when the reason changes, not at every try.
        if (message.reason !== lastReason) {
          log.error('SQL Server is away: calls go on by the copy, records wait', {
            reason: message.reason,
            since: new Date(down.atMs).toISOString(),
          });
        }
        lastReason = message.reason;
        return;
      case 'fresh':
        freshMs = clock.monotonicMs() - message.agoMs;
        return;
      case 'progress':
        log.info('copying from SQL Server', { [message.what]: message.copied });
        return;
      case 'problem':
        log.warn(message.text);
        return;
      case 'found':
        settle(message.id, message.account);
        return;
      case 'not-found-out':
        settle(message.id, null);
        return;
    }
  }

  function settle(id: number, account: Account | null): void {
    asked.get(id)?.(account);
    asked.delete(id);
  }

  function launch(): void {
    const started = new Worker(program, { workerData: data, execArgv: [], name: 'sqlserver-link' });
    worker = started;
    let cause = '';
    started.on('message', receive);
    started.on('error', (error: unknown) => {
      cause = messageOf(error);
    });
    started.on('exit', () => {
      worker = null;
      up = false;
      for (const id of [...asked.keys()]) settle(id, null);
      if (stopped) {
        ended.resolve(undefined);
        return;
      }
      log.error('the link to SQL Server died and is started again', { reason: cause });
      clock.after(restartMs, () => {
        if (!stopped) launch();
      });
    });
  }

  const post = (message: ToLink): void => worker?.postMessage(message);
  launch();

  return {
    lookUp(code) {
      if (!up) return Promise.resolve(null);
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<Account | null>();
      const cancel = clock.after(lookupMs, () => settle(id, null));
      asked.set(id, (account) => {
        cancel();
        resolve(account);
      });
      post({ kind: 'look-up', id, code });
      return promise;
    },
    ageMs: () => (freshMs === null ? null : clock.monotonicMs() - freshMs),
    isUp: () => up,
    async stop() {
      if (stopped) return;
      stopped = true;
      if (worker === null) return;
      post({ kind: 'stop' });
      await ended.promise;
    },
  };
}
