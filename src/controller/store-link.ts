import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../words/clock.ts';
import type { Account } from '../words/directory.ts';
import type { Draw, GrantedShare, ShareSettlement } from '../store/ports/ledger-replica.ts';
import type { QueueState } from '../store/replication/queue-state.ts';
import { superviseThread } from '../threads/supervise.ts';
import type { FromLink, LinkThreadData, ToLink } from './link-thread.ts';

/** The link to SQL Server, as seen from the thread that serves calls. Only `lookUp` waits for the network. */
export type StoreLink = {
  /** Looks up a code that the copy does not have; null: unknown there too, no answer in time, or unreachable. */
  lookUp(code: string): Promise<Account | null>;
  /** Draws more of amounts that controllers share; empty: unreachable, or no answer in time. */
  draw(draws: readonly Draw[]): Promise<readonly GrantedShare[]>;
  /** Says what was spent of shares, and gives back what is not needed; false: unreachable, or no answer in time. */
  settle(settlements: readonly ShareSettlement[]): Promise<boolean>;
  /** Time since the copy was last known to be up to date; null: not since the start. */
  ageMs(): number | null;
  isUp(): boolean;
  /** What keeps this file from being a copy of the configured database, in one line; null: nothing does. */
  refusal(): { isLocal: boolean; reason: string } | null;
  /** Why it is not reachable, in one line; null: it is, or nothing was tried so far. */
  problem(): string | null;
  /** What waits until somebody mends something although it is reachable, a line each. */
  standing(): readonly string[];
  /** What waits to be sent; null: not looked at so far. */
  queue(): QueueState | null;
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
  clock: Clock;
  log: StoreLinkLog;
  /** Less may be spent of amounts than before. */
  onShares: (shares: readonly GrantedShare[]) => void;
};

const program = join(import.meta.dirname, 'link-thread.ts');
/** What the thread said last; `freshMs`: monotonic. */
type Latest = { freshMs: number | null; queue: QueueState | null };
const restartMs = 1000;
const maximumRestartMs = 60_000;

export function startStoreLink({ clock, log, shareWriter, onShares, ...data }: StoreLinkOptions): StoreLink {
  const lookups = pendingAnswers<Account | null>(clock, data.lookupMs, null);
  const drawings = pendingAnswers<readonly GrantedShare[]>(clock, data.lookupMs, []);
  const settlings = pendingAnswers<boolean>(clock, data.lookupMs, false);
  const reachability = logReachability(clock, log);
  const latest: Latest = { freshMs: null, queue: null };
  const standing = logStanding(clock, log);
  const receive = receiver({ clock, log, lookups, drawings, settlings, reachability, standing, latest, onShares });

  const thread = superviseThread<ToLink, FromLink>({
    ...{ program, name: 'sqlserver-link', receive },
    data: () => {
      const writer = shareWriter();
      return { value: { ...data, writer } satisfies LinkThreadData, transfer: [writer] };
    },
    exited: ({ asked, why, isNews }) => {
      reachability.threadDied();
      lookups.giveUpAll();
      drawings.giveUpAll();
      settlings.giveUpAll();
      if (!asked && isNews) log.error('the thread of the SQL Server link died and will be restarted', { reason: why });
    },
    start: { clock, afterMs: 0, againMs: restartMs, maximumMs: maximumRestartMs },
  });

  return {
    lookUp(code) {
      if (!reachability.isUp()) return Promise.resolve(null);
      return lookups.ask((id) => thread.post({ kind: 'look-up', id, code }));
    },
    draw(draws) {
      if (!reachability.isUp()) return Promise.resolve([]);
      return drawings.ask((id) => thread.post({ kind: 'draw', id, draws }));
    },
    settle(settlements) {
      if (!reachability.isUp()) return Promise.resolve(false);
      return settlings.ask((id) => thread.post({ kind: 'settle', id, settlements }));
    },
    ageMs: () => (latest.freshMs === null ? null : clock.monotonicMs() - latest.freshMs),
    isUp: reachability.isUp,
    refusal: reachability.refusal,
    problem: reachability.problem,
    standing: () => (reachability.isUp() ? standing.lines() : []),
    queue: () => latest.queue,
    stop: () => thread.stop({ kind: 'stop' }),
  };
}

type Receiving = Pick<StoreLinkOptions, 'clock' | 'log' | 'onShares'> & {
  lookups: Pending<Account | null>;
  drawings: Pending<readonly GrantedShare[]>;
  settlings: Pending<boolean>;
  reachability: Reachability;
  standing: Standing;
  latest: Latest;
};

