import { callingCodeOf } from '../../numbers/metadata.ts';
import type { Result } from '../../words/result.ts';
import { maximumPrefixDigits } from '../rate.ts';
import { shown, type ListSeparator, type PrefixOptions } from './prefix-options.ts';

/** Taking a field apart into its items. What can be taken apart in two ways is refused, unless the options decide. */

const signs: Readonly<Record<Exclude<ListSeparator, 'none'>, RegExp>> = {
  comma: /,/,
  semicolon: /;/,
  slash: /\//,
  pipe: /\|/,
  space: /\s+/,
  line: /\n/,
};

/** `1,684`: whole groups of three, without spaces, as thousands are written. */
const thousands = /^\d{1,3}(?:[,\u00a0\u202f]\d{3})+$/;
const digitsIn = (text: string): string => text.replace(/\D/g, '');
const and = (items: readonly string[]): string =>
  items.length > 3 ? `${items.slice(0, 3).join(', ')} … (${items.length} prefixes)` : items.join(' and ');

const trimmed = (items: readonly string[]): string[] => items.map((item) => item.trim());

/** The items of a field, each with its own formatting. */
export function splitPrefixes(text: string, options: PrefixOptions): Result<string[]> {
  const fraction = withComma(text, options);
  if (fraction !== null) return fraction;
  if (options.list === 'none') return { ok: true, value: [text.replace(/[,\s](?=\d)/g, '')] };
  if (options.list !== null) {
    const items = trimmed(text.split(signs[options.list]));
    return inCountry(options.list === 'space' ? items.filter((item) => item !== '') : items, text, options);
  }
  const pieces = trimmed(text.split(/[;|\n]/));
  const parts = pieces.map((piece) => splitPart(piece, pieces.length === 1));
  const wrong = parts.find((part) => !part.ok);
  if (wrong !== undefined) return wrong;
  // "4420,\n4421": the line break only continues the list.
  const items = parts.flatMap((part) => (part.ok ? part.value : []));
  const isContinued = /,\s*\n/.test(text);
  return inCountry(isContinued ? items.filter((item) => item !== '') : items, text, options);
}

/** `44,0` and `33,3` where decimals have a comma: a number as a spreadsheet writes it, or a list. Null: neither. */
function withComma(text: string, { list, dot, decimalComma }: PrefixOptions): Result<string[]> | null {
  const [, whole = '', fraction = ''] = /^\+?(\d+),(\d{1,2})$/.exec(text.trim()) ?? [];
  if (whole === '' || list !== null || !decimalComma) return null;
  const asList = `${whole} and ${fraction} with --prefix-list comma`;
  if (/[1-9]/.test(fraction)) {
    const asNumber =
      'as a number of which a spreadsheet has dropped the last zeros: then format the column as text and send it again';
    return { ok: false, problem: `${shown(text)} can be read in two ways: as ${asList}, or ${asNumber}` };
  }
  return dot === 'decimal'
    ? { ok: true, value: [whole] }
    : twoReadings(text, `${whole} with --dot decimal, as spreadsheets write a number`, asList);
}

/** What has neither `;` nor `|` nor line breaks in it. Beside others, separated by those, its spaces separate nothing. */
function splitPart(part: string, isAlone: boolean): Result<string[]> {
  const digits = digitsIn(part);
  if (thousands.test(part) && digits.length <= maximumPrefixDigits) {
    const items = part.split(/[,\u00a0\u202f]/);
    const list = part.includes(',') ? 'comma' : 'space';
    return twoReadings(part, `${digits} with --prefix-list none`, `${and(items)} with --prefix-list ${list}`);
  }
  const items = trimmed(part.split(/[,/]/));
  if (items.length > 1) return { ok: true, value: items };
  if ((part.match(/\+/g) ?? []).length > 1) return { ok: true, value: trimmed(part.split(/\s+(?=\+)/)) };
  // `+44 20` and `1 (801) 642` are one number with spaces in it; `4420 4421` may be two.
  const groups = part.split(/\s+/);
  if (!isAlone || groups.length === 1 || !groups.every((group) => /^\d+$/.test(group)))
    return { ok: true, value: items };
  if (digits.length > maximumPrefixDigits) return { ok: true, value: groups };
  return twoReadings(part, `${digits} with --prefix-list none`, `${and(groups)} with --prefix-list space`);
}

const twoReadings = (text: string, one: string, other: string): { ok: false; problem: string } => ({
  ok: false,
  problem: `${shown(text)} can be read in two ways: as ${one}, or as ${other}`,
});

/**
 * A list may begin with the country code of all its items: `34 6, 7`. It is not guessed, because 7 is a country too; where each
 * item has the code, there is nothing to decide.
 */
function inCountry(items: string[], text: string, options: PrefixOptions): Result<string[]> {
  const [first = '', ...others] = items;
  const marked = /^\+?\s*(\d{1,3})[\s-]+\d/.exec(first);
  const code = marked?.[1] ?? (first.startsWith('+') ? callingCodeOf(digitsIn(first)) : null);
  if (code === null || callingCodeOf(code) !== code || others.length === 0) return { ok: true, value: items };
  const lacking = others.filter((item) => !item.startsWith('+') && !digitsIn(item).startsWith(code));
  if (lacking.length === 0) return { ok: true, value: items };
  const together = [first, ...others.map((item) => (lacking.includes(item) ? code + item : item))];
  if (options.countryCodeOnce) return { ok: true, value: together };
  // A separator was declared, so each item is one prefix.
  if (options.list !== null) return { ok: true, value: items };
  return twoReadings(
    text,
    `${and(together.map(digitsIn))} with --country-code-once`,
    `${and(items.map(digitsIn))} with --prefix-list ${/,/.test(text) ? 'comma' : 'semicolon'}`,
  );
}
