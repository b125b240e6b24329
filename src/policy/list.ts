import { isPrefix } from '../numbers/e164.ts';
import { callTypes } from '../words/call-type.ts';
import type { CallType } from '../words/call-type.ts';
import type { Result } from '../words/result.ts';

/** A list as a person typed it, in canonical form: in the order typed, without duplicates. The problem names the item. */
type ParsedList<Item> = Result<Item[]>;

/**
 * Digits with an optional leading `+`; single dashes and dots between them and brackets around some of them are formatting.
 * The dashes are ASCII's and those that word processors put in their place.
 */
const formatted = /^\+?(?![-.\u2010-\u2015\u2212])(?:[-.\u2010-\u2015\u2212]?(?:[0-9]|\([0-9]+\)|\[[0-9]+\]))+$/;
/** E.164's 15 digits behind the longest international prefix in use, 5 digits. */
const maximumDigits = 20;
/** As typed, with its formatting. */
const longestItem = 60;

/**
 * Prefixes, e.g. `1900, +44; 011`. Items are separated by spaces, commas, semicolons or new lines, so `801 642` is two
 * items, while `801-642` and `(801)642` are one. A bracket beside a space is refused: `+44 (0)20` was meant as one number,
 * and as two items it would open or close a whole country.
 */
export function parsePrefixList(text: string): ParsedList<string> {
  return parseDigitList(text, 'a prefix', 6);
}

/** First digits of E.164 numbers, with or without `+`: `1801, +44`. */
export function parseWorldPrefixList(text: string): ParsedList<string> {
  const parsed = parsePrefixList(text);
  if (!parsed.ok) return parsed;
  const digits = parsed.value.map((prefix) => prefix.replace('+', ''));
  const wrong = digits.find((prefix) => !isPrefix(prefix));
  if (wrong === undefined) return { ok: true, value: [...new Set(digits)] };
  const problem = `${quoted(wrong)} is not the beginning of a number with its country code, as in 1801 or 44`;
  return { ok: false, problem };
}

/** Whole numbers, typed like prefixes: `101, 102, +1-801-642-4655`. */
export function parseNumberList(text: string): ParsedList<string> {
  return parseDigitList(text, 'a number', 3);
}

/** Call types by name, in any case: `local, national toll-free`. */
export function parseCallTypeList(text: string): ParsedList<CallType> {
  return parseItems(text, (item) => {
    const callType = callTypes.find((known) => known === item.toLowerCase());
    return callType ?? { problem: `${quoted(item)} is not a call type: use ${callTypes.join(', ')}` };
  });
}

/** The list as a person may type it again. */
export function formatList(items: readonly string[]): string {
  return items.join(', ');
}

/** `1,900` and, with the narrow spaces of some locales, `1 900`: as thousands are written. */
const thousands = /^\+?\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+$/;

/** What can be read in two ways; null: nothing. The wrong one would open or close a whole country. */
function twoReadings(text: string, longestRange: number): string | null {
  const trimmed = text.trim();
  if (thousands.test(trimmed)) {
    const items = trimmed.split(/[,\u00a0\u2009\u202f]/);
    return `${quoted(trimmed)} can be read in two ways: write ${items.join('')} for one, or "${items.join(', ')}" for ${items.length}`;
  }
  const [, zeros] = /^(\+?\d+),0+$/.exec(trimmed) ?? [];
  if (zeros !== undefined) {
    return `${quoted(trimmed)} can be read in two ways: write ${zeros}, if a spreadsheet has made a number of it, or "${trimmed.replace(',', ', ')}" for 2`;
  }
  const range = /-/.test(trimmed) ? rangeIn(trimmed, longestRange) : null;
  if (range !== null) return range;
  // Most lists have no point in them, and a file may have a hundred thousand.
  if (!trimmed.includes('.')) return null;
  return ofSpreadsheet(trimmed);
}

/** `44-46` and `101-105` may be all between them. Longer ones are numbers in two groups, as in 2345-6789. */
function rangeIn(text: string, longest: number): string | null {
  for (const item of text.split(/[\s,;]+/)) {
    const [, from = '', to = ''] = /^\+?(\d+)-(\d+)$/.exec(item) ?? [];
    if (from === '' || from.length > longest || from.length !== to.length || from >= to) continue;
    return `${quoted(item)} can be read in two ways: write ${from}${to} for one, or each from ${from} to ${to} for all of them`;
  }
  return null;
}

/** A number with a fraction, as a spreadsheet writes it, or as what it leaves of 44.20. */
function ofSpreadsheet(trimmed: string): string | null {
  const short = trimmed.split(/[\s,;]+/).find((item) => /^\+?\d+\.\d?[1-9]$/.test(item));
  if (short !== undefined) {
    return (
      `${quoted(short)} can be read in two ways: write ${short.replace('.', '')}, or more zeros behind it, if a spreadsheet has made a number ` +
      'of it and left them out'
    );
  }
  const fraction = trimmed.split(/[\s,;]+/).find((item) => /^\+?\d+\.0+$/.test(item));
  if (fraction === undefined) return null;
  const whole = fraction.replace(/\.0+$/, '');
  return (
    `${quoted(fraction)} can be read in two ways: write ${whole}, if a spreadsheet has made a number of it, ` +
    `or ${fraction.replace('.', '')}`
  );
}

function parseDigitList(text: string, what: string, longestRange: number): ParsedList<string> {
  const twice = twoReadings(text, longestRange);
  if (twice !== null) return { ok: false, problem: twice };
  const torn = tornNumber(text);
  if (torn !== null) {
    const problem = `${quoted(torn)} looks like one number with spaces in it: write it without spaces, or a comma between two`;
    return { ok: false, problem };
  }
  return parseItems(text, (item) => {
    if (item.length > longestItem) return { problem: `${quoted(item)} is not ${what}: it is too long` };
    if (!formatted.test(item)) {
      return { problem: `${quoted(item)} is not ${what}: use digits, with + in front of a country code` };
    }
    const canonical = item.replaceAll(/[^0-9+]/g, '');
    if (canonical.startsWith('+0')) return { problem: `${quoted(item)} is not ${what}: no country code begins with 0` };
    if (canonical.length > maximumDigits) return { problem: `${quoted(item)} is not ${what}: it is too long` };
    return canonical;
  });
}

/** Two neighbours with nothing but spaces between, and a bracket beside those spaces. */
function tornNumber(text: string): string | null {
  let before: { item: string; gap: string } | null = null;
  for (const [, item = '', gap = ''] of text.matchAll(/([^\s,;]+)([\s,;]*)/g)) {
    if (before !== null && /^[^\S\n]+$/.test(before.gap)) {
      const opens = /^[([]/.test(item);
      const closed = /[)\]]$/.test(before.item) && !item.startsWith('+');
      if (opens || closed) return `${before.item} ${item}`;
    }
    before = { item, gap };
  }
  return null;
}

function parseItems<Item extends string>(
  text: string,
  read: (item: string) => Item | { problem: string },
): ParsedList<Item> {
  const items = new Set<Item>();
  for (const typed of text.split(/[\s,;]+/)) {
    if (typed === '') continue;
    const item = read(typed);
    if (typeof item !== 'string') return { ok: false, problem: item.problem };
    items.add(item);
  }
  return { ok: true, value: [...items] };
}

/** An item for an error line: short, and with control characters written out. */
function quoted(item: string): string {
  return JSON.stringify(item.length > 40 ? `${item.slice(0, 40)}…` : item);
}
