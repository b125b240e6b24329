import sql from 'mssql';
import type { Clock } from '../../../words/clock.ts';
import type { Account } from '../../../words/directory.ts';
import { messageOf } from '../../../words/thrown.ts';
import { mayCollect } from '../../replication/origin.ts';
import { firstRetryMs, jitter, onceEach, onItsOwn, reconnecting } from '../../replication/loops.ts';
import { sendOutbox } from '../../replication/outbox.ts';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import { queueState, type QueueState } from '../../replication/queue-state.ts';
import type { CallReplica } from '../../ports/call-replica.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { GrantedShare, LedgerReplica } from '../../ports/ledger-replica.ts';
import type { LockReplica } from '../../ports/phone-locks.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { requestFollowers, type CarriedOut } from '../requests/follow.ts';
import { recordSender } from '../records/sender.ts';
import { checkRights } from '../check.ts';
import { keepMarks, markMs, resendLost, resumeHistory } from './history.ts';
import { claimName, noteStopped, reportEveryMs, reportSelf, type ControllerIdentity } from './controllers.ts';
import { lookedUp, lookUp } from './look-up.ts';
import { claimCopy } from './origin.ts';
import { addressOf, connect } from '../connect.ts';
import { sendLedger } from '../ledger/sending.ts';
import { reconcileShares } from '../ledger/settling.ts';
import { sharing, type Sharing } from '../ledger/sharing.ts';
import { shareLocks, sqlServerLocks } from '../locks/locks.ts';
import { checkSchema } from '../migrate.ts';
import { feedsOf, type Feeds } from './feeds.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

export type LinkEvent =
  | { kind: 'up' }
  /** `reason`: one line for the person who can act. */
  | { kind: 'down'; reason: string }
  /** The directory here is not from this database, which is left alone; `isLocal`: it was made here. `reason`: as above. */
  | { kind: 'refused'; isLocal: boolean; reason: string }
  /** Everything is copied again, and what is not there any more is sent again. */
  | { kind: 'again'; why: string }
  /** So many calls were put into the outbox again. */
  | { kind: 'resent'; calls: number }
  /** The copy was last up to date this long ago. */
  | { kind: 'fresh'; agoMs: number }
  | { kind: 'progress'; what: 'accounts' | 'rates'; copied: number }
  /** So much may be spent from now on, less than before. */
  | { kind: 'shares'; shares: readonly GrantedShare[] }
  | { kind: 'problem'; text: string }
  | CarriedOut
  /** What waits here, every few seconds, whether SQL Server is reachable or not. */
  | { kind: 'queue'; state: QueueState };

