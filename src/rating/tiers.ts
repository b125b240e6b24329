import type { Result } from '../words/result.ts';
import { formatDecimal, formatMicros, maximumUnits, parseDecimal, parseMicros } from './money.ts';
import type { DecimalMark } from './money.ts';

/** The price a minute from so much billed time of a month on. */
export type Tier = { fromMs: number; priceMicros: number };

const maximumTiers = 10;
const msPerMinute = 60_000;
const known = new Map<string, readonly Tier[]>();

/** Reads `500:0.10 2000:0.08`, minutes of the month and the price from there on, rising; empty: none. */
export function parseTiers(text: string, mark: DecimalMark = '.'): Result<Tier[]> {
  const items = text.split(/\s+/).filter((item) => item !== '');
  if (items.length > maximumTiers) return { ok: false, problem: `there are more than ${maximumTiers} tiers` };
  const tiers: Tier[] = [];
  for (const item of items) {
    const [minutes = '', price = '', ...more] = item.split(':');
    if (price === '' || more.length > 0) {
      const shown = JSON.stringify(item.slice(0, 40));
      return { ok: false, problem: `${shown} is not MINUTES:PRICE, as in 500:0.10 2000:0.08` };
    }
    const from = parseDecimal(minutes, 0, mark);
    if (!from.ok) return { ok: false, problem: `minutes of a tier: ${from.problem}` };
    const priced = parseMicros(price, mark);
    if (!priced.ok) return { ok: false, problem: `price of a tier: ${priced.problem}` };
    const fromMs = from.value * msPerMinute;
    if (fromMs <= (tiers.at(-1)?.fromMs ?? 0) || from.value > maximumUnits) {
      return { ok: false, problem: `tiers begin after 0 minutes and rise: ${JSON.stringify(text.slice(0, 80))}` };
    }
    tiers.push({ fromMs, priceMicros: priced.value });
  }
  return { ok: true, value: tiers };
}

/** As `parseTiers` reads them, in one way: how they are stored. */
export const formatTiers = (tiers: readonly Tier[]): string =>
  tiers
    .map(({ fromMs, priceMicros }) => `${formatDecimal(fromMs / msPerMinute, 0)}:${formatMicros(priceMicros)}`)
    .join(' ');

/** Of a stored text; what cannot be read is none. */
export function tiersIn(text: string): readonly Tier[] {
  if (text === '') return [];
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parseTiers(text);
  const tiers = parsed.ok ? parsed.value : [];
  if (known.size > 1000) known.clear();
  known.set(text, tiers);
  return tiers;
}

/** The tiers as people read them: `from 500 min 0.10/min`. */
export const tiersText = (tiers: string, minimumDecimals: number): string[] =>
  tiersIn(tiers).map(
    ({ fromMs, priceMicros }) =>
      `from ${fromMs / msPerMinute} min of the month ${formatMicros(priceMicros, minimumDecimals)}/min`,
  );
