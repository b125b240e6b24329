import sql from 'mssql';
import type { Account, Department, Destination, Extension, Unreadable } from '../../../words/directory.ts';
import type { Change, Feed } from '../../replication/feed.ts';
import { directoryTables, type DirectoryBatch, type DirectoryTable } from '../../ports/replica-store.ts';
import {
  accounts as accountsTable,
  destinations as destinationsTable,
  extensions as extensionsTable,
} from '../../tables/directory.ts';
import { accountOf, departmentOf, destinationOf, extensionOf } from '../directory/rows.ts';
import { selectDepartments, selectDestinations, someAccounts, someExtensions } from '../directory/rows.ts';
import type { Row } from '../directory/rows.ts';
import { catchUpPrices } from '../../replication/catch-up-prices.ts';
import { directoryChangeLog } from './change-log.ts';
import { changedRows } from './changed-rows.ts';
import { uncopiedText, type FeedContext, type OnProblem } from './feed-context.ts';

/** One page takes some tenths of a second, for which what cannot wait has to wait. */
const changesAtOnce = 4000;
const rowsAtOnce = 5000;
const noteFreshEveryMs = 30_000;
/** Of INT, which IDENTITY_INSERT may give a row below 0 as well. */
export const [lowestId, highestId] = [-2_147_483_648, 2_147_483_647];

/** Accounts, extensions and departments, as a feed. */
export function directoryFeed(context: FeedContext): Feed<DirectoryBatch> {
  const { pool, local, nowMs, onProblem, onProgress, onFresh } = context;
  const prices = catchUpPrices(local, nowMs, false);
  let notedMs = -Infinity;
  return {
    ...{ name: 'directory', changes: directoryChangeLog(pool), changesAtOnce },
    async canBegin() {
      await prices.begin();
      return true;
    },
    keptPosition: () => local.directoryPosition(),
    async *readAll(position) {
      let accounts = 0;
      for await (const batch of readAll({ pool, onProblem, asOfMs: nowMs() }, position)) {
        yield batch;
        accounts += batch.accounts.length;
        if (batch.accounts.length > 0) onProgress('accounts', accounts);
      }
    },
    async *readChanged(changes, position) {
      yield await readChanged(pool, changes, position, onProblem);
    },
    async apply(batch) {
      for (const row of await local.applyDirectory(batch)) onProblem(uncopiedText(row));
    },
    async caughtUp({ atMs, monotonicMs, isNews }) {
      onFresh(monotonicMs);
      await prices.caughtUp(atMs, isNews);
      if (monotonicMs - notedMs < noteFreshEveryMs) return;
      await local.noteFresh(atMs);
      notedMs = monotonicMs;
    },
  };
}

/** `position`: null while changes are read ahead of their turn. */
async function readChanged(
  pool: sql.ConnectionPool,
  changes: readonly Change[],
  position: string | null,
  onProblem: OnProblem,
): Promise<DirectoryBatch> {
  const ids = (table: DirectoryTable) => [
    ...new Set(changes.filter((c) => c.table === table).map(({ rowId }) => rowId)),
  ];
  const rows = await changedRows(pool, changes);
  const departments = readDepartments(rows.departments, onProblem);
  const known = new Set(departments.map(({ id }) => id));
  const accounts = readAccounts(rows.accounts, onProblem);
  const extensions = readExtensions(rows.extensions, onProblem);
  const destinations = ids('destinations').length === 0 ? [] : await allDestinations(pool, onProblem);
  const present: Record<DirectoryTable, Set<number>> = {
    departments: known,
    destinations: new Set(destinations.map(({ id }) => id)),
    accounts: new Set(accounts.map(({ id }) => id)),
    extensions: new Set(extensions.map(({ id }) => id)),
  };
  const removed = directoryTables.flatMap((table) =>
    ids(table)
      .filter((id) => !present[table].has(id))
      .map((id) => ({ table, id })),
  );
  return {
    ...{ departments, destinations, removed, complete: [], position },
    accounts: accounts.map((account) => withKnownDepartment(account, known)),
    extensions: extensions.map((extension) => withKnownDepartment(extension, known)),
  };
}

/** A department may be deleted between two reads; its own change arrives later. */
function withKnownDepartment<T extends { departmentId: number | null }>(row: T, departments: ReadonlySet<number>): T {
  return row.departmentId === null || departments.has(row.departmentId) ? row : { ...row, departmentId: null };
}

