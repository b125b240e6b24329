import { systemClock } from '../../words/clock.ts';
import type { DatabaseIdentity } from '../ports/copy-store.ts';
import type { FormerId, MoveState } from '../ports/moving-store.ts';
import { StoreError } from '../ports/store-error.ts';
import { sendOutbox } from '../replication/outbox.ts';
import { readCarried, type Carried, type CarriedCounts } from '../sqlite/carrying/read.ts';
import { openLocalStore, type LocalStore } from '../sqlite/store.ts';
import {
  callsNotThere,
  carryCorrections,
  carryMoves,
  carryPrices,
  carryReratings,
} from '../sqlserver/carrying/history.ts';
import { carryRows, differingIds, isEmpty, removeGone, reserveIds, type Carrying } from '../sqlserver/carrying/ids.ts';
import { carryAssignments, carryRates, isInEffect, putInEffect } from '../sqlserver/carrying/rates.ts';
import { isOwner } from '../sqlserver/check.ts';
import { connect } from '../sqlserver/connect.ts';
import { namingServer } from '../sqlserver/errors.ts';
import { checkSchema } from '../sqlserver/migrate.ts';
import { recordSender } from '../sqlserver/records/sender.ts';
import { readIdentity } from '../sqlserver/replication/origin.ts';
import { addressOf } from '../sqlserver/settings.ts';
import { carriedTables } from '../tables/carried.ts';
import { conflicts, pageRows, pages } from './conflicts.ts';
import { portions } from '../../words/portions.ts';
import type { PricingRules } from '../../words/pricing-rules.ts';

const atOnce = { rows: pageRows, rates: 5000, queued: 5000, ids: 1000 };

export type MoveOptions = {
  /** The local file. */
  file: string;
  config: Parameters<typeof connect>[0];
  rules: PricingRules;
  /** Leaves a move to another database unfinished, as where that one is gone. */
  leaveUnfinished?: boolean;
  onProgress?: (progress: { what: string; done: number; of: number }) => void;
};

/** What a move would carry over, and what is in its way. */
export type MovePlan = {
  where: string;
  counts: CarriedCounts;
  /** One line each; none: the move can be made. */
  conflicts: string[];
  /** A move to this database was begun, and goes on. */
  isBegun: boolean;
};

export type MoveResult = { where: string; counts: CarriedCounts; setAside: number };

/** What both need: the file, the database, and how far a move has come. */
type Ground = {
  local: LocalStore;
  carried: Carried;
  carrying: Carrying;
  database: DatabaseIdentity;
  state: MoveState | null;
  options: MoveOptions;
};

/** Changes nothing. Rejects with a `StoreError` where there is nothing to carry over, or no right to. */
export const planMove = (options: MoveOptions): Promise<MovePlan> =>
  onGround(options, async ({ carried, carrying, state }) => ({
    where: carrying.where,
    counts: carried.counts(),
    conflicts: state?.phase === 'records' ? [] : await conflicts(carried, carrying),
    isBegun: state !== null,
  }));

/**
 * Carries everything over while calls run: directory and rates first, then the file becomes a copy of the database, then its records
 * and their history follow. Stopped at any moment, it goes on from there when it is run again; nothing is lost or there twice.
 */
export const moveToSqlServer = (options: MoveOptions): Promise<MoveResult> =>
  onGround(options, async (ground) => {
    const { local, carried, carrying, database } = ground;
    const found = ground.state?.phase === 'records' ? [] : await conflicts(carried, carrying);
    if (found.length > 0) throw new StoreError('invalid', `Nothing was carried over: ${found.join('; ')}`);
    let state = ground.state ?? (await begin(ground));
    if (state.phase === 'directory') {
      while (!(await carryDirectory(ground, state))) state = (await local.moveState()) ?? state;
      state = (await local.moveState()) ?? { ...state, phase: 'records' };
    }
    await carryRecords(ground);
    await carryHistory(ground, state);
    await checkRecords(ground);
    await local.noteMove(null);
    const { refused } = await local.outboxCounts();
    return { where: `${carrying.where} (${database.databaseId})`, counts: carried.counts(), setAside: refused };
  });

