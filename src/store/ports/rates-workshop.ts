import type { RateReplicaStore } from './rate-replica.ts';
import type { RateStore } from './rate-store.ts';

/**
 * A store of rates that lasts for one import: the present rates of a table are copied into it, a file is checked, compared and
 * imported there, and what came of it goes to the system of record.
 */
export type RatesWorkshop = Pick<RateReplicaStore, 'applyRates'> &
  Pick<RateStore, 'listRateTables' | 'importRates' | 'exportRates'> & { close(): Promise<void> };
