import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { closedRecord } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

it('of the prices that come back, the one that counts there is the only one that counts here', async () => {
  const file = aFile();
  const store = await open({ file });
  await store.save(closedRecord('call-1'));
  const price = (version: number, isCurrent: 0 | 1, charge: number) => ({
    ...{ call_id: 'call-1', version, is_current: isCurrent, kind: 'priced', why: null, currency: 'USD' },
    ...{ cost_micros: charge, charge_micros: charge, billed_ms: 60_000, table_id: 1, rate_id: 1, rate_version: 1 },
    ...{ prefix: '1', destination: 'Utah', arithmetic: '…', priced_at: 1_700_000_000_000 + version, rerating_id: null },
    ...{ included_ms: null, basis: null, settles: null },
  });
  // Carried over as it was, then re-rated there.
  await store.takeHistory('prices', [price(7, 1, 100)]);
  await store.takeHistory('prices', [price(7, 0, 100), price(8, 1, 200)]);
  await store.takeHistory('prices', [price(7, 0, 100), price(8, 1, 200)]);
  const db = new Database(file, { readonly: true });
  const current = db.prepare('SELECT version, charge_micros AS charge FROM call_prices WHERE is_current = 1').all();
  db.close();
  expect(current).toEqual([{ version: 8, charge: 200 }]);
});
