import { formatIncrements } from '../../rating/increments.ts';
import { formatDecimal, formatMicros, formatMoney } from '../../rating/money.ts';
import type { Price } from '../../rating/price.ts';
import { isReadable, prefixText, type RateTable, type RateTerms } from '../../rating/rate.ts';
import { tiersText } from '../../rating/tiers.ts';
import type { RatesDifference, RateTableSummary, ReratingSummary } from '../../store/ports/rate-store.ts';
import { formatEnd, formatMoment } from '../../directory/moment.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { tableLines } from '../table.ts';

/** `1801 Utah: 0.12/min, 0.05 connect, 30/6, from 2026-01-01` */
export function rateText(rate: RateTerms, time: SiteTime): string {
  return `${`${prefixText(rate.prefix)} ${rate.destination}`.trim()}: ${isReadable(rate) ? termsText(rate, time) : 'cannot be read'}`;
}

function termsText(rate: RateTerms, time: SiteTime): string {
  if (rate.status === 'closed') return ['closed', ...validity(rate, time)].join(', ');
  const parts = [`${formatMicros(rate.priceMicros, 2)}/min${rate.scope === 'all' ? '' : ` ${rate.scope}`}`];
  if (rate.connectFeeMicros > 0) parts.push(`${formatMicros(rate.connectFeeMicros, 2)} connect`);
  parts.push(formatIncrements(rate));
  if (rate.minimumChargeMicros > 0) parts.push(`at least ${formatMicros(rate.minimumChargeMicros, 2)}`);
  parts.push(...tiersText(rate.tiers, 2));
  if (rate.graceMs > 0) parts.push(`nothing up to ${formatDecimal(rate.graceMs, 3)} s`);
  return [...parts, ...validity(rate, time)].join(', ');
}

function validity({ validFromMs, validUntilMs }: RateTerms, time: SiteTime): string[] {
  return [
    ...(validFromMs === null ? [] : [`from ${formatMoment(validFromMs, time)}`]),
    ...(validUntilMs === null ? [] : [`until ${formatEnd(validUntilMs, time)}`]),
  ];
}

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

/** Counts, then examples: `+` added, `~` changed, `-` removed. */
export function differenceLines(
  { added, changed, removed, unchanged, examples }: RatesDifference,
  time: SiteTime,
): string[] {
  const more = (all: number, shown: readonly unknown[], sign: string) =>
    all > shown.length && shown.length > 0 ? [`${sign} and ${all - shown.length} more`] : [];
  return [
    `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged`,
    ...examples.added.map((rate) => `+ ${rateText(rate, time)}`),
    ...more(added, examples.added, '+'),
    ...examples.changed.map(({ from, to }) => `~ ${rateText(from, time)} -> ${changedText(from, to, time)}`),
    ...more(changed, examples.changed, '~'),
    ...examples.removed.map((rate) => `- ${rateText(rate, time)}`),
    ...more(removed, examples.removed, '-'),
  ];
}

function changedText(from: RateTerms, to: RateTerms, time: SiteTime): string {
  const terms = termsText(to, time);
  return from.destination === to.destination ? terms : `${to.destination}: ${terms}`;
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