function receiver({
  clock,
  log,
  lookups,
  drawings,
  settlings,
  reachability,
  standing,
  latest,
  onShares,
}: Receiving): (message: FromLink) => void {
  return (message) => {
    switch (message.kind) {
      case 'up':
        reachability.up();
        return;
      case 'down':
        reachability.down(message.reason);
        return;
      case 'refused':
        reachability.refused(message);
        return;
      case 'fresh':
        latest.freshMs = clock.monotonicMs() - message.agoMs;
        return;
      case 'queue':
        latest.queue = message.state;
        return;
      case 'standing':
        standing.found(message.what, message.why);
        return;
      case 'found':
      case 'not-found-out':
        lookups.settle(message.id, message.kind === 'found' ? message.account : null);
        return;
      case 'settled':
        settlings.settle(message.id, message.isDone);
        return;
      case 'shares':
        onShares(message.shares);
        return;
      case 'drawn':
        drawings.settle(message.id, message.shares);
        return;
      default:
        say(log, message);
    }
  };
}

type News = Extract<FromLink, { kind: 'again' | 'resent' | 'progress' | 'problem' | 'carried-out' }>;

function say(log: StoreLinkLog, message: News): void {
  switch (message.kind) {
    case 'again':
      log.warn('copying everything from SQL Server again, and sending what it lost', { why: message.why });
      return;
    case 'resent':
      log.warn('call records are sent to SQL Server again', { calls: message.calls });
      return;
    case 'progress':
      log.info('copying from SQL Server', { [message.what]: message.copied });
      return;
    case 'problem':
      log.warn(message.text);
      return;
    case 'carried-out':
      log.info('a request was carried out', {
        ...{ request: message.request, askedBy: message.askedBy, result: message.result },
      });
      return;
  }
}

/** What waits although SQL Server is reachable; logs each reason once, and that it goes on. */
type Standing = { found: (what: string, why: string | null) => void; lines: () => readonly string[] };

function logStanding(clock: Clock, log: StoreLinkLog): Standing {
  const all = new Map<string, { sinceMs: number; line: string; logged: Set<string> }>();
  return {
    lines: () => [...all.values()].map(({ line }) => line),
    found(what, why) {
      const before = all.get(what) ?? { sinceMs: clock.monotonicMs(), line: '', logged: new Set() };
      if (why === null) {
        if (!all.delete(what)) return;
        log.info(`mended: ${what}`, { lastedMs: Math.round(clock.monotonicMs() - before.sinceMs) });
        return;
      }
      const line = `${what} until this is mended: ${why}`;
      all.set(what, { ...before, line });
      // Where reasons take turns, not at every one.
      if (!before.logged.has(line)) log.warn(line);
      before.logged.add(line);
    },
  };
}

/** What was asked and has no answer so far. */
type Pending<Answer> = {
  ask: (send: (id: number) => void) => Promise<Answer>;
  settle: (id: number, answer: Answer) => void;
  giveUpAll: () => void;
};

/** `none`: the answer where none comes in time. */
function pendingAnswers<Answer>(clock: Clock, maximumMs: number, none: Answer): Pending<Answer> {
  const asking = new Map<number, (answer: Answer) => void>();
  let lastId = 0;

  function settle(id: number, answer: Answer): void {
    asking.get(id)?.(answer);
    asking.delete(id);
  }

  return {
    settle,
    ask(send) {
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const cancel = clock.after(maximumMs, () => settle(id, none));
      asking.set(id, (answer) => {
        cancel();
        resolve(answer);
      });
      send(id);
      return promise;
    },
    giveUpAll() {
      for (const id of [...asking.keys()]) settle(id, none);
    },
  };
}

/** Whether SQL Server is reachable; logs when that or the reason changes. */
type Reachability = {
  up: () => void;
  down: (reason: string) => void;
  refused: (refusal: Refusal) => void;
  threadDied: () => void;
  isUp: () => boolean;
  refusal: () => Refusal | null;
  problem: () => string | null;
};
type Refusal = { isLocal: boolean; reason: string };

function logReachability(clock: Clock, log: StoreLinkLog): Reachability {
  let isUp = false;
  /** Both times are of the same moment: `atMs` to be shown, the other to count from. */
  let unreachable: { atMs: number; sinceMs: number } | null = null;
  let lastReason = '';
  let refusal: Refusal | null = null;
  return {
    isUp: () => isUp,
    refusal: () => refusal,
    refused({ isLocal, reason }) {
      isUp = false;
      refusal = { isLocal, reason };
      if (reason !== lastReason) log.error(reason);
      lastReason = reason;
    },
    problem: () => (isUp || lastReason === '' ? null : lastReason),
    threadDied: () => void (isUp = false),
    up() {
      isUp = true;
      refusal = null;
      const fields =
        unreachable === null ? {} : { wasUnreachableMs: Math.round(clock.monotonicMs() - unreachable.sinceMs) };
      log.info('SQL Server is reachable', fields);
      unreachable = null;
      lastReason = '';
    },
    down(reason) {
      isUp = false;
      unreachable ??= { atMs: clock.nowMs(), sinceMs: clock.monotonicMs() };
      // Not at every attempt.
      if (reason !== lastReason) {
        log.error('SQL Server is unreachable: calls use the local copy, call records are queued', {
          ...{ reason, since: new Date(unreachable.atMs).toISOString() },
        });
      }
      lastReason = reason;
    },
  };
}
