import { isCurrency } from '../../currency.ts';

/** What a carrier writes above and below a table of rates, as far as it may say something else of the prices than the table does. */

export type Remark = {
  line: number;
  text: string;
  /** The table's; null: not known. */
  currency: string | null;
  /** Whether a column of prices says its unit. */
  hasUnits: boolean;
};

const currencyWords: readonly [RegExp, string][] = [
  [/€|\beuros?\b/i, 'EUR'],
  [/£|\bpounds? sterling\b/i, 'GBP'],
  [/\b(?:us[- ]?dollars?|u\.s\. dollars?)\b|\bus\$/i, 'USD'],
  [/\bswiss francs?\b/i, 'CHF'],
];

function currenciesIn(text: string): Set<string> {
  const codes = text.split(/[^A-Za-z]+/).filter((word) => isCurrency(word));
  const words = currencyWords.flatMap(([pattern, code]) => (pattern.test(text) ? [code] : []));
  // In a line of capitals, ALL and TOP are words.
  return new Set([
    ...(/\p{Ll}/u.test(text) || codes.length === 1 ? codes.filter((code) => code !== 'ALL') : []),
    ...words,
  ]);
}

const cents = /\b(?:us ?)?(?:cents?|cts?|pence|mills?)\b|¢/i;
const otherTime =
  /\b(?:rates?|prices?|costs?|tarifs?|preise?)\b.*(?:\bper|\/|\bpro|\bpar)\s*(?:\d+\s*(?:s|secs?|seconds?|min|mins|minutes?)|s|sec|second|sekunde|seconde|hour|stunde|heure)\b/i;
const aboutBilling = /\bbill(?:ed|ing)\b|\bincrements?\b|\btakt/i;
const begins =
  /\b(?:effective|valid from|with effect|applies from|in force|gültig ab|gilt ab|valable|vigente|valido)\b/i;
const date = /\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2}\b/;

/** What a remark may say that the rates do not; null: nothing. `hasDates`: whether any of them has a day from which it is valid. */
export function remarkOn({ text, currency, hasUnits }: Remark, hasDates: boolean): string | null {
  const named = currenciesIn(text);
  if (currency !== null && named.size > 0 && !named.has(currency)) {
    return `names ${[...named].join(' and ')}, and the rates are in ${currency}`;
  }
  if (!hasUnits && cents.test(text)) return 'says cents';
  if (!hasUnits && otherTime.test(text) && !aboutBilling.test(text)) return 'names a time that a price is for';
  return !hasDates && begins.test(text) && date.test(text)
    ? 'names a date, and the rates have none: --from says from when they are valid'
    : null;
}
