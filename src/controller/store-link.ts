import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../words/clock.ts';
import type { Account } from '../words/directory.ts';
import { superviseThread } from '../threads/supervise.ts';
import type { FromLink, LinkThreadData, ToLink } from './link-thread.ts';

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

export type StoreLinkOptions = Omit<LinkThreadData, 'writer'> & {
  /** Of the local store. */
  shareWriter: () => MessagePort;
  lookupMs: number;
  clock: Clock;
  log: StoreLinkLog;
};

const program = join(import.meta.dirname, 'link-thread.ts');
const restartMs = 1000;
const maximumRestartMs = 60_000;

export function startStoreLink({ lookupMs, clock, log, shareWriter, ...data }: StoreLinkOptions): StoreLink {
  const lookups = pendingLookups(clock, lookupMs);
  const presence = tellPresence(clock, log);
  /** Monotonic. */
  let freshMs: number | null = null;

  function receive(message: FromLink): void {
    switch (message.kind) {
      case 'up':
        presence.up();
        return;
      case 'down':
        presence.down(message.reason);
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
        lookups.settle(message.id, message.account);
        return;
      case 'not-found-out':
        lookups.settle(message.id, null);
        return;
    }
  }

  const thread = superviseThread<ToLink, FromLink>({
    ...{ program, name: 'sqlserver-link', receive },
    data: () => {
      const writer = shareWriter();
      return { value: { ...data, writer } satisfies LinkThreadData, transfer: [writer] };
    },
    exited: ({ asked, why, isNews }) => {
      presence.threadDied();
      lookups.giveUpAll();
      if (!asked && isNews) log.error('the link to SQL Server died and is started again', { reason: why });
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });

  return {
    lookUp(code) {
      if (!presence.isUp()) return Promise.resolve(null);
      return lookups.ask((id) => thread.post({ kind: 'look-up', id, code }));
    },
    ageMs: () => (freshMs === null ? null : clock.monotonicMs() - freshMs),
    isUp: presence.isUp,
    stop: () => thread.stop({ kind: 'stop' }),
  };
}

/** Look-ups that the thread has not answered yet. */
type Lookups = {
  ask: (send: (id: number) => void) => Promise<Account | null>;
  settle: (id: number, account: Account | null) => void;
  giveUpAll: () => void;
};

function pendingLookups(clock: Clock, maximumMs: number): Lookups {
  const asking = new Map<number, (account: Account | null) => void>();
  let lastId = 0;

  function settle(id: number, account: Account | null): void {
    asking.get(id)?.(account);
    asking.delete(id);
  }

  return {
    settle,
    ask(send) {
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<Account | null>();
      const cancel = clock.after(maximumMs, () => settle(id, null));
      asking.set(id, (account) => {
        cancel();
        resolve(account);
      });
      send(id);
      return promise;
    },
    giveUpAll() {
      for (const id of [...asking.keys()]) settle(id, null);
    },
  };
}

/** Whether SQL Server answers, told to the log when that or the reason changes. */
type Presence = { up: () => void; down: (reason: string) => void; threadDied: () => void; isUp: () => boolean };

function tellPresence(clock: Clock, log: StoreLinkLog): Presence {
  let isUp = false;
  /** Both times are of the same moment: `atMs` to be shown, the other to count from. */
  let away: { atMs: number; sinceMs: number } | null = null;
  let lastReason = '';
  return {
    isUp: () => isUp,
    threadDied: () => void (isUp = false),
    up() {
      isUp = true;
      const fields = away === null ? {} : { wasAwayMs: Math.round(clock.monotonicMs() - away.sinceMs) };
      log.info('SQL Server answers', fields);
      away = null;
      lastReason = '';
    },
    down(reason) {
      isUp = false;
      away ??= { atMs: clock.nowMs(), sinceMs: clock.monotonicMs() };
      // Not at every attempt.
      if (reason !== lastReason) {
        log.error('SQL Server is away: calls go on by the copy, records wait', {
          ...{ reason, since: new Date(away.atMs).toISOString() },
        });
      }
      lastReason = reason;
    },
  };
}
