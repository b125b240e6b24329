import type { Result } from '../../words/result.ts';
import { maximumUnits, microsPerUnit, parseDecimal } from '../money.ts';

/** What prices of a column are in, where it is not whole units of the currency a minute. */
export type PriceUnit = {
  /** How long a call such a price is for. */
  seconds: number;
  /** How many of what it counts make a whole unit: 100 cents, 1000 mills. */
  parts: 1 | 100 | 1000;
};

const plainUnit: PriceUnit = { seconds: 60, parts: 1 };

/** `per minute`, `min`, `per 10 min`; with `billing` or `increment`, `per second` says how time is counted. */
const timeWord = (words: string): RegExp =>
  new RegExp(`\\b(?:(?:per|a|an|pro|par|por|al|je|each) (?:(\\d{1,4}) ?)?)?(?:${words})\\b`);
const minuteWord = timeWord('min|mins|minute|minutes|minuten|minuto');
const times: readonly { seconds: number; word: RegExp }[] = [
  { seconds: 60, word: minuteWord },
  { seconds: 1, word: timeWord('s|sec|secs|second|seconds|sekunde|sekunden|seconde|segundo|secondo') },
  { seconds: 3600, word: timeWord('h|hr|hour|hours|stunde|heure|hora|ora') },
];
const hundredth = /\b(?:(?:in|us|euro) )?(?:cents?|cts?|c|usc|eurocents?|pence|pennies|penny|p)\b/;
const thousandth = /\b(?:in )?mills?\b/;

/** Takes the unit out of a column's plain name: `rate per sec` is `rate`, a second. Null: it says none but the minute. */
export function withoutUnit(plain: string): { name: string; unit: PriceUnit } | null {
  const time = times.find(({ word }) => word.test(plain));
  const count = Number((time === undefined ? null : time.word.exec(plain)?.[1]) ?? '1');
  const seconds = time === undefined ? plainUnit.seconds : time.seconds * count;
  const part = [
    { parts: 100 as const, word: hundredth },
    { parts: 1000 as const, word: thousandth },
  ].find(({ word }) => word.test(plain));
  const isCounted = count !== 1 || time?.seconds !== 60;
  if ((time === undefined || !isCounted) && part === undefined) return null;
  if (seconds === 0) return null;
  // Names such as `rate min` are known with their minute.
  const timeless = time === undefined || !isCounted ? plain : plain.replace(time.word, ' ');
  const rest = part === undefined ? timeless : timeless.replace(part.word, ' ');
  return { name: rest.replace(/\s+/g, ' ').trim(), unit: { seconds, parts: part?.parts ?? 1 } };
}

/** `¢`, `¢/min` and `/10 min`, which a plain name has no room for. */
export const withCents = (name: string): string => name.replace(/[¢￠]/g, ' cents ').replace(/\/\s*(?=\d)/g, ' per ');

/** The unit that a column's name says, whatever else it says. */
export const unitIn = (plain: string): PriceUnit => withoutUnit(plain)?.unit ?? plainUnit;

/** `ct`, `/s`, `cents per minute`: a unit alone; null: it is more than that, or none. */
export function unitAlone(text: string): PriceUnit | null {
  const plain = withCents(text)
    .replace(/\//g, ' per ')
    .replace(/[\s.]+/g, ' ')
    .trim()
    .toLowerCase();
  const { name, unit } = withoutUnit(plain) ?? { name: plain, unit: plainUnit };
  const isAlone = plain !== '' && name.replace(minuteWord, '').trim() === '';
  return isAlone ? unit : null;
}

/** Of a fee for a call, for which no time counts. */
export const unitOfFee = (plain: string): PriceUnit => ({ ...unitIn(plain), seconds: plainUnit.seconds });

export const isPlainUnit = ({ seconds, parts }: PriceUnit): boolean => seconds === 60 && parts === 1;

/** For people: how a price was made of what stands in the file. */
export function unitText({ seconds, parts }: PriceUnit): string {
  const what = seconds === 1 ? 'what it says for a second' : `what it says for ${seconds} seconds`;
  const time =
    60 % seconds === 0
      ? `${60 / seconds} times ${what}`
      : seconds % 60 === 0
        ? `${what}, divided by ${seconds / 60}`
        : `60/${seconds} of ${what}`;
  const said = [
    ...(seconds === 60 ? [] : [time]),
    ...(parts === 1 ? [] : [parts === 100 ? 'a hundredth of it' : 'a thousandth of it']),
  ];
  return `a minute is ${said.join(', ')}`;
}

/** Of prices for a second, which have more. */
const maximumDecimals = 10;

/** Reads a price in such a unit into micro-units a minute, to the nearest one. */
export function parseInUnit(text: string, { seconds, parts }: PriceUnit): Result<number> {
  const parsed = parseDecimal(text, maximumDecimals);
  if (!parsed.ok) return parsed;
  const scaled = BigInt(parsed.value) * 60n;
  const divisor = 10_000n * BigInt(parts) * BigInt(seconds);
  const micros = Number((scaled + divisor / 2n) / divisor);
  if (micros > maximumUnits * microsPerUnit)
    return { ok: false, problem: `"${text}" is more than ${maximumUnits} a minute` };
  if (micros === 0 && parsed.value !== 0) return { ok: false, problem: `"${text}" is less than a millionth a minute` };
  return { ok: true, value: micros };
}
