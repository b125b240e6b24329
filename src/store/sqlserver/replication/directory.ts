import sql from 'mssql';
import { unrestricted, type Account, type Department, type Extension } from '../../../words/directory.ts';
import { messageOf } from '../../../words/thrown.ts';
import type { Change, Feed } from '../../replication/feed.ts';
import { directoryTables, type DirectoryBatch, type DirectoryTable } from '../../ports/replica-store.ts';
import { accounts as accountsTable, extensions as extensionsTable } from '../../tables/directory.ts';
import { accountOf, departmentOf, extensionOf, withoutLists } from '../directory/rows.ts';
import {
  selectAccounts,
  selectDepartments,
  selectExtensions,
  someAccounts,
  someExtensions,
} from '../directory/rows.ts';
import type { Row } from '../directory/rows.ts';
import { changeLog } from './change-log.ts';
import type { FeedContext, OnProblem } from './feed-context.ts';

const changesAtOnce = 2000;
const rowsAtOnce = 5000;
const noteFreshEveryMs = 30_000;
const highestId = 2_147_483_647;

/** Accounts, extensions and departments, as a feed. */
export function directoryFeed(context: FeedContext): Feed<DirectoryBatch> {
  const { pool, local, onProblem, onProgress, onFresh } = context;
  let notedMs = -Infinity;
  return {
    ...{ name: 'directory', changes: changeLog(pool, 'dbo.DirectoryChanges'), changesAtOnce },
    canBegin: () => Promise.resolve(true),
    keptPosition: () => local.directoryPosition(),
    async *readAll(position) {
      let accounts = 0;
      for await (const batch of readAll(pool, position, onProblem)) {
        yield batch;
        accounts += batch.accounts.length;
        if (batch.accounts.length > 0) onProgress('accounts', accounts);
      }
    },
    async *readChanged(changes, position) {
      yield await readChanged(pool, changes, position, onProblem);
    },
    async apply(batch) {
      await local.applyDirectory(batch);
      return null;
    },
    async caughtUp({ atMs, monotonicMs }) {
      onFresh(monotonicMs);
      if (monotonicMs - notedMs < noteFreshEveryMs) return;
      await local.noteFresh(atMs);
      notedMs = monotonicMs;
    },
  };
}

async function readChanged(
  pool: sql.ConnectionPool,
  changes: readonly Change[],
  position: string,
  onProblem: OnProblem,
): Promise<DirectoryBatch> {
  const ids = (table: DirectoryTable) => [
    ...new Set(changes.filter((c) => c.table === table).map(({ rowId }) => rowId)),
  ];
  const accounts = await accountsById(pool, ids('accounts'), onProblem);
  const extensions = await extensionsById(pool, ids('extensions'), onProblem);
  // Read last, so that every department that an account refers to is among them.
  const departments = await allDepartments(pool);
  const present: Record<DirectoryTable, Set<number>> = {
    departments: new Set(departments.map(({ id }) => id)),
    accounts: new Set(accounts.map(({ id }) => id)),
    extensions: new Set(extensions.map(({ id }) => id)),
  };
  const removed = directoryTables.flatMap((table) =>
    ids(table)
      .filter((id) => !present[table].has(id))
      .map((id) => ({ table, id })),
  );
  return {
    ...{ departments, removed, complete: [], position },
    accounts: accounts.map((account) => withKnownDepartment(account, present.departments)),
    extensions: extensions.map((extension) => withKnownDepartment(extension, present.departments)),
  };
}

/** A department may be deleted between two reads; its own change arrives later. */
function withKnownDepartment<T extends { departmentId: number | null }>(row: T, departments: ReadonlySet<number>): T {
  return row.departmentId === null || departments.has(row.departmentId) ? row : { ...row, departmentId: null };
}

/** The whole directory, page by page in bounded memory; the last batch holds the position to continue from. */
async function* readAll(
  pool: sql.ConnectionPool,
  position: string,
  onProblem: OnProblem,
): AsyncGenerator<DirectoryBatch> {
  const nothing: DirectoryBatch = {
    ...{ departments: [], accounts: [], extensions: [], removed: [], complete: [], position: null },
  };
  // Extensions first: they are few, and a lobby phone is restricted by them.
  for await (const { rows, ...range } of pages(pool, someExtensions)) {
    const extensions = rows.map((row) => readExtension(row, onProblem));
    const departments = await allDepartments(pool);
    const known = new Set(departments.map(({ id }) => id));
    yield {
      ...{ ...nothing, departments, complete: [{ table: 'extensions', ...range }] },
      extensions: extensions.map((extension) => withKnownDepartment(extension, known)),
    };
  }
  for await (const { rows, ...range } of pages(pool, someAccounts)) {
    const accounts = rows.map((row) => readAccount(row, onProblem));
    const departments = await allDepartments(pool);
    const known = new Set(departments.map(({ id }) => id));
    yield {
      ...{ ...nothing, departments, complete: [{ table: 'accounts', ...range }] },
      accounts: accounts.map((account) => withKnownDepartment(account, known)),
    };
  }
  const departments = await allDepartments(pool);
  const complete = [{ table: 'departments', afterId: 0, upToId: highestId } as const];
  yield { ...nothing, departments, complete, position };
}

async function* pages(
  pool: sql.ConnectionPool,
  selecting: (top: number) => string,
): AsyncGenerator<{ rows: Row[]; afterId: number; upToId: number }> {
  for (let afterId = 0; ;) {
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

async function byId(pool: sql.ConnectionPool, select: string, ids: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  // A request takes 2,100 parameters.
  for (let at = 0; at < ids.length; at += 1000) {
    const some = ids.slice(at, at + 1000);
    const request = pool.request();
    some.forEach((id, index) => request.input(`id${index}`, sql.Int(), id));
    const { recordset } = await request.query<Row>(
      `${select} WHERE Id IN (${some.map((_, index) => `@id${index}`).join(', ')})`,
    );
    rows.push(...recordset);
  }
  return rows;
}

async function accountsById(
  pool: sql.ConnectionPool,
  ids: readonly number[],
  onProblem: OnProblem,
): Promise<Account[]> {
  return (await byId(pool, selectAccounts, ids)).map((row) => readAccount(row, onProblem));
}

async function extensionsById(
  pool: sql.ConnectionPool,
  ids: readonly number[],
  onProblem: OnProblem,
): Promise<Extension[]> {
  return (await byId(pool, selectExtensions, ids)).map((row) => readExtension(row, onProblem));
}

async function allDepartments(pool: sql.ConnectionPool): Promise<Department[]> {
  return (await pool.request().query<Row>(selectDepartments)).recordset.map(departmentOf);
}

/** An account whose limits cannot be read is switched off: it must not be used without them. */
export function readAccount(row: Row, onProblem: OnProblem): Account {
  try {
    return accountOf(row);
  } catch (error) {
    onProblem(`${messageOf(error)}; its code is refused until this is fixed`);
    return { ...accountOf(withoutLists(accountsTable, row)), enabled: false };
  }
}

function readExtension(row: Row, onProblem: OnProblem): Extension {
  try {
    return extensionOf(row);
  } catch (error) {
    onProblem(`${messageOf(error)}; its calls, except to emergency numbers, are refused until this is fixed`);
    const blockedPrefixes = ['+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    return { ...extensionOf(withoutLists(extensionsTable, row)), restriction: { ...unrestricted, blockedPrefixes } };
  }
}
