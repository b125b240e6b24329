import sql from 'mssql';
import { StoreError } from '../../ports/store-error.ts';
import type { CarriedColumn, CarriedRow, CarriedValue } from '../../tables/carried.ts';
import { load } from '../loads.ts';
import { declarationOf, sqlTypeOf, toSql } from '../column.ts';
import { requestOn } from '../request.ts';

export type StagedColumn = Pick<CarriedColumn, 'sqlite' | 'sqlServer' | 'type'>;
export const localId: StagedColumn = { sqlite: 'id', sqlServer: 'LocalId', type: { kind: 'integer' } };

/** Puts rows into #Carry, a table of this connection alone, from where one statement takes them, however many. */
export async function stage(
  transaction: sql.Transaction,
  columns: readonly StagedColumn[],
  rows: readonly CarriedRow[],
): Promise<void> {
  const declared = columns.map(({ sqlServer, type }) => `${sqlServer} ${declarationOf(type)} NULL`);
  await requestOn(transaction).batch(
    `IF OBJECT_ID('tempdb..#Carry') IS NOT NULL DROP TABLE #Carry; CREATE TABLE #Carry (${declared.join(', ')})`,
  );
  const table = new sql.Table('#Carry');
  for (const { sqlServer, type } of columns) {
    // A copy: mssql writes the column's name into the type that it is given.
    table.columns.add(sqlServer, { ...sqlTypeOf(type) }, { nullable: true });
  }
  for (const row of rows) table.rows.add(...columns.map((column) => valueOf(column, row[column.sqlite] ?? null)));
  await load(transaction, { table });
}

function valueOf({ sqlServer, type }: StagedColumn, value: CarriedValue): ReturnType<typeof toSql> {
  if (value === null) return null;
  if (type.kind === 'flag') return value === 1;
  // A bulk load would cut it off.
  if ((type.kind === 'ascii' || type.kind === 'text') && String(value).length > type.maximum) {
    throw new StoreError(
      'invalid',
      `${sqlServer} has ${String(value).length} characters, and there is room for ${type.maximum}: "${String(value).slice(0, 40)}…"`,
    );
  }
  return toSql(type, value);
}
