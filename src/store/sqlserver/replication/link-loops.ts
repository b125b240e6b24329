import type sql from 'mssql';
import { onceEachTime, onItsOwn, type OwnLoop } from '../../replication/loops.ts';
import { sendOutbox } from '../../replication/outbox.ts';
import type { DatabaseIdentity } from '../../ports/copy-store.ts';
import { queueState } from '../../replication/queue-state.ts';
import { followRequests, requestKinds, type RequestKind } from '../requests/follow.ts';
import { recordSender } from '../records/sender.ts';
import { checkLinkRights, lackedBy, type Needing } from '../rights.ts';
import { keepMarks, markMs, resendLost } from './history.ts';
import { reportEveryMs, reportSelf } from './controllers.ts';
import { shareOverSqlServer } from '../console/share.ts';
import { sendLedger } from '../ledger/sending.ts';
import type { Shares } from '../ledger/sharing.ts';
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
  shares: Pick<Shares, 'reconcile' | 'checkDraws'>;
};

const outboxPauseMs = 200;
/** A phone that one controller locks is locked by all of them within a second. */
const locksPauseMs = 150;
/** How often to look for requests: one is taken up within a second. */
const requestsPauseMs = 500;
/** How often to look whether the link is over and more can be drawn. */
const idleMs = 1000;
const askedFor: Record<RequestKind, string> = { move: 'move', rerate: 're-rate' };

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
    const tools = {
      ...{ onProblem, pause, isOver, check: () => checkLinkRights(pool, where) },
      onStanding: onceEachTime((what, why) => tell({ kind: 'standing', what, why })),
      monotonicMs: () => clock.monotonicMs(),
    };
    const own: Own = (what, needing, run) => onItsOwn({ what, run, lacks: () => lackedBy(pool, needing) }, tools);
    // It ends by itself, unlike the others, which notice a server that is gone.
    void resending(options, context, own, isOver).catch(() => undefined);
    return [
      keepMarks(context, database, { ...tools, pause: () => pause(markMs) }),
      ...copying(options, feeds, own, isOver),
      ...sending(options, pool, own, isOver),
      own('users and the audit trail of the console are not shared', 'console', (pause) =>
        shareOverSqlServer({ ...context, ...tools, pause, database, controller: self.name }),
      ),
    ];
  };
}

async function resending(
  { local, tell }: LoopOptions,
  context: Parameters<typeof resendLost>[0],
  own: Own,
  isOver: () => boolean,
): Promise<void> {
  if ((await local.pendingResend()) === null) return;
  await own('call records that a restore lost are not sent again', 'records', async (pause) => {
    const calls = await resendLost(context, { pause: () => pause(0), isOver });
    if (calls > 0) tell({ kind: 'resent', calls });
  });
}

type Own = (what: string, needing: Needing, run: OwnLoop['run']) => Promise<void>;

/** What is read from the server. */
function copying({ syncMs, clock }: LoopOptions, feeds: Feeds, own: Own, isOver: () => boolean): Promise<void>[] {
  const follow =
    (name: keyof Feeds): OwnLoop['run'] =>
    (pause) =>
      feeds[name].follow({ clock, pause: () => pause(syncMs), isOver });
  return [
    own('the directory is not copied', 'directory', follow('directory')),
    own('rates are not copied', 'rates', follow('rates')),
    own('calls that were moved or priced again are not followed', 'changedCalls', follow('calls')),
  ];
}

/** What is written to the server, and what controllers do together by it. */
function sending(options: LoopOptions, pool: sql.ConnectionPool, own: Own, isOver: () => boolean): Promise<void>[] {
  const { local, config, self, rules, clock, tell, where, onProblem, shares } = options;
  return [
    own('call records are not sent', 'records', (pause) =>
      sendOutbox({
        ...{ local, clock, onProblem, isOver, save: recordSender(pool, where, rules) },
        pause: () => pause(outboxPauseMs),
      }),
    ),
    own('this controller is not listed in dbo.Controllers', 'controllers', (pause) =>
      reportSelf({
        ...{ pool, where, self, local, isOver },
        queue: () => queueState(local),
        pause: () => pause(reportEveryMs),
      }),
    ),
    own('locked phones are not shared', 'locks', (pause) =>
      shareLocks({
        ...{ locks: sqlServerLocks(pool, where), local, nowMs: () => clock.nowMs(), isOver },
        pause: () => pause(locksPauseMs),
      }),
    ),
    own('nothing is drawn of amounts that controllers share', 'shares', async (pause) => {
      await shares.reconcile(pool);
      while (!isOver()) {
        shares.checkDraws();
        await pause(idleMs);
      }
    }),
    own('the ledger is not sent', 'transfers', (pause) =>
      sendLedger({
        ...{ pool, where, local, isOver, fileId: async () => (await local.copyOrigin()).fileId },
        pause: () => pause(outboxPauseMs),
      }),
    ),
    ...requestKinds.map((kind) =>
      own(`requests to ${askedFor[kind]} calls are not carried out`, 'requests', (pause) =>
        followRequests(kind, {
          ...{ pool, config, where, rules, controller: self.name, isOver, tell },
          pause: () => pause(requestsPauseMs),
        }),
      ),
    ),
  ];
}
