import type sql from 'mssql';
import { openScratchStore } from '../../../src/store/sqlite/scratch.ts';
import { openSqlServerStore } from '../../../src/store/sqlserver/store.ts';

/** SQL Server as the system of record, as those see it who administer it. */
export async function openOffice(config: sql.config) {
  const store = await openSqlServerStore(config);
  return {
    ...store,
    importRates: (...args: Parameters<typeof store.importRatesIn> extends [unknown, ...infer Rest] ? Rest : never) =>
      store.importRatesIn(openScratchStore, ...args),
  };
}

export type Office = Awaited<ReturnType<typeof openOffice>>;
