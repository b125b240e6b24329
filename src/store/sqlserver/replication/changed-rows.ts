import sql from 'mssql';
import type { Change } from '../../replication/feed.ts';
import { selectAccounts, selectDepartments, selectExtensions, type Row } from '../directory/rows.ts';
import { skippingOpen } from './change-log.ts';

/** Rows that changed, as they are now, and perhaps some more; and all departments, read last: each one that a row refers to is among them. */
export type ChangedRows = { accounts: Row[]; extensions: Row[]; departments: Row[] };

type Member = 'accounts' | 'extensions';
const members: readonly Member[] = ['accounts', 'extensions'];
const selects = { accounts: selectAccounts, extensions: selectExtensions } as const;

/** In one round trip, unless rows are gone or there are more of them than a request takes. */
export async function changedRows(pool: sql.ConnectionPool, changes: readonly Change[]): Promise<ChangedRows> {
  const wanted = members.flatMap((table) =>
    [...new Set(changes.filter((change) => change.table === table).map(({ rowId }) => rowId))].map((id) => ({
      table,
      id,
    })),
  );
  const range = rangeOf(changes);
  if (range === null) return rowsById(pool, wanted);
  const rows = await rowsOfRange(pool, range);
  const found = {
    accounts: new Set(rows.accounts.map(({ id }) => id)),
    extensions: new Set(rows.extensions.map(({ id }) => id)),
  };
  // Gone, or their changes were pruned just now.
  const missing = wanted.filter(({ table, id }) => !found[table].has(id));
  if (missing.length === 0) return rows;
  const more = await rowsById(pool, missing);
  return {
    accounts: [...rows.accounts, ...more.accounts],
    extensions: [...rows.extensions, ...more.extensions],
    departments: more.departments,
  };
}

type Range = { first: number; last: number };

const manyChanges = 100;

/** Null: they are few, or others are among their numbers. For thousands of ids a server takes longer to read the statement than the rows. */
function rangeOf(changes: readonly Change[]): Range | null {
  if (changes.length < manyChanges) return null;
  let [first, last] = [Infinity, 0];
  for (const { id } of changes) [first, last] = [Math.min(first, id), Math.max(last, id)];
  return last - first < 2 * changes.length ? { first, last } : null;
}

async function rowsOfRange(pool: sql.ConnectionPool, { first, last }: Range): Promise<ChangedRows> {
  const ids = (table: Member): string => `SELECT RowId FROM dbo.DirectoryChanges ${skippingOpen}
WHERE Id BETWEEN @first AND @last AND TableName = '${table}'`;
  const { recordsets } = await pool
    .request()
    .input('first', sql.BigInt(), first)
    .input('last', sql.BigInt(), last)
    .query<Row[]>(
      [...members.map((table) => `${selects[table]} WHERE Id IN (${ids(table)})`), selectDepartments].join(';\n'),
    );
  const [accounts = [], extensions = [], departments = []] = recordsets as Row[][];
  return { accounts, extensions, departments };
}

/** A request takes 2,100 parameters. */
const idsAtOnce = 2000;

async function rowsById(
  pool: sql.ConnectionPool,
  wanted: readonly { table: Member; id: number }[],
): Promise<ChangedRows> {
  const found: ChangedRows = { accounts: [], extensions: [], departments: [] };
  for (let at = 0; at === 0 || at < wanted.length; at += idsAtOnce) {
    const some = wanted.slice(at, at + idsAtOnce);
    const request = pool.request();
    some.forEach(({ id }, index) => request.input(`id${index}`, sql.Int(), id));
    const marks = (table: Member): string[] =>
      some.flatMap((one, index) => (one.table === table ? [`@id${index}`] : []));
    const present = members.filter((table) => marks(table).length > 0);
    const { recordsets } = await request.query<Row[]>(
      [...present.map((table) => `${selects[table]} WHERE Id IN (${marks(table).join(', ')})`), selectDepartments].join(
        ';\n',
      ),
    );
    const all = recordsets as Row[][];
    present.forEach((table, index) => found[table].push(...(all[index] ?? [])));
    found.departments = all[present.length] ?? [];
  }
  return found;
}