async function onGround<T>(options: MoveOptions, work: (ground: Ground) => Promise<T>): Promise<T> {
  const { file, config, rules } = options;
  const where = addressOf(config);
  const pool = await connect({ ...config, requestTimeout: 600_000 }, () => undefined);
  let local: LocalStore | null = null;
  let carried: Carried | null = null;
  try {
    await checkSchema(pool, where);
    if (!(await isOwner(pool))) {
      throw new StoreError(
        'unavailable',
        `SQL Server ${where}: carrying rows over with their ids takes db_owner, as billing-codes migrate does`,
      );
    }
    const database = await readIdentity(pool, where);
    local = await openLocalStore({ file, rules });
    carried = readCarried(file);
    const origin = await local.copyOrigin();
    const begun = await local.moveState();
    const state = begun?.databaseId === database.databaseId ? begun : null;
    if (state === null && origin.source?.databaseId === database.databaseId) {
      throw new StoreError(
        'invalid',
        `The local file is a copy of SQL Server ${where} already: there is nothing to carry over.`,
      );
    }
    if (begun?.phase === 'records' && state === null && options.leaveUnfinished !== true) {
      throw new StoreError(
        'invalid',
        `A move to another database (${begun.databaseId}) is under way: finish that one first, with sqlserver.* naming it; ` +
          `or, where it is gone for good, carry everything over to SQL Server ${where} instead: add --leave-unfinished.`,
      );
    }
    const keepIds = state?.keepIds ?? (await isEmpty(pool));
    const carrying: Carrying = { pool, where, fileId: origin.fileId, keepIds };
    return await work({ local, carried, carrying, database, state, options });
  } catch (error) {
    throw namingServer(error, where);
  } finally {
    carried?.close();
    await local?.close();
    await pool.close();
  }
}

async function begin({ local, carrying, database }: Ground): Promise<MoveState> {
  const state: MoveState = {
    ...{ databaseId: database.databaseId, keepIds: carrying.keepIds, phase: 'directory', rates: null },
    ...{ moves: 0, corrections: 0, prices: { callId: '', version: 0 } },
  };
  // Forgets how far one to another database has come.
  await local.noteMove(null);
  await local.noteMove(state);
  return state;
}

/** True once the local file is a copy; false where its directory was changed meanwhile, and has to be looked at again. */
async function carryDirectory(ground: Ground, state: MoveState): Promise<boolean> {
  const { local, carried, carrying, database, options } = ground;
  const [asOfMs, digest, counts] = [systemClock.nowMs(), carried.digest(), carried.counts()];
  for (const table of carriedTables) {
    const ids = new Set<number>();
    for (const rows of pages((afterId, limit) => carried.rows(table, afterId, limit))) {
      await carryRows(carrying, table, rows);
      for (const { id } of rows) ids.add(Number(id));
      options.onProgress?.({ what: table.sqlite.replace('_', ' '), done: ids.size, of: ids.size });
    }
    await removeGone(carrying, table, ids);
    if (table.kind === 'rate-table') await carryAllRates(ground, counts.rates);
  }
  for (const to of ['account', 'department'] as const) {
    await carryAssignments(carrying, to, carried.assignments(to));
  }
  let { moves } = state;
  for (const rows of pages((afterId, limit) => carried.moves(Math.max(afterId, state.moves), limit))) {
    await carryMoves(carrying, rows);
    moves = Number(rows.at(-1)?.['id'] ?? moves);
  }
  await local.noteMove({ ...((await local.moveState()) ?? state), moves });
  while (await local.queueRecords(atOnce.queued));
  const isCopy = await local.switchSource({ source: database, digest, formerIds: await formerIds(ground) });
  // Nothing was there beside it: calls go on by it, also where the server cannot be reached before it was copied again.
  if (isCopy && carrying.keepIds) await local.noteFresh(asOfMs);
  return isCopy;
}

