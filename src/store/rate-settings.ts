import { isCurrency } from '../rating/currency.ts';
import { defaultSettings, inCurrency, settingsIn, type RateTableSettings } from '../rating/rate-table-settings.ts';
import type { RateTable } from '../rating/rate.ts';
import { StoreError } from './ports/store-error.ts';

const invalid = (message: string) => new StoreError('invalid', message);

/** What a table is to be after `changes`. Throws a `StoreError` where it needs a currency, or has rates in another one. */
export function settledTable(
  name: string,
  changes: Partial<RateTableSettings>,
  present: (RateTable & { hasRates: boolean }) | null,
): Omit<RateTable, 'id'> {
  const currency = changes.currency ?? present?.currency;
  if (currency === undefined) throw invalid(`The new rate table "${name}" needs a currency.`);
  if (!isCurrency(currency)) throw invalid(`"${currency}" is not an ISO 4217 currency.`);
  if (present?.hasRates === true && present.currency !== currency) {
    throw invalid(`"${name}" has rates in ${present.currency}: import those in ${currency} into another table.`);
  }
  return {
    name,
    ...(present === null ? defaultSettings(currency) : settingsIn(inCurrency(present, currency))),
    ...settingsIn(changes),
    currency,
  };
}
