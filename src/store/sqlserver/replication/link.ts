import sql from 'mssql';
import type { Clock } from '../../../words/clock.ts';
import type { Account } from '../../../words/directory.ts';
import type { CallType } from '../../../words/call-type.ts';
import { countryFinder } from '../../../reports/country.ts';
import { messageOf } from '../../../words/thrown.ts';
import { sendOutbox } from '../../replication/outbox.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { OutboxEntry, ReplicaStore } from '../../ports/replica-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { saveRecords } from '../records/commit.ts';
import { sentBy } from '../records/rows.ts';
import { checkRights } from '../check.ts';
import { lookedUp, lookUp } from './look-up.ts';
import { addressOf, connect } from '../connect.ts';
import { checkSchema } from '../migrate.ts';
import { pricesOfMoved } from '../records/moved-price.ts';
import { feedsOf, type Feeds } from './feeds.ts';
import { sqlServerRates } from '../rates/rates.ts';

export type LinkEvent =
  | { kind: 'up' }
  /** `reason`: one line for the person who can act. */
  | { kind: 'down'; reason: string }
  /** The copy was last up to date this long ago. */
  | { kind: 'fresh'; agoMs: number }
  | { kind: 'progress'; what: 'accounts' | 'rates'; copied: number }
  | { kind: 'problem'; text: string };

export type LinkOptions = {
  local: ReplicaStore & RateReplicaStore;
  config: sql.config;
  syncMs: number;
  /** How long a call waits for a look-up. */
  lookupMs: number;
  freeCallTypes: readonly CallType[];
  clock: Clock;
  tell: (event: LinkEvent) => void;
};

export type Link = {
  /**
   * Asks SQL Server for a code that the copy does not have, and has it copied. Answers once the rates of the call are here as well, or half
   * of the time for look-ups is over. Rejects while the server is unreachable.
   */
  lookUp(code: string): Promise<Account | null>;
  stop(): Promise<void>;
};

const firstRetryMs = 250;
const maximumRetryMs = 30_000;
const outboxPauseMs = 200;

/**
 * The link of one controller to SQL Server: copies what changes there, sends the queued call records, and reconnects with
 * growing pauses. It runs in its own thread (controller/link-thread.ts).
 */
export function startLink(options: LinkOptions): Link {
  const { local, config, lookupMs, clock, tell } = options;
  const where = addressOf(config);
  /** A pool of its own, opened before it is needed, since a caller waits for the look-up. */
  let lookups: sql.ConnectionPool | null = null;
  let feeds: Feeds | null = null;
  const stopping = stopSignal(clock);
  const onProblem = onceEach((text) => tell({ kind: 'problem', text }));
  const startLoops = prepareLoops({
    ...{ ...options, where, onProblem, pause: stopping.pause },
    onFeeds: (started) => {
      feeds = started;
    },
  });

  async function run(): Promise<void> {
    await local.enableOutbox();
    for (let retryMs = firstRetryMs; !stopping.isOver();) {
      let pool: sql.ConnectionPool | null = null;
      try {
        pool = await connect(config, () => undefined);
        await checkSchema(pool, where);
        // Before the link counts as up, so that a login without rights is retried with growing pauses.
        await checkRights(pool, where);
        lookups = await connect({ ...config, pool: { min: 1, max: 4 } }, () => undefined);
        await lookedUp(lookups, '');
        tell({ kind: 'up' });
        retryMs = firstRetryMs;
        await untilOneFails(pool, startLoops, stopping.isOver);
      } catch (error) {
        if (!stopping.isOver()) tell({ kind: 'down', reason: messageOf(error) });
      }
      const closing = [pool, lookups];
      lookups = null;
      feeds = null;
      // Not awaited: if the server hangs, closing a pool takes as long as its requests.
      for (const each of closing) void each?.close().catch(() => undefined);
      // Jitter, so that controllers that lost the server together do not all reconnect at once.
      await stopping.pause(retryMs * (0.5 + Math.random()));
      retryMs = Math.min(retryMs * 2, maximumRetryMs);
    }
  }

  const running = run();
  return {
    async lookUp(code) {
      if (lookups === null) throw new StoreError('unavailable', `SQL Server ${where} is unreachable.`);
      return lookUp(code, { pool: lookups, feeds, onProblem, pause: () => stopping.pause(lookupMs / 2) });
    },
    async stop() {
      stopping.stop();
      await running;
    },
  };
}

type StopSignal = { isOver: () => boolean; stop: () => void; pause: (ms: number) => Promise<void> };

/** `pause` resolves early once `isOver`. */
function stopSignal(clock: Clock): StopSignal {
  const stopped = Promise.withResolvers<undefined>();
  let isOver = false;
  return {
    isOver: () => isOver,
    stop() {
      isOver = true;
      stopped.resolve(undefined);
    },
    pause(ms) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const cancel = clock.after(ms, () => resolve(undefined));
      return Promise.race([promise, stopped.promise]).then(cancel);
    },
  };
}

/** One connection, until it fails. */
type Session = { pool: sql.ConnectionPool; isOver: () => boolean };
type StartLoops = (session: Session) => Promise<void>[];

/** Rejects with the first loop's error; the others end at their next request, since `isOver` or because it fails too. */
async function untilOneFails(
  pool: sql.ConnectionPool,
  startLoops: StartLoops,
  isStopped: () => boolean,
): Promise<void> {
  let hasFailed = false;
  const ended = await Promise.allSettled(
    startLoops({ pool, isOver: () => isStopped() || hasFailed }).map((loop) =>
      loop.finally(() => {
        hasFailed = true;
      }),
    ),
  );
  const first = ended.find(({ status }) => status === 'rejected');
  if (first?.status === 'rejected') throw first.reason;
}

type LoopOptions = LinkOptions & {
  where: string;
  onProblem: (text: string) => void;
  pause: (ms: number) => Promise<void>;
  onFeeds: (feeds: Feeds) => void;
};

/** Each feed has its own loop: copying a million rates must not delay the revocation of a code. */
function prepareLoops(options: LoopOptions): StartLoops {
  const { local, syncMs, freeCallTypes, clock, tell, where, onProblem, pause, onFeeds } = options;
  const sentOf = sentBy(countryFinder());
  return ({ pool, isOver }) => {
    const feeds = feedsOf({
      ...{ pool, local, onProblem, isOver },
      onProgress: (what, copied) => tell({ kind: 'progress', what, copied }),
      onFresh: (monotonicMs) => tell({ kind: 'fresh', agoMs: clock.monotonicMs() - monotonicMs }),
    });
    onFeeds(feeds);
    const priceMoved = pricesOfMoved(sqlServerRates(pool, where), freeCallTypes);
    const save = (entries: readonly OutboxEntry[]): Promise<void> => {
      const records = entries.map(({ record, price }) => sentOf(record, price));
      return saveRecords(pool, where, records, { priceMoved });
    };
    return [
      ...Object.values(feeds).map((feed) => feed.follow({ clock, pause: () => pause(syncMs), isOver })),
      sendOutbox({ local, save, clock, onProblem, pause: () => pause(outboxPauseMs), isOver }),
    ];
  };
}

/** A row that stays wrong is read repeatedly, but reported once. */
function onceEach(tell: (text: string) => void): (text: string) => void {
  const told = new Set<string>();
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}
