import { systemClock } from '../../words/clock.ts';
import { StoreError } from '../ports/store-error.ts';
import { openLocalStore, type LocalStore } from '../sqlite/store.ts';
import {
  countRecords,
  highestIds,
  readBack,
  readImports,
  readPrices,
  readRecords,
} from '../sqlserver/carrying/back.ts';
import { connect } from '../sqlserver/connect.ts';
import { namingServer } from '../sqlserver/errors.ts';
import { addressOf } from '../sqlserver/settings.ts';
import { checkSchema } from '../sqlserver/migrate.ts';
import { feedsOf } from '../sqlserver/replication/feeds.ts';
import { examineHistory } from '../sqlserver/replication/history.ts';
import type { MoveOptions } from './to-sqlserver.ts';

const rowsAtOnce = 500;

type Pool = Awaited<ReturnType<typeof connect>>;
export type Taken = { where: string; records: number };
/** `keepCopy`: directory and rates stay as they are here, as where the database is an older one by now. */
type MoveBackOptions = MoveOptions & { keepCopy: boolean };

/**
 * Carries everything back into the local file, which is a copy of the database: its directory is brought up to date, all records and
 * histories are added, and it becomes the system of record. Nothing there is changed; stopped, it begins again, and nothing is here twice.
 */
export async function moveToEmbedded(options: MoveBackOptions, isDryRun: boolean): Promise<Taken> {
  const { file, config, rules, onProgress, keepCopy } = options;
  const where = addressOf(config);
  const pool = await connect({ ...config, requestTimeout: 600_000 }, () => undefined);
  let local: LocalStore | null = null;
  try {
    await checkSchema(pool, where);
    local = await openLocalStore({ file, rules });
    const finding = await examineHistory({ pool, where, local });
    const { source } = await local.copyOrigin();
    if (source?.databaseId !== finding.evidence.database.databaseId) {
      throw new StoreError('invalid', `The local file is not a copy of SQL Server ${where}: nothing was carried back.`);
    }
    if (finding.kind !== 'same' && !keepCopy) {
      throw new StoreError(
        'unavailable',
        `SQL Server ${where}: ${finding.why}. If its directory is what counts, start the controller once, so that it copies everything ` +
          'again; if the one in the local file is, add --keep-copy',
      );
    }
    const records = await countRecords(pool);
    if (isDryRun) return { where, records };
    await takeHistories(pool, local);
    let done = 0;
    for await (const some of readRecords(pool, rowsAtOnce)) {
      await local.takeRecords(some);
      onProgress?.({ what: 'records', done: (done += some.length), of: records });
    }
    if (!keepCopy) await bringUpToDate(pool, local);
    await local.leaveSource(await highestIds(pool));
    return { where, records };
  } catch (error) {
    throw namingServer(error, where);
  } finally {
    await local?.close();
    await pool.close();
  }
}

async function takeHistories(pool: Pool, local: LocalStore): Promise<void> {
  const ids = new Map<number, number>();
  for await (const rows of readBack.reratings(pool, rowsAtOnce)) {
    for (const [there, here] of await local.takeReratings(rows)) ids.set(there, here);
  }
  for await (const rows of readBack.moves(pool, rowsAtOnce)) await local.takeHistory('moves', rows);
  for await (const rows of readPrices(pool, rowsAtOnce)) {
    const renumbered = rows.map((row) => ({ ...row, rerating_id: ids.get(Number(row['rerating_id'] ?? 0)) ?? null }));
    await local.takeHistory('prices', renumbered);
  }
  for await (const rows of readBack.corrections(pool, rowsAtOnce)) await local.takeHistory('corrections', rows);
  await local.takeHistory('rate-imports', await readImports(pool));
}

/** Copies directory and rates as the link does, until there is nothing more to copy. */
async function bringUpToDate(pool: Pool, local: LocalStore): Promise<void> {
  const state = { isOver: false };
  const isOver = (): boolean => state.isOver;
  const nothing = (): void => undefined;
  const { directory, rates } = feedsOf({
    pool,
    local,
    isOver,
    nowMs: () => systemClock.nowMs(),
    onProblem: nothing,
    onProgress: nothing,
    onFresh: nothing,
  });
  for (const feed of [directory, rates]) {
    state.isOver = false;
    const pause = (): Promise<void> => {
      state.isOver = true;
      return Promise.resolve();
    };
    await feed.follow({ clock: systemClock, pause, isOver });
  }
}
