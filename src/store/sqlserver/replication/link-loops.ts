import type sql from 'mssql';
import { onItsOwn } from '../../replication/loops.ts';
import { sendOutbox } from '../../replication/outbox.ts';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import { queueState } from '../../replication/queue-state.ts';
import { requestFollowers } from '../requests/follow.ts';
import { recordSender } from '../records/sender.ts';
import { checkLinkRights, lackedBy, type Needing } from '../rights.ts';
import { keepMarks, markMs, resendLost } from './history.ts';
import { reportEveryMs, reportSelf } from './controllers.ts';
import { shareOverSqlServer } from '../console/share.ts';
import { sendLedger } from '../ledger/sending.ts';
import { shareLocks, sqlServerLocks } from '../locks/locks.ts';
import { feedsOf, type Feeds } from './feeds.ts';
import type { LinkOptions } from './link-options.ts';

/** One connection to one database, until it fails or the database is another one. */
type Session = { pool: sql.ConnectionPool; database: DatabaseIdentity; isOver: () => boolean };
type StartLoops = (session: Session) => Promise<void>[];

/** Rejects with the first loop's error; the others end at their next request, since `isOver` or because it fails too. */
export async function untilOneEnds(
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
  /** What may be spent of shares, where that is not done so far. */
  reconcile: (pool: sql.ConnectionPool) => Promise<void>;
};

const outboxPauseMs = 200;
/** A phone that one controller locks is locked by all of them within a second. */
const locksPauseMs = 150;
/** How often to look for requests: one is taken up within a second. */
const requestsPauseMs = 500;
/** How often to look whether the link is over, where nothing else is to be done. */
const idleMs = 1000;

/**
 * Each feed has its own loop: copying a million rates must not delay the revocation of a code. Each backs off by itself, too: a login that
 * may not write records still learns of codes that are revoked, and the other way about.
 */
export function prepareLoops(options: LoopOptions): StartLoops {
  const { local, self, clock, tell, where, onProblem, pause, onFeeds } = options;
  return ({ pool, database, isOver }) => {
    const feeds = feedsOf({
      ...{ pool, local, onProblem, isOver, nowMs: () => clock.nowMs() },
      onProgress: (what, copied) => tell({ kind: 'progress', what, copied }),
      onFresh: (monotonicMs) => tell({ kind: 'fresh', agoMs: clock.monotonicMs() - monotonicMs }),
    });
    onFeeds(feeds);
    const context = { pool, where, local };
    // It ends by itself, unlike the others.
    void resendLost(context, { pause: () => pause(0), isOver }).then(
      (calls) => calls > 0 && tell({ kind: 'resent', calls }),
      () => undefined,
    );
    const tools = {
      ...{ onProblem, pause, isOver, check: () => checkLinkRights(pool, where) },
      monotonicMs: () => clock.monotonicMs(),
    };
    const own: Own = (what, needing, run) => onItsOwn({ what, run, lacks: () => lackedBy(pool, needing) }, tools);
    return [
      keepMarks(context, database, { ...tools, pause: () => pause(markMs) }),
      ...copying(options, feeds, own, isOver),
      ...sending(options, pool, own, isOver),
      own('users and the audit trail of the console are not shared', 'console', () =>
        shareOverSqlServer({ ...context, ...tools, database, controller: self.name }),
      ),
    ];
  };
}

type Own = (what: string, needing: Needing, run: () => Promise<void>) => Promise<void>;

/** What is read from the server. */
function copying(
  { syncMs, clock, pause }: LoopOptions,
  feeds: Feeds,
  own: Own,
  isOver: () => boolean,
): Promise<void>[] {
  const follow = (name: keyof Feeds) => () => feeds[name].follow({ clock, pause: () => pause(syncMs), isOver });
  return [
    own('the directory is not copied', 'directory', follow('directory')),
    own('rates are not copied', 'rates', follow('rates')),
    own('calls that were moved or priced again are not followed', 'changedCalls', follow('calls')),
  ];
}

/** What is written to the server, and what controllers do together by it. */
function sending(options: LoopOptions, pool: sql.ConnectionPool, own: Own, isOver: () => boolean): Promise<void>[] {
  const { local, config, self, rules, clock, tell, where, onProblem, pause, reconcile } = options;
  return [
    own('call records are not sent', 'records', () =>
      sendOutbox({
        ...{ local, clock, onProblem, isOver, save: recordSender(pool, where, rules) },
        pause: () => pause(outboxPauseMs),
      }),
    ),
    own('this controller is not listed in dbo.Controllers', 'controllers', () =>
      reportSelf({
        ...{ pool, where, self, local, isOver },
        queue: () => queueState(local),
        pause: () => pause(reportEveryMs),
      }),
    ),
    own('locked phones are not shared', 'locks', () =>
      shareLocks({
        ...{ locks: sqlServerLocks(pool, where), local, nowMs: () => clock.nowMs(), isOver },
        pause: () => pause(locksPauseMs),
      }),
    ),
    own('nothing is drawn of amounts that controllers share', 'shares', async () => {
      await reconcile(pool);
      while (!isOver()) await pause(idleMs);
    }),
    own('the ledger is not sent', 'transfers', () =>
      sendLedger({
        ...{ pool, where, local, isOver, fileId: async () => (await local.copyOrigin()).fileId },
        pause: () => pause(outboxPauseMs),
      }),
    ),
    ...requestFollowers({
      ...{ pool, config, where, rules, controller: self.name, isOver, tell },
      pause: () => pause(requestsPauseMs),
    }).map((run) => own('requests are not carried out', 'requests', run)),
  ];
}