/** Ids of rows that were removed stay theirs: no other row gets them, or records lose them where other rows have them. */
async function formerIds({ carried, carrying }: Ground): Promise<FormerId[]> {
  const kinds = [
    ['department', 'dbo.Departments'],
    ['account', 'dbo.Accounts'],
    ['extension', 'dbo.Extensions'],
  ] as const;
  const differing = (await differingIds(carrying)).flatMap(({ kind, ...ids }) =>
    kind === 'rerating' ? [] : [{ kind, ...ids }],
  );
  if (!carrying.keepIds) {
    const removed = kinds.flatMap(([kind]) => carried.removedIds(kind).map((id) => ({ kind, id, newId: null })));
    return [...differing, ...removed];
  }
  const highest = carried.highestIds();
  for (const [kind, table] of kinds) await reserveIds(carrying.pool, table, highest[kind]);
  await reserveIds(carrying.pool, 'dbo.Destinations', highest.destination);
  return differing;
}

async function carryAllRates({ local, carried, carrying, options }: Ground, all: number): Promise<void> {
  let done = 0;
  for (const { id: localTableId, ...table } of carried.ratesStates()) {
    const version = { localTableId, ...table };
    if (table.version > 0 && !(await isInEffect(carrying, version))) {
      const state = await local.moveState();
      const under = state?.rates;
      const isGoingOn = under?.tableId === localTableId && under.version === table.version;
      for (let afterId = isGoingOn ? under.afterId : 0; ;) {
        const rows = carried.rates(localTableId, table.version, afterId, atOnce.rates);
        if (rows.length === 0) break;
        await carryRates(carrying, version, rows);
        afterId = Number(rows.at(-1)?.['id']);
        if (state !== null) {
          await local.noteMove({ ...state, rates: { tableId: localTableId, version: table.version, afterId } });
        }
        options.onProgress?.({ what: 'rates', done: (done += rows.length), of: all });
      }
    }
    await putInEffect(carrying, version);
  }
}

/** The controller's own link may be sending the same records: each is there once, by its call id. */
async function carryRecords({ local, carrying, options }: Ground): Promise<void> {
  const { pool, where } = carrying;
  const save = recordSender(pool, where, options.rules);
  const all = (await local.outboxCounts()).waiting;
  let sent = 0;
  let isDone = false;
  await sendOutbox({
    ...{ local, clock: systemClock, onProblem: () => undefined, isOver: () => isDone },
    save: async (entries) => {
      await save(entries);
      options.onProgress?.({ what: 'records', done: Math.min((sent += entries.length), all), of: all });
    },
    pause: () => {
      isDone = true;
      return Promise.resolve();
    },
  });
}

async function carryHistory({ local, carried, carrying, options }: Ground, begun: MoveState): Promise<void> {
  let state = begun;
  await carryReratings(carrying, carried.reratings());
  const { prices: all, corrections: allCorrections } = carried.counts();
  for (let done = 0; ;) {
    const rows = carried.prices(state.prices, atOnce.rates);
    const last = rows.at(-1);
    if (last === undefined) break;
    await carryPrices(carrying, rows);
    state = { ...state, prices: { callId: String(last['call_id']), version: Number(last['version']) } };
    await local.noteMove(state);
    options.onProgress?.({ what: 'prices', done: (done += rows.length), of: all });
  }
  for (let done = 0; ;) {
    const rows = carried.corrections(state.corrections, atOnce.rows);
    const last = rows.at(-1);
    if (last === undefined) return;
    await carryCorrections(carrying, rows);
    state = { ...state, corrections: Number(last['id']) };
    await local.noteMove(state);
    options.onProgress?.({ what: 'corrections', done: (done += rows.length), of: allCorrections });
  }
}

/**
 * Asks for every record by its call id; those that are not there and were not set aside go once more. Then for these alone: calls go on, and each
 * time some have just ended.
 */
async function checkRecords(ground: Ground): Promise<void> {
  const { local, carried, carrying } = ground;
  let asked: Iterable<readonly string[]> = carried.callIds(atOnce.ids);
  for (let again = 0; again < 3; again += 1) {
    const missing: string[] = [];
    for (const callIds of asked) missing.push(...(await callsNotThere(carrying, callIds)));
    if (missing.length === 0) return;
    await local.resend(missing, await local.pendingResend());
    await carryRecords(ground);
    asked = portions(missing, atOnce.ids);
  }
}
