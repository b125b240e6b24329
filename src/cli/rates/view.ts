import { formatDecimal, formatMicros, formatMoney } from '../../rating/money.ts';
import type { Price } from '../../rating/price.ts';
import type { RateTable } from '../../rating/rate.ts';
import type { RateTableSummary, ReratingSummary } from '../../store/ports/rate-store.ts';
import { formatMoment } from '../../directory/moment.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { tableLines } from '../table.ts';

/** `USD, half-up to 0.0001, + 12.5 %, + 0.05 a call` */
export function settingsText(table: RateTable): string {
  const parts = [table.currency, `${table.roundingMode} to ${formatMicros(table.roundingUnitMicros)}`];
  if (table.markupBasisPoints > 0) parts.push(`+ ${formatDecimal(table.markupBasisPoints, 2)} %`);
  if (table.markupPerCallMicros > 0) parts.push(`+ ${formatMicros(table.markupPerCallMicros, 2)} a call`);
  if (table.peakHours !== '') parts.push(`peak ${table.peakHours.replaceAll(',', ' and ')} (${table.timeZone})`);
  if (table.holidays !== '') parts.push(`holidays ${table.holidays.replaceAll(',', ' and ')}`);
  return parts.join(', ');
}

export function tablesTable(tables: readonly RateTableSummary[], time: SiteTime): string[] {
  return tableLines([
    ['TABLE', 'FOR', 'RATES', 'SETTINGS', 'VERSION', 'FROM FILE'],
    ...tables.map((table) => [
      table.name,
      usersText(table),
      String(table.rates),
      table.problem ?? settingsText(table),
      String(table.version),
      table.source === null || table.importedAtMs === null
        ? ''
        : `${table.source}, ${formatMoment(table.importedAtMs, time)}`,
    ]),
  ]);
}

/** `1 account`, `2 accounts` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function usersText({ isDefault, accounts, departments }: RateTableSummary): string {
  const users: string[] = [];
  if (isDefault) users.push('default');
  if (accounts > 0) users.push(counted(accounts, 'account'));
  if (departments > 0) users.push(counted(departments, 'department'));
  return users.length === 0 ? 'nobody' : users.join(', ');
}

/** The charge of a call, or why it is free or unknown. */
export function priceText(price: Price | null): string {
  if (price === null) return 'no price';
  switch (price.kind) {
    case 'priced':
      return formatMoney(price.chargeMicros, price.currency);
    case 'free':
      return price.why === 'not-answered' ? 'free: not answered' : 'free: its call type is free';
    case 'unrated':
      return `unrated: ${{ 'no-rate-table': 'no rate table', 'no-rate': 'no rate', 'no-number': 'no E.164 number', 'out-of-range': 'out of range', 'unreadable-rate': 'the rate cannot be read' }[price.why]}`;
  }
}

export function reratingsTable(reratings: readonly ReratingSummary[], time: SiteTime): string[] {
  return tableLines([
    ['ID', 'CALLS SINCE', 'UNTIL', 'PRICES CHANGED', 'MADE', 'BY', ''],
    ...reratings.map((rerating) => [
      String(rerating.id),
      formatMoment(rerating.fromMs, time),
      formatMoment(rerating.untilMs, time),
      String(rerating.calls),
      formatMoment(rerating.madeAtMs, time),
      rerating.madeBy,
      rerating.undoes === null ? (rerating.isUndone ? 'undone' : '') : `undoes ${rerating.undoes}`,
    ]),
  ]);
}
