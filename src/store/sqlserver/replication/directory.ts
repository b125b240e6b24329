import sql from 'mssql';
import { unrestricted, type Account, type Department, type Extension } from '../../../words/directory.ts';
import { messageOf } from '../../../words/thrown.ts';
import { advance, type ChangePosition } from '../../replication/change-position.ts';
import { directoryTables, type DirectoryBatch, type DirectoryTable } from '../../ports/replica-store.ts';
import {
  accountOf,
  extensionOf,
  selectAccounts,
  selectDepartments,
  selectExtensions,
  type AccountRow,
  type ExtensionRow,
} from '../directory/directory.ts';

/** A row that cannot be copied as it is, e.g. because a list in it is nonsense; it refuses calls until it is mended. */
export type OnProblem = (problem: string) => void;

type Change = { id: number; table: DirectoryTable; rowId: number };

const changesAtOnce = 2000;
const rowsAtOnce = 5000;
/** A transaction that was open when the first copy began has a number among the last so many. */
const lookBack = 10_000;
const highestId = 2_147_483_647;

/** The changes since a position, as a batch to be applied; null: there are none. `more`: ask again at once. `nowMs`: monotonic. */
export async function readChanges(
  pool: sql.ConnectionPool,
  position: ChangePosition,
  nowMs: number,
  onProblem: OnProblem,
): Promise<{ batch: DirectoryBatch; position: ChangePosition; more: boolean } | null> {
  const changes = await changesAfter(pool, position);
  if (changes.length === 0) return null;
  const next = advance(
    position,
    changes.map(({ id }) => id),
    nowMs,
  );
  const ids = (table: DirectoryTable) => [
    ...new Set(changes.filter((c) => c.table === table).map(({ rowId }) => rowId)),
  ];
  const accounts = await accountsById(pool, ids('accounts'), onProblem);
  const extensions = await extensionsById(pool, ids('extensions'), onProblem);
  // Read last: what the accounts refer to is there by now.
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
    batch: {
      ...{ departments, removed, complete: [], position: JSON.stringify(next) },
      accounts: accounts.map((account) => withKnownDepartment(account, present.departments)),
      extensions: extensions.map((extension) => withKnownDepartment(extension, present.departments)),
    },
    position: next,
    more: changes.length === changesAtOnce,
  };
}

/** Deleted between two of our reads: its own change is still to come. */
function withKnownDepartment<T extends { departmentId: number | null }>(row: T, departments: ReadonlySet<number>): T {
  return row.departmentId === null || departments.has(row.departmentId) ? row : { ...row, departmentId: null };
}