export type LinkOptions = {
  local: ReplicaStore & CallReplica & RateReplicaStore & LockReplica & LedgerReplica;
  config: sql.config;
  /** Which controller this is, for dbo.Controllers. */
  self: ControllerIdentity;
  syncMs: number;
  /** How long a call waits for a look-up. */
  lookupMs: number;
  rules: PricingRules;
  clock: Clock;
  tell: (event: LinkEvent) => void;
};

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
const outboxPauseMs = 200;
/** A phone that one controller locks is locked by all of them within a second. */
const locksPauseMs = 150;
/** How often to look for requests: one is taken up within a second. */
const requestsPauseMs = 500;

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
    onFeeds: (started) => void (feeds = started),
  });

  async function run(): Promise<void> {
    if (mayCollect(await local.copyOrigin())) await local.enableOutbox();
    for (const pauses = reconnecting(clock); !stopping.isOver();) {
      let pool: sql.ConnectionPool | null = null;
      let pauseMs: number | null = null;
      try {
        pool = await connect(config, () => undefined);
        const database = await admit(pool, where, options);
        if (database === null) {
          pauseMs = refusedMs;
          continue;
        }
        lookups = await connect({ ...config, pool: { min: 1, max: 4 } }, () => undefined);
        await lookedUp(lookups, '');
        tell({ kind: 'up' });
        pauses.connected();
        await untilOneEnds({ pool, database }, startLoops, stopping.isOver);
        pauseMs = firstRetryMs;
        await noteStopped(pool, options.self);
      } catch (error) {
        if (!stopping.isOver()) tell({ kind: 'down', reason: messageOf(error) });
      } finally {
        closeSoon([pool, lookups]);
        [lookups, feeds] = [null, null];
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
    ...sharing({ where, local, controller: options.self.name, reachable }),
    async stop() {
      stopping.stop();
      await running;
    },
  };
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
  { local, self, tell }: LinkOptions,
): Promise<DatabaseIdentity | null> {
  await checkSchema(pool, where);
  // Before the link counts as up, so that a login without rights is retried with growing pauses.
  await checkRights(pool, where);
  const claim = await claimCopy(pool, where, local);
  if (claim.kind === 'refused') {
    tell(claim);
    return null;
  }
  await claimName(pool, where, self);
  await local.enableOutbox();
  const why = await resumeHistory({ pool, where, local });
  if (why !== null) tell({ kind: 'again', why });
  const { fileId } = await local.copyOrigin();
  const shares = await reconcileShares(local, { pool, where, fileId, controller: self.name });
  if (shares.length > 0) tell({ kind: 'shares', shares });
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

/** One connection to one database, until it fails or the database is another one. */
type Session = { pool: sql.ConnectionPool; database: DatabaseIdentity; isOver: () => boolean };
type StartLoops = (session: Session) => Promise<void>[];

/** Rejects with the first loop's error; the others end at their next request, since `isOver` or because it fails too. */
async function untilOneEnds(
  session: Omit<Session, 'isOver'>,
  startLoops: StartLoops,
  isStopped: () => boolean,
): Promise<void> {
  let hasEnded = false;
  const ended = await Promise.allSettled(
    startLoops({ ...session, isOver: () => isStopped() || hasEnded }).map((loop) =>
      loop.finally(() => {
        hasEnded = true;
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
  const { local, config, self, syncMs, rules, clock, tell, where, onProblem, pause, onFeeds } = options;
  return ({ pool, database, isOver }) => {
    const feeds = feedsOf({
      ...{ pool, local, onProblem, isOver, nowMs: () => clock.nowMs() },
      onProgress: (what, copied) => tell({ kind: 'progress', what, copied }),
      onFresh: (monotonicMs) => tell({ kind: 'fresh', agoMs: clock.monotonicMs() - monotonicMs }),
    });
    onFeeds(feeds);
    const save = recordSender(pool, where, rules);
    const context = { pool, where, local };
    // It ends by itself, unlike the others.
    void resendLost(context, { pause: () => pause(0), isOver }).then(
      (calls) => calls > 0 && tell({ kind: 'resent', calls }),
      () => undefined,
    );
    const follow = (name: keyof Feeds): Promise<void> =>
      feeds[name].follow({ clock, pause: () => pause(syncMs), isOver });
    const tools = {
      ...{ onProblem, pause, isOver, check: () => checkRights(pool, where) },
      monotonicMs: () => clock.monotonicMs(),
    };
    const own = (what: string, run: () => Promise<void>): Promise<void> => onItsOwn({ what, run }, tools);
    return [
      keepMarks(context, database, { ...tools, pause: () => pause(markMs) }),
      follow('directory'),
      reportSelf({
        ...{ pool, where, self, local, isOver },
        queue: () => queueState(local),
        pause: () => pause(reportEveryMs),
      }),
      own('rates are not copied', () => follow('rates')),
      own('calls that were moved or priced again are not followed', () => follow('calls')),
      own('locked phones are not shared', () =>
        shareLocks({
          ...{ locks: sqlServerLocks(pool, where), local, nowMs: () => clock.nowMs(), isOver },
          pause: () => pause(locksPauseMs),
        }),
      ),
      own('the ledger is not sent', () =>
        sendLedger({
          ...{ pool, where, local, isOver },
          fileId: async () => (await local.copyOrigin()).fileId,
          pause: () => pause(outboxPauseMs),
        }),
      ),
      ...requestFollowers({
        ...{ pool, config, where, rules, controller: self.name, isOver, tell },
        pause: () => pause(requestsPauseMs),
      }).map((run) => own('requests are not carried out', run)),
      own('call records are not sent', () =>
        sendOutbox({ local, save, clock, onProblem, pause: () => pause(outboxPauseMs), isOver }),
      ),
    ];
  };
}