/** The whole directory, page by page in bounded memory; the last batch holds the position to continue from. */
async function* readAll(
  { pool, onProblem, asOfMs }: Pick<FeedContext, 'pool' | 'onProblem'> & { asOfMs: number },
  position: string,
): AsyncGenerator<DirectoryBatch> {
  const nothing: DirectoryBatch = {
    ...{ departments: [], accounts: [], extensions: [], destinations: [] },
    ...{ removed: [], complete: [], position: null },
  };
  // Extensions first: they are few, and a lobby phone is restricted by them.
  for await (const { rows, ...range } of pages(pool, someExtensions)) {
    const extensions = readExtensions(rows, onProblem);
    const departments = await allDepartments(pool, onProblem);
    const known = new Set(departments.map(({ id }) => id));
    yield {
      ...{ ...nothing, departments, complete: [{ table: 'extensions', ...range }] },
      extensions: extensions.map((extension) => withKnownDepartment(extension, known)),
    };
  }
  for await (const { rows, ...range } of pages(pool, someAccounts)) {
    const accounts = readAccounts(rows, onProblem);
    const departments = await allDepartments(pool, onProblem);
    const known = new Set(departments.map(({ id }) => id));
    yield {
      ...{ ...nothing, departments, complete: [{ table: 'accounts', ...range }] },
      accounts: accounts.map((account) => withKnownDepartment(account, known)),
    };
  }
  const departments = await allDepartments(pool, onProblem);
  const destinations = await allDestinations(pool, onProblem);
  const complete = (['departments', 'destinations'] as const).map((table) => ({
    table,
    afterId: lowestId,
    upToId: highestId,
  }));
  yield { ...nothing, departments, destinations, complete, position, asOfMs };
}

/** All rows of a table, by id. */
export async function* pages(
  pool: sql.ConnectionPool,
  selecting: (top: number) => string,
): AsyncGenerator<{ rows: Row[]; afterId: number; upToId: number }> {
  for (let afterId = lowestId; ;) {
    const { recordset } = await pool
      .request()
      .input('after', sql.Int(), afterId)
      .query<Row>(`${selecting(rowsAtOnce)} WHERE Id > @after ORDER BY Id`);
    const isLast = recordset.length < rowsAtOnce;
    const upToId = isLast ? highestId : (recordset.at(-1)?.id ?? highestId);
    yield { rows: recordset, afterId, upToId };
    if (isLast) return;
    afterId = upToId;
  }
}

async function allDepartments(pool: sql.ConnectionPool, onProblem: OnProblem): Promise<Department[]> {
  return readDepartments((await pool.request().query<Row>(selectDepartments)).recordset, onProblem);
}

/** They are few. */
async function allDestinations(pool: sql.ConnectionPool, onProblem: OnProblem): Promise<Destination[]> {
  return readDestinations((await pool.request().query<Row>(selectDestinations)).recordset, onProblem);
}

/** Those of which somebody can tell where they are. */
export function readDestinations(rows: readonly Row[], onProblem: OnProblem): Destination[] {
  return rows.flatMap((row) => {
    const destination = destinationOf(row);
    for (const { field, problem } of destination.unreadable ?? [])
      onProblem(`${problem}; ${field === 'name' ? 'it has none' : 'no call may go there'} until this is fixed`);
    if (destination.callTypes.length === 0 && destination.prefixes.length === 0) {
      onProblem(`${destinationsTable.sqlServer}, Id ${row.id}, ${nowhere}`);
      return [];
    }
    const isNamed = destination.unreadable?.every(({ field }) => field !== 'name') ?? true;
    return [isNamed ? destination : { ...destination, name: `? (${destination.id})` }];
  });
}
const nowhere = 'CallTypes and Prefixes: nobody can tell where it is; it counts as not there until this is fixed';

/** Those that have a code, switched off where they must not be used as they are. */
export function readAccounts(rows: readonly Row[], onProblem: OnProblem): Account[] {
  return rows
    .map(accountOf)
    .filter((account) => isKept(account, accountsTable.key, 'its code is refused until this is fixed', onProblem));
}

function readExtensions(rows: readonly Row[], onProblem: OnProblem): Extension[] {
  const effect = 'its calls, except to emergency numbers, are refused until this is fixed';
  return rows.map(extensionOf).filter((extension) => isKept(extension, extensionsTable.key, effect, onProblem));
}

function readDepartments(rows: readonly Row[], onProblem: OnProblem): Department[] {
  return rows.map((row) => {
    const department = departmentOf(row);
    const effect =
      'a name or number counts as not given, and with another limit no call may begin, until this is fixed';
    const isNamed = isKept(department, 'name', effect, onProblem);
    return isNamed ? department : { ...department, name: `? (${department.id})` };
  });
}

/** Tells what cannot be read; false where that is the key, so that nothing can be found by it. */
function isKept(
  { unreadable = [] }: { unreadable?: readonly Unreadable[] },
  key: string,
  effect: string,
  onProblem: OnProblem,
): boolean {
  for (const { problem } of unreadable) onProblem(`${problem}; ${effect}`);
  return unreadable.every(({ field }) => field !== key);
}
