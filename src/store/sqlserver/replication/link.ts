import sql from 'mssql';
import type { Clock } from '../../../words/clock.ts';
import type { Account } from '../../../words/directory.ts';
import { messageOf } from '../../../words/thrown.ts';
import { mayCollect } from '../../replication/origin.ts';
import { firstRetryMs, jitter, onceADay, reconnecting } from '../../replication/loops.ts';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import { queueState } from '../../replication/queue-state.ts';
import { StoreError } from '../../ports/store-error.ts';
import { checkLinkRights, unlessLacking } from '../rights.ts';
import { resumeHistory } from './history.ts';
import { claimName, noteStopped, reportEveryMs } from './controllers.ts';
import type { LinkOptions } from './link-options.ts';
import { lookedUp, lookUp } from './look-up.ts';
import { prepareLoops, untilOneEnds } from './link-loops.ts';
import { claimCopy } from './origin.ts';
import { connect } from '../connect.ts';
import { namingServer } from '../errors.ts';
import { addressOf } from '../settings.ts';
import { sharing, type Sharing } from '../ledger/sharing.ts';
import { checkSchema } from '../migrate.ts';
import type { Feeds } from './feeds.ts';

export type Link = Sharing & {
  /**
   * Asks SQL Server for a code that the copy does not have, and has it copied. Answers once the rates of the call are here as well, or half
   * of the time for look-ups is over. Rejects while the server is unreachable.
   */
  lookUp(code: string): Promise<Account | null>;
  stop(): Promise<void>;
};

/** How often to look whether somebody has carried the directory over. */
const refusedMs = 2000;

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
  const onProblem = onceADay((text) => tell({ kind: 'problem', text }), clock);
  const shares = sharing({
    ...{ where, local, controller: options.self.name, reachable },
    onShares: (lowered) => tell({ kind: 'shares', shares: lowered }),
  });
  const onFeeds = (started: Feeds): void => void (feeds = started);
  const startLoops = prepareLoops({ ...options, where, onProblem, pause: stopping.pause, shares, onFeeds });

  async function run(): Promise<void> {
    if (mayCollect(await local.copyOrigin())) await local.enableOutbox();
    for (const pauses = reconnecting(clock); !stopping.isOver();) {
      let pool: sql.ConnectionPool | null = null;
      let pauseMs: number | null = null;
      try {
        pool = await connect(config, () => undefined);
        const database = await admit(pool, where, { ...options, reconcile: shares.reconcile });
        if (database === null) {
          pauseMs = refusedMs;
          continue;
        }
        lookups = await connectForLookUps(config);
        tell({ kind: 'up' });
        pauses.connected();
        await untilOneEnds({ pool, database }, startLoops, stopping.isOver);
        pauseMs = firstRetryMs;
        await noteStopped(pool, options.self);
      } catch (error) {
        if (!stopping.isOver()) tell({ kind: 'down', reason: messageOf(namingServer(error, where)) });
      } finally {
        closeSoon([pool, lookups]);
        [lookups, feeds] = [null, null];
        shares.forget();
        await stopping.pause((pauseMs ?? pauses.next()) * jitter());
      }
    }
  }

  function reachable(): sql.ConnectionPool {
    if (lookups === null) throw new StoreError('unavailable', `SQL Server ${where} is unreachable.`);
    return lookups;
  }

  const running = Promise.all([run(), tellQueue(options, stopping)]);
  return {
    lookUp: async (code) =>
      lookUp(code, { pool: reachable(), feeds, onProblem, pause: () => stopping.pause(lookupMs / 2) }),
    ...{ draw: shares.draw, settle: shares.settle },
    async stop() {
      stopping.stop();
      await running;
    },
  };
}

async function connectForLookUps(config: sql.config): Promise<sql.ConnectionPool> {
  const pool = await connect({ ...config, pool: { min: 1, max: 4 } }, () => undefined);
  // The first of its kind takes longest, and none of a caller's time.
  await unlessLacking(pool, 'directory', () => lookedUp(pool, ''));
  return pool;
}

/** Not awaited: if the server hangs, closing a pool takes as long as its requests. */
function closeSoon(pools: readonly (sql.ConnectionPool | null)[]): void {
  for (const pool of pools) void pool?.close().catch(() => undefined);
}

/**
 * Null: the local file is none of its copies, and nothing may go to and fro. Rejects where the database is not what it must be.
 */
async function admit(
  pool: sql.ConnectionPool,
  where: string,
  { local, self, tell, reconcile }: LinkOptions & { reconcile: (pool: sql.ConnectionPool) => Promise<void> },
): Promise<DatabaseIdentity | null> {
  await checkSchema(pool, where);
  // Before the link counts as up, so that a login without rights is retried with growing pauses.
  await checkLinkRights(pool, where);
  const claim = await claimCopy(pool, where, local);
  if (claim.kind === 'refused') {
    tell(claim);
    return null;
  }
  // What a right is lacking for is done later by itself, and says so then.
  await unlessLacking(pool, 'controllers', () => claimName(pool, where, self));
  await local.enableOutbox();
  const resumed = await resumeHistory({ pool, where, local });
  if (resumed.kind === 'held') {
    // Nobody else has a newer directory.
    tell({ kind: 'refused', isLocal: true, reason: resumed.reason });
    return null;
  }
  if (resumed.kind === 'again') tell(resumed);
  await unlessLacking(pool, 'shares', () => reconcile(pool));
  return claim.database;
}

async function tellQueue({ local, tell }: LinkOptions, { isOver, pause }: StopSignal): Promise<void> {
  while (!isOver()) {
    tell({ kind: 'queue', state: await queueState(local) });
    await pause(reportEveryMs);
  }
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
