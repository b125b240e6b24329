import sql from 'mssql';
import { portions } from '../../words/portions.ts';
import { requestOn } from './request.ts';

/**
 * Rows in bulk, in the one place where that is done. Babelfish 4.3 refuses a load whose last token (DONE) does not fit into its packet
 * whole, one of 340, the same one each time, and hangs up: nothing of the transaction is left then. `within` runs the work again, and what
 * was one load is several that end elsewhere, at last statements without any. Either way the server says what it has against a row.
 */
export type Loading = { table: sql.Table; options?: sql.IBulkOptions };

/** How many loads of a transaction's forerunners could not be read; `within` writes it down here. */
type Tried = { unreadableLoads?: number };

/** For the next try. */
export const afterUnreadable = (transaction: sql.Transaction, unreadableLoads: number): sql.Transaction =>
  Object.assign(transaction, { unreadableLoads } satisfies Tried);

/** Then statements without loads. */
export const maximumUnreadable = 3;

/** Adds the rows of the table, which is there. What it throws becomes a `StoreError` in `within`. */
export async function load(transaction: sql.Transaction, { table, options }: Loading): Promise<void> {
  const { unreadableLoads = 0 } = transaction as sql.Transaction & Tried;
  const rows = [...table.rows];
  if (rows.length === 0) return;
  if (unreadableLoads >= maximumUnreadable) return insert(transaction, table, rows);
  // 1, 2, 4 parts of about the same size.
  const size = Math.ceil(rows.length / 2 ** unreadableLoads);
  for (const some of portions(rows, size)) {
    const part = unreadableLoads === 0 ? table : partOf(table, some);
    await requestOn(transaction).bulk(part, options ?? {});
  }
}

function partOf(table: sql.Table, rows: readonly sql.IRow[]): sql.Table {
  const part = new sql.Table(table.temporary ? table.name : table.path);
  for (const column of table.columns) part.columns.push(column);
  for (const row of rows) part.rows.push(row);
  return part;
}

/** Of 2,100 that SQL Server takes in a statement. */
const maximumParameters = 2000;

async function insert(transaction: sql.Transaction, table: sql.Table, rows: readonly sql.IRow[]): Promise<void> {
  const columns = [...table.columns];
  const size = Math.max(1, Math.floor(maximumParameters / columns.length));
  const names = columns.map(({ name }) => `[${name}]`).join(', ');
  for (const some of portions(rows, size)) {
    const request = requestOn(transaction);
    const values = some.map((row, rowAt) => {
      const parameters = columns.map((column, columnAt) => {
        const name = `v${rowAt}x${columnAt}`;
        // A column is its type with a name (mssql 12, lib/table.js).
        request.input(name, column as unknown as sql.ISqlType, row[columnAt]);
        return `@${name}`;
      });
      return `(${parameters.join(', ')})`;
    });
    const into = table.temporary ? table.name : table.path;
    await request.query(`INSERT INTO ${into} (${names}) VALUES ${values.join(', ')}`);
  }
}
