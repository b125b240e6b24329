import { isCurrency } from '../rating/currency.ts';
import type { RateTable } from '../rating/rate.ts';
import type { RateTableSettings } from './ports/rate-store.ts';
import { StoreError } from './ports/store.ts';

/** Of a table that is made without saying them: ten-thousandths, as carriers' invoices have them. */
export const defaultSettings: Omit<RateTableSettings, 'currency'> = {
  roundingMode: 'half-up',
  roundingUnitMicros: 100,
  markupBasisPoints: 0,
  markupPerCallMicros: 0,
};

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
  const { roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros } = {
    ...defaultSettings,
    ...present,
    ...changes,
  };
  return { name, currency, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros };
}
