import type sql from 'mssql';
import { countryFinder } from '../../../reports/country.ts';
import type { OutboxEntry } from '../../ports/replica-store.ts';
import { sqlServerRates } from '../rates/rates.ts';
import { saveRecords } from './commit.ts';
import { pricesOfMoved } from './moved-price.ts';
import { sentBy } from './rows.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';

/** Makes what sends records of a local file's outbox, as its own; rejects with a `StoreError`, and then nothing was written. */
export function recordSender(
  pool: sql.ConnectionPool,
  where: string,
  rules: PricingRules,
): (entries: readonly OutboxEntry[]) => Promise<void> {
  const sentOf = sentBy(countryFinder());
  const priceMoved = pricesOfMoved(sqlServerRates(pool, where), rules);
  return (entries) => {
    const records = entries.map(({ record, price, country }) => sentOf(record, price, country));
    return saveRecords(pool, where, records, { priceMoved });
  };
}
