import type { Column } from '../document.ts';
import type { Period } from '../period.ts';
import type { ReportSource } from '../report.ts';
import { columnOf } from './fields.ts';
import type { Layout } from './layout.ts';
import type { Payer } from './payer.ts';

const isAmount = ({ kind }: Column): boolean => kind === 'money' || kind === 'unit-price';

async function currenciesOf(payer: Payer, source: ReportSource, period: Period): Promise<Set<string>> {
  const currencies = new Set<string>();
  for (const { filters } of payer.parts) {
    for await (const { currency } of source.summarize({ period, groupings: ['outcome'], filters })) {
      if (currency !== null) currencies.add(currency);
    }
  }
  return currencies;
}

/** Columns of a layout: they name the currency where there is one, and each line names it where there are more. */
export async function columnsFor(
  { columns }: Layout,
  payer: Payer,
  { source, period }: { source: ReportSource; period: Period },
): Promise<Column[]> {
  const shown = columns.map(({ field, title }) => columnOf(field, title));
  if (shown.some(({ key }) => key === 'currency')) return shown;
  const currencies = await currenciesOf(payer, source, period);
  const [currency] = currencies;
  if (currency === undefined) return shown;
  if (currencies.size === 1) {
    return shown.map((column) =>
      isAmount(column) ? { ...column, currency, title: titleWith(column, currency) } : column,
    );
  }
  const at = shown.findIndex(isAmount);
  if (at === -1) return shown;
  return [...shown.slice(0, at), columnOf('currency'), ...shown.slice(at)];
}

const titleWith = ({ kind, title }: Column, currency: string): string =>
  kind === 'money' ? `${title} ${currency}` : title;
