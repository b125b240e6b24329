import { formatIncrements } from '../rating/increments.ts';
import { formatDecimal, formatMicros } from '../rating/money.ts';
import { isReadable, prefixText, type RateTerms } from '../rating/rate.ts';
import { tiersText } from '../rating/tiers.ts';
import type { RatesDifference } from '../store/ports/rate-store.ts';
import type { SiteTime } from '../words/site-time.ts';
import { formatEnd, formatMoment } from './moment.ts';

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