/** The whole directory, page by page in bounded memory; the last batch holds the position to go on from. */
export async function* readAll(
  pool: sql.ConnectionPool,
  nowMs: number,
  onProblem: OnProblem,
): AsyncGenerator<DirectoryBatch> {
  const start = await currentPosition(pool, nowMs);
  const nothing: DirectoryBatch = {
    ...{ departments: [], accounts: [], extensions: [], removed: [], complete: [], position: null },
  };
  // Extensions first: they are few, and a lobby phone is restricted by them.
  for await (const { rows, ...range } of pages<ExtensionRow>(pool, selectExtensions)) {
    const extensions = rows.map((row) => readExtension(row, onProblem));
    const departments = await allDepartments(pool);
    const known = new Set(departments.map(({ id }) => id));
    yield {
      ...{ ...nothing, departments, complete: [{ table: 'extensions', ...range }] },
      extensions: extensions.map((extension) => withKnownDepartment(extension, known)),
    };
  }
  for await (const { rows, ...range } of pages<AccountRow>(pool, selectAccounts)) {
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
  yield { ...nothing, departments, complete, position: JSON.stringify(start) };
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as mssql's own `query<Row>`
async function* pages<Row extends { id: number }>(
  pool: sql.ConnectionPool,
  select: string,
): AsyncGenerator<{ rows: Row[]; afterId: number; upToId: number }> {
  for (let afterId = 0; ;) {
    const { recordset } = await pool
      .request()
      .input('after', sql.Int(), afterId)
      .query<Row>(`${select.replace('SELECT ', `SELECT TOP (${rowsAtOnce}) `)} WHERE Id > @after ORDER BY Id`);
    const isLast = recordset.length < rowsAtOnce;
    const upToId = isLast ? highestId : (recordset.at(-1)?.id ?? highestId);
    yield { rows: recordset, afterId, upToId };
    if (isLast) return;
    afterId = upToId;
  }
}

/**
 * Rows of other transactions that are not over are passed by, not waited for: their numbers are gaps, and asked for again.
 * Both hints, since READPAST alone is refused where READ_COMMITTED_SNAPSHOT is on
 * (learn.microsoft.com/sql/t-sql/queries/hints-transact-sql-table).
 */
export const passingBy = 'WITH (READPAST, READCOMMITTEDLOCK)';

/** Whether all changes since a position are there: not where old ones were pruned, or an older backup was restored. */
export async function canContinue(
  pool: sql.ConnectionPool,
  table: 'dbo.DirectoryChanges' | 'dbo.RateChanges',
  { last }: ChangePosition,
): Promise<boolean> {
  const { recordset } = await pool
    .request()
    .query<{ First: string | null; Last: string | null }>(
      `SELECT MIN(Id) AS First, MAX(Id) AS Last FROM ${table} ${passingBy}`,
    );
  const [row] = recordset;
  if (row?.First == null || row.Last === null) return last === 0;
  return Number(row.First) - 1 <= last && last <= Number(row.Last);
}

async function currentPosition(pool: sql.ConnectionPool, nowMs: number): Promise<ChangePosition> {
  const { recordset } = await pool
    .request()
    .query<{ Id: string }>(`SELECT TOP (${lookBack}) Id FROM dbo.DirectoryChanges ${passingBy} ORDER BY Id DESC`);
  const ids = recordset.map(({ Id }) => Number(Id)).reverse();
  const first = ids[0];
  return first === undefined ? { last: 0, gaps: [] } : advance({ last: first - 1, gaps: [] }, ids, nowMs);
}

async function changesAfter(pool: sql.ConnectionPool, { last, gaps }: ChangePosition): Promise<Change[]> {
  const request = pool.request().input('last', sql.BigInt(), last);
  const ranges = gaps.map(({ from, to }, index) => {
    request.input(`from${index}`, sql.BigInt(), from).input(`to${index}`, sql.BigInt(), to);
    return ` OR Id BETWEEN @from${index} AND @to${index}`;
  });
  const { recordset } = await request.query<{ Id: string; TableName: string; RowId: number }>(
    `SELECT TOP (${changesAtOnce}) Id, TableName, RowId FROM dbo.DirectoryChanges ${passingBy}
WHERE Id > @last${ranges.join('')} ORDER BY Id`,
  );
  return recordset.flatMap(({ Id, TableName, RowId }) => {
    const table = directoryTables.find((name) => name === TableName);
    return table === undefined ? [] : [{ id: Number(Id), table, rowId: RowId }];
  });
}

async function byId<Row>(pool: sql.ConnectionPool, select: string, ids: readonly number[]): Promise<Row[]> {
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
  return (await byId<AccountRow>(pool, selectAccounts, ids)).map((row) => readAccount(row, onProblem));
}

async function extensionsById(
  pool: sql.ConnectionPool,
  ids: readonly number[],
  onProblem: OnProblem,
): Promise<Extension[]> {
  return (await byId<ExtensionRow>(pool, selectExtensions, ids)).map((row) => readExtension(row, onProblem));
}

async function allDepartments(pool: sql.ConnectionPool): Promise<Department[]> {
  return (await pool.request().query<Department>(selectDepartments)).recordset;
}

/** An account whose limits cannot be read must not be without limits: it is switched off. */
export function readAccount(row: AccountRow, onProblem: OnProblem): Account {
  try {
    return accountOf(row);
  } catch (error) {
    onProblem(`${messageOf(error)}; its code is refused until that is mended`);
    return accountOf({ ...row, ...noLists, customerNumbers: '', enabled: false });
  }
}

function readExtension(row: ExtensionRow, onProblem: OnProblem): Extension {
  try {
    return extensionOf(row);
  } catch (error) {
    onProblem(`${messageOf(error)}; it may call nobody until that is mended`);
    const blockedPrefixes = ['+', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
    return { ...extensionOf({ ...row, ...noLists }), restriction: { ...unrestricted, blockedPrefixes } };
  }
}

const noLists = { blockedPrefixes: '', allowedPrefixes: '', allowedNumbers: '', allowedCallTypes: '' };
