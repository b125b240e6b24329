import { messageOf } from '../words/thrown.ts';
import type { MoveStore } from './ports/move-store.ts';
import { StoreError } from './ports/store-error.ts';
import type { Store } from './ports/store.ts';
import { openScratchStore } from './sqlite/scratch.ts';
import { openLocalStore, type LocalStore } from './sqlite/store.ts';
import type { openSqlServerStore } from './sqlserver/store.ts';
import type { PricingRules } from '../words/pricing-rules.ts';

export type StoreOfRecordOptions = {
  /** The local file. */
  file: string;
  rules: PricingRules;
  sqlServer: Parameters<typeof openSqlServerStore>[0];
};

/** Nothing was asked for yet, so nothing was changed: as with any other wrong configuration. */
function refused(error: unknown): never {
  throw new StoreError('invalid', messageOf(error), { cause: error });
}

/**
 * SQL Server as the system of record, for whoever administers it. Prices are made where calls end: what concerns them goes to the local
 * file, from where they are sent to SQL Server.
 */
export async function openStoreOfRecord({ file, rules, sqlServer }: StoreOfRecordOptions): Promise<Store & MoveStore> {
  // Loaded where one is configured alone: its driver takes longer to load than most commands take.
  const { openSqlServerStore } = await import('./sqlserver/store.ts');
  const remote = await openSqlServerStore(sqlServer, { rules }).catch(refused);
  let opened: Promise<LocalStore> | null = null;
  const local = (): Promise<LocalStore> => (opened ??= openLocalStore({ file, rules }));
  return {
    ...remote,
    importRates: (...args) => remote.importRatesIn(openScratchStore, ...args),
    listCallPrices: async (callId) => (await local()).listCallPrices(callId),
    async close() {
      await remote.close();
      await (await opened)?.close();
    },
  };
}
