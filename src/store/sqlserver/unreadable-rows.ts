import type sql from 'mssql';
import type { Unreadable } from '../../words/directory.ts';
import {
  accountOf,
  departmentOf,
  destinationOf,
  extensionOf,
  selectDepartments,
  selectDestinations,
  someAccounts,
  someExtensions,
} from './directory/rows.ts';
import type { Row } from './directory/rows.ts';
import { readTable } from './rates/reading.ts';
import { selectedTable, tablesFrom, type RateTableRow } from './rates/rows.ts';
import { lowestId, pages } from './replication/directory.ts';
import { copyPieces } from './replication/rates.ts';

/**
 * A line for each thing in the directory and in the rates that count which cannot be read, as rows may have it that T-SQL or a bulk load
 * wrote: table, row, column, and what is wrong. Reads all of them, page by page.
 */
export async function unreadableRows(pool: sql.ConnectionPool): Promise<string[]> {
  const found: string[] = [];
  const look = (rows: readonly Row[], read: (row: Row) => { unreadable?: readonly Unreadable[] }): void => {
    for (const { problem } of rows.flatMap((row) => read(row).unreadable ?? [])) found.push(problem);
  };
  look((await pool.request().query<Row>(selectDepartments)).recordset, departmentOf);
  look((await pool.request().query<Row>(selectDestinations)).recordset, destinationOf);
  for await (const { rows } of pages(pool, someAccounts)) look(rows, accountOf);
  for await (const { rows } of pages(pool, someExtensions)) look(rows, extensionOf);
  const { recordset: tables } = await pool
    .request()
    .query<RateTableRow>(`SELECT ${selectedTable} FROM ${tablesFrom} ORDER BY t.Id`);
  for (const row of tables) {
    const { table, problem } = readTable(row);
    if (problem !== null) found.push(`${problem}; its calls are unrated until this is fixed`);
    const rates = copyPieces(pool, { tableId: table.id, version: table.version, fromId: lowestId }, (text) =>
      found.push(text),
    );
    while ((await rates.next()).done !== true);
  }
  return found;
}
