import { isLocale } from '../words/locale.ts';
import type { Result } from '../words/result.ts';

/** How a place writes numbers. */
export type NumberSigns = {
  /** Before the decimals. */
  decimal: string;
  /** Between groups of digits; null: nothing is between them. */
  group: string | null;
  /** Digits in the group before the decimal sign, and in those before it: 3 and 3; in India 3 and 2. */
  groups: readonly [last: number, others: number];
  /** From 0 to 9. */
  digits: string;
};

const latin = '0123456789';

/** `0.0123`; nothing between thousands, because `1,500` is 1.5 for one reader and 1500 for another. */
export const pointSigns: NumberSigns = { decimal: '.', group: null, groups: [3, 3], digits: latin };

/** `0,0123`, without anything between thousands. */
export const commaSigns: NumberSigns = { ...pointSigns, decimal: ',' };

/** What people type for a sign that their keyboard does not have. */
const alike: readonly string[] = ["'’", ' \u00a0\u202f\u2009'];

const sameSigns = (sign: string): string => alike.find((signs) => signs.includes(sign)) ?? sign;

/** The signs of a locale: `de`, `en-IN`, `fr-CH`. */
export function signsOf(locale: string): Result<NumberSigns> {
  if (!isLocale(locale)) {
    return {
      ok: false,
      problem: `"${locale}" is not a locale: use a language, or a language and a country, as in de or en-GB`,
    };
  }
  const format = new Intl.NumberFormat(locale, { useGrouping: true, minimumFractionDigits: 1 });
  const parts = format.formatToParts(123_456_789_012.5);
  const signIn = (type: string): string | undefined => parts.find((part) => part.type === type)?.value;
  const integers = parts.filter(({ type }) => type === 'integer').map(({ value }) => value.length);
  const counting = new Intl.NumberFormat(locale, { useGrouping: false });
  return {
    ok: true,
    value: {
      decimal: signIn('decimal') ?? '.',
      group: signIn('group') ?? null,
      groups: [integers.at(-1) ?? 3, integers.at(-2) ?? 3],
      digits: Array.from(latin, (digit) => counting.format(Number(digit))).join(''),
    },
  };
}

/** Digits of other scripts as 0 to 9. */
function latinDigits(text: string, { digits }: NumberSigns): string {
  if (digits === latin) return text;
  const all = Array.from(digits);
  return Array.from(text, (character) => {
    const value = all.indexOf(character);
    return value === -1 ? character : String(value);
  }).join('');
}

/** A number as written with these signs, as `1234.5`; null: it is not written so. Groups count only where they are whole. */
export function plainNumber(typed: string, signs: NumberSigns): string | null {
  const text = latinDigits(typed.trim(), signs);
  const [whole = '', fraction, ...more] = text.split(signs.decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return null;
  const integer = signs.group === null || /^\d*$/.test(whole) ? whole : ungrouped(whole, signs.group, signs.groups);
  if (integer === null || !/^\d*$/.test(integer) || (integer === '' && fraction === undefined)) return null;
  return fraction === undefined ? integer : `${integer === '' ? '0' : integer}.${fraction}`;
}

function ungrouped(whole: string, group: string, [last, others]: readonly [number, number]): string | null {
  const signs = sameSigns(group);
  const sign = Array.from(whole).find((character) => signs.includes(character));
  if (sign === undefined) return null;
  const [first = '', ...rest] = whole.split(sign);
  const isWhole = (digits: string, at: number) => digits.length === (at === rest.length - 1 ? last : others);
  const isGrouped = first !== '' && first.length <= others && rest.every(isWhole);
  return isGrouped ? first + rest.join('') : null;
}
