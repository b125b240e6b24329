import type { Config } from '../config/schema.ts';
import { databaseFile } from '../controller/controller.ts';
import type { MoveStore } from '../store/call-moves.ts';
import { openLocalStore, type LocalStore } from '../store/sqlite/store.ts';
import { openScratchStore } from '../store/sqlite/scratch.ts';
import { isConfigured } from '../store/sqlserver/connect.ts';
import { openSqlServerStore } from '../store/sqlserver/store.ts';
import { StoreError, type Store } from '../store/ports/store.ts';
import { messageOf } from '../words/thrown.ts';
import { sqlServerConfig } from './sqlserver/config.ts';

/** Nothing was asked for yet, so nothing was changed: as with any other wrong configuration, the exit code is 2. */
function refused(error: unknown): never {
  throw new StoreError('invalid', messageOf(error), { cause: error });
}

/**
 * The system of record for commands that administer it: SQL Server where one is configured, else the local file. Prices are
 * made where calls end: what concerns them goes to the local file, from where they are sent to SQL Server.
 */
export async function openStoreOfRecord(config: Config): Promise<Store & MoveStore> {
  const openLocal = (): Promise<LocalStore> =>
    openLocalStore({ file: databaseFile(config), freeCallTypes: config.rating.freeCallTypes });
  if (!isConfigured(config.sqlserver)) return openLocal();
  const remote = await openSqlServerStore(sqlServerConfig(config), config.rating).catch(refused);
  let opened: Promise<LocalStore> | null = null;
  const local = (): Promise<LocalStore> => (opened ??= openLocal());
  return {
    ...remote,
    importRates: (...args) => remote.importRatesIn(openScratchStore, ...args),
    listCallPrices: async (callId) => (await local()).listCallPrices(callId),
    rerate: async (options) => (await local()).rerate(options),
    undoRerating: async (...args) => (await local()).undoRerating(...args),
    listReratings: async () => (await local()).listReratings(),
    async close() {
      await remote.close();
      await (await opened)?.close();
    },
  };
}
