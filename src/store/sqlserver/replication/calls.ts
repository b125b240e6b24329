import sql from 'mssql';
import type { CallsBatch } from '../../ports/call-replica.ts';
import type { Change, Feed } from '../../replication/feed.ts';
import { readCalls, readMovesOf } from '../carrying/back.ts';
import { callIdType } from '../records/rows.ts';
import { changeLog } from './change-log.ts';
import type { FeedContext } from './feed-context.ts';
import { portions } from '../../../words/portions.ts';
import { listOf } from '../statements.ts';

const changesAtOnce = 1000;
/** Of a local transaction, with their records, prices and transfers. */
const callsAtOnce = 200;

/** Calls of this controller that are changed in SQL Server after they were over, as a feed: moved, rated again, corrected. */
export function callsFeed(context: FeedContext): Feed<CallsBatch> {
  const { pool, local } = context;
  return {
    ...{ name: 'calls', changes: changeLog(pool, 'dbo.CallChanges'), changesAtOnce },
    // Accounts that calls were moved to come first.
    canBegin: async () => (await local.directoryPosition()) !== null,
    keptPosition: () => local.callsPosition(),
    async *readAll(position) {
      for await (const callIds of changedBefore(pool)) yield* batchesOf(callIds, context);
      yield { ...nothing, position };
    },
    async *readChanged(changes, position) {
      yield* batchesOf(await callIdsOf(pool, changes), context);
      yield { ...nothing, position };
    },
    apply: (batch) => local.followCalls(batch),
    async caughtUp() {
      for await (const batch of batchesOf(await local.callsToFollow(changesAtOnce), context))
        await local.followCalls(batch);
    },
  };
}

const nothing: CallsBatch = { calls: [], moves: [], position: null };

async function* batchesOf(callIds: readonly string[], { pool, local }: FeedContext): AsyncGenerator<CallsBatch> {
  const here = callIds.length === 0 ? [] : await local.callsHere(callIds);
  for (const some of portions(here, callsAtOnce)) {
    // Moves first: one that is made meanwhile is read with its record the next time.
    const moves = await readMovesOf(pool, some);
    yield { calls: await readCalls(pool, some), moves, position: null };
  }
}

async function callIdsOf(pool: sql.ConnectionPool, changes: readonly Change[]): Promise<string[]> {
  if (changes.length === 0) return [];
  const request = pool.request();
  const ids = changes.map(({ id }) => id);
  const { recordset } = await request.query<{ callId: string }>(
    `SELECT DISTINCT CallId AS callId FROM dbo.CallChanges WHERE Id IN (${listOf(request, 'id', sql.BigInt(), ids)})`,
  );
  return recordset.map(({ callId }) => callId);
}

/** What was moved or rated again before there was a list of changes, or longer ago than it goes back. */
async function* changedBefore(pool: sql.ConnectionPool): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const { recordset } = await pool
      .request()
      .input('after', callIdType, after)
      .query<{ callId: string }>(
        `SELECT TOP (${changesAtOnce}) u.CallId AS callId FROM (SELECT CallId FROM dbo.CallMoves WHERE CallId > @after
UNION SELECT CallId FROM dbo.CallPriceHistory WHERE CallId > @after) u ORDER BY u.CallId`,
      );
    const last = recordset.at(-1);
    if (last === undefined) return;
    yield recordset.map(({ callId }) => callId);
    after = last.callId;
  }
}
