import type { Result } from '../../words/result.ts';
import { maximumUnits, microsPerUnit, parseDecimal } from '../money.ts';

/** What prices of a column are in, where it is not whole units of the currency a minute. */
export type PriceUnit = { perSecond: boolean; inHundredths: boolean };

const plainUnit: PriceUnit = { perSecond: false, inHundredths: false };

const minute = /\b(?:min|mins|minute|minutes|minuten|minuto)\b/;
/** `per second`, `/sec`, `pro Sekunde`; with `billing` or `increment` it says how time is counted. */
const second = /\b(?:(?:per|a|pro|par|por|al) )?(?:s|sec|secs|second|seconds|sekunde|seconde|segundo|secondo)\b/;
const hundredth = /\b(?:(?:in|us|euro) )?(?:cents?|cts?|c|usc|eurocents?|pence|pennies|penny|p)\b/;

/** Takes the unit out of a column's plain name: `rate per sec` is `rate`, a second. Null: it says none. */
export function withoutUnit(plain: string): { name: string; unit: PriceUnit } | null {
  const perSecond = !minute.test(plain) && second.test(plain);
  const inHundredths = hundredth.test(plain);
  if (!perSecond && !inHundredths) return null;
  const rest = (perSecond ? plain.replace(second, ' ') : plain).replace(inHundredths ? hundredth : /(?!)/, ' ');
  return { name: rest.replace(/\s+/g, ' ').trim(), unit: { perSecond, inHundredths } };
}

/** `¢` and `¢/min`, which a plain name has no room for. */
export const withCents = (name: string): string => name.replace(/[¢￠]/g, ' cents ');

/** The unit that a column's name says, whatever else it says. */
export const unitIn = (plain: string): PriceUnit => withoutUnit(plain)?.unit ?? plainUnit;

export const isPlainUnit = ({ perSecond, inHundredths }: PriceUnit): boolean => !perSecond && !inHundredths;

/** For people: how a price was made of what stands in the file. */
export function unitText({ perSecond, inHundredths }: PriceUnit): string {
  const parts = [
    ...(perSecond ? ['60 times what it says for a second'] : []),
    ...(inHundredths ? ['a hundredth of it'] : []),
  ];
  return `a minute is ${parts.join(', ')}`;
}

/** Of prices for a second, which have more. */
const maximumDecimals = 10;

/** Reads a price in such a unit into micro-units a minute, to the nearest one. */
export function parseInUnit(text: string, { perSecond, inHundredths }: PriceUnit): Result<number> {
  const parsed = parseDecimal(text, maximumDecimals);
  if (!parsed.ok) return parsed;
  const scaled = BigInt(parsed.value) * (perSecond ? 60n : 1n);
  const divisor = 10_000n * (inHundredths ? 100n : 1n);
  const micros = Number((scaled + divisor / 2n) / divisor);
  if (micros > maximumUnits * microsPerUnit)
    return { ok: false, problem: `"${text}" is more than ${maximumUnits} a minute` };
  if (micros === 0 && parsed.value !== 0) return { ok: false, problem: `"${text}" is less than a millionth a minute` };
  return { ok: true, value: micros };
}
