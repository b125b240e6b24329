import { isPrefix } from '../../numbers/e164.ts';
import { worldMayBegin } from '../../numbers/world.ts';
import type { Result } from '../../words/result.ts';
import { everythingElse } from '../rate.ts';
import { splitPrefixes } from './prefix-list.ts';
import { shown, undecided, type PrefixOptions } from './prefix-options.ts';
import { rangeIn } from './ranges.ts';
import { digitSets, spokenRange, withoutWildcard } from './patterns.ts';

/** The fields of a line that say which numbers it is for; empty where the file has no such column. */
export type PrefixFields = {
  prefix: string;
  countryCode: string;
  areaCode: string;
  /** North American: area code and exchange, without the 1. */
  npanxx: string;
};

export type Prefixes = {
  prefixes: string[];
  /** Prefixes written with a trunk zero that no number has, as they were written. */
  withoutTrunkZero: string[];
};

const noFields: PrefixFields = { prefix: '', countryCode: '', areaCode: '', npanxx: '' };

/**
 * The prefixes of a line: a list in one field (`44, 4420; 4421`), a country code with a list of area codes, where an empty list
 * means the whole country, or North American area codes and exchanges. What can be read in two ways is refused, with both
 * readings and the option that decides.
 */
export function parsePrefixes(fields: Partial<PrefixFields>, options: PrefixOptions = undecided): Result<Prefixes> {
  const { prefix, countryCode, areaCode, npanxx } = { ...noFields, ...fields };
  if (npanxx !== '') return eachOf(npanxx, options, (item) => northAmerican(item));
  if (countryCode !== '') return inCountry(countryCode, areaCode, options);
  if (areaCode !== '') return { ok: false, problem: 'the country code is missing' };
  if (prefix === '') return { ok: false, problem: 'the prefix is missing' };
  if (isEverythingElse(prefix)) return one('');
  return eachOf(prefix, options, (item) => prefixesOf(withoutDialOut(item, options), options));
}

const elseWords = [
  'default',
  'other',
  'others',
  'all other',
  'all others',
  'everything else',
  'rest of world',
  'rest of the world',
];

/** A rate for every number that has no other one. */
const isEverythingElse = (text: string): boolean =>
  text === everythingElse || elseWords.includes(text.toLowerCase().replace(/\s+/g, ' '));

/** 0044 and 01144 as 44, also at the end of a range, where the file is said to be written so. */
const withoutDialOut = (item: string, { dialOut }: PrefixOptions): string =>
  dialOut === null ? item : item.replace(new RegExp(`(^|[-–—]\\s*)${dialOut}(?=\\d)`, 'g'), '$1');

type Read = Result<Prefixes>;
const one = (prefix: string, withoutTrunkZero: string[] = []): Read => ({
  ok: true,
  value: { prefixes: [prefix], withoutTrunkZero },
});
const wrong = (problem: string): { ok: false; problem: string } => ({ ok: false, problem });

function eachOf(text: string, options: PrefixOptions, read: (item: string) => Read): Read {
  const items = splitPrefixes(text, options);
  if (!items.ok) return items;
  const all: Prefixes = { prefixes: [], withoutTrunkZero: [] };
  for (const item of items.value) {
    const result = item === '' ? wrong('a prefix in the list is empty') : read(item);
    if (!result.ok) return result;
    all.prefixes.push(...result.value.prefixes);
    all.withoutTrunkZero.push(...result.value.withoutTrunkZero);
  }
  return { ok: true, value: all };
}

/** Digits without what only formats them; null: there is more than that. */
function plainDigits(text: string): string | null {
  // Two points and more stand for a range, or for something left out.
  if (/\.\s*\./.test(text)) return null;
  const digits = text
    .replace(/^\+/, '')
    .replace(/^1-(?=\d{3})/, '1')
    .replace(/^(1\d{3})-(\d{3})(?:-(\d{4}))?$/, '$1$2$3')
    .replace(/[\s.()]/g, '');
  return /^\d+$/.test(digits) ? digits : null;
}

/**
 * A number with a fraction of zeros is how spreadsheets write a whole one: `44.0`. With another fraction, `44.2`, it may be 44.20, of which
 * they have dropped the last zero.
 */
function withoutFraction(text: string, { dot }: PrefixOptions): Result<string> {
  const [, whole, fraction = ''] = /^(\+?\d+)\.(\d+)$/.exec(text) ?? [];
  if (whole === undefined || dot === 'inside') return { ok: true, value: text };
  const inside = text.replace(/[+.]/g, '');
  if (!/^0+$/.test(fraction)) {
    return wrong(
      `${shown(text)} can be read in two ways: as ${inside} with --dot inside, or as a number of which a spreadsheet has dropped the last ` +
        'zeros: then format the column as text and send it again',
    );
  }
  if (dot === 'decimal') return { ok: true, value: whole };
  return wrong(
    `${shown(text)} can be read in two ways: as ${whole.replace('+', '')} with --dot decimal, as spreadsheets write a number, ` +
      `or as ${inside} with --dot inside`,
  );
}

function prefixesOf(typed: string, options: PrefixOptions): Read {
  const text = withoutFraction(typed, options);
  if (!text.ok) return text;
  const zero = /^\+?(\d{1,3})[\s-]*\(0\)[\s-]*(.+)$/.exec(text.value);
  if (zero !== null) return behindTrunkZero(zero[1] ?? '', zero[2] ?? '', typed);
  const sets = digitSets(text.value);
  if (sets !== null) return joined(sets.map((prefix) => prefixesOf(prefix, options)));
  const spoken = spokenRange(text.value);
  const range = spoken === null ? rangeIn(text.value, options) : rangeIn(spoken, { ...options, dash: 'range' });
  if (range !== null) {
    if (!range.ok) return range;
    if (spoken !== null && range.value.length === 1) return wrong(`${shown(typed)} is a range that goes backwards`);
    const bad = range.value.find((prefix) => !isPrefix(prefix));
    if (bad !== undefined) return wrong(whyNotPrefix(typed, bad));
    return { ok: true, value: { prefixes: range.value, withoutTrunkZero: [] } };
  }
  const digits = plainDigits(withoutWildcard(text.value));
  if (digits === null || !isPrefix(digits)) return wrong(whyNotPrefix(typed, digits ?? ''));
  return one(digits);
}

/** `201202` and `201-202`; with the 1 of North America before it, too. */
function northAmerican(typed: string): Read {
  const digits = typed.replace(/[\s-]/g, '').replace(/^\+?1(?=[2-9]\d{2})/, '');
  if (/^[2-9]\d{2}(?:[2-9]\d{2}\d{0,4})?$/.test(digits)) return one(`1${digits}`);
  return wrong(`${shown(typed)} is not a North American area code (201) or area code and exchange (201202)`);
}

function inCountry(countryCode: string, areaCodes: string, options: PrefixOptions): Read {
  const code = withoutFraction(countryCode.trim(), options);
  if (!code.ok) return code;
  const digits = plainDigits(code.value);
  if (digits === null || !isPrefix(digits)) return wrong(whyNotPrefix(countryCode, digits ?? ''));
  if (areaCodes === '') return one(digits);
  return eachOf(areaCodes, options, (typed) => {
    const item = withoutFraction(typed, options);
    if (!item.ok) return item;
    const range = rangeIn(item.value, options, digits);
    const areas = range ?? { ok: true, value: [plainDigits(item.value) ?? ''] };
    if (!areas.ok) return areas;
    const read = areas.value.map((area) =>
      area === ''
        ? wrong(whyNotPrefix(typed, ''))
        : area.startsWith('0')
          ? behindTrunkZero(digits, area.slice(1), typed)
          : one(digits + area),
    );
    return joined(read);
  });
}

function joined(read: readonly Read[]): Read {
  const all: Prefixes = { prefixes: [], withoutTrunkZero: [] };
  for (const result of read) {
    if (!result.ok) return result;
    all.prefixes.push(...result.value.prefixes);
    all.withoutTrunkZero.push(...result.value.withoutTrunkZero);
  }
  return { ok: true, value: all };
}

/**
 * A zero between country code and area code is dialled only inside most countries: 44 (0)20 is 4420, but in Italy 39 06 is 3906.
 * It is left out where numbers begin with the rest and none with the zero.
 */
function behindTrunkZero(countryCode: string, rest: string, typed: string): Read {
  const digits = plainDigits(rest);
  if (digits === null) return wrong(whyNotPrefix(typed, ''));
  const [withZero, without] = [`${countryCode}0${digits}`, countryCode + digits];
  if (!isPrefix(withZero) || !isPrefix(without)) return wrong(whyNotPrefix(typed, withZero));
  if (worldMayBegin(withZero) && worldMayBegin(without)) {
    return wrong(
      `${shown(typed)} can be read in two ways: as ${without}, without the zero, or as ${withZero}: write one of them`,
    );
  }
  // Where no number begins with either, the check of the whole file says so.
  return worldMayBegin(without) ? one(without, [typed]) : one(withZero);
}

function whyNotPrefix(text: string, digits: string): string {
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) {
    return `${shown(text)} is a date: a spreadsheet has made it one, so format the column as text and type it again`;
  }
  if (/^[\d.,]+E\+?\d+$/i.test(text)) return `${shown(text)} was damaged by a spreadsheet: format the column as text`;
  if (/^0\d*$/.test(digits)) {
    const dialOut = /^(?:00|011)(?=[1-9])/.exec(digits)?.[0];
    const orSay = dialOut === undefined ? '' : `, or say --dial-out ${dialOut} where all of the file is written so`;
    return `${shown(text)} begins with 0: write the country code without 00 or 011 before it${orSay}`;
  }
  if (/^\d{16,}$/.test(digits)) return `${shown(text)} has more than 15 digits`;
  const [, from, to] = /^\+?(\d+)\s*(?:\.{2,}|…)\s*\+?(\d+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined)
    return `${shown(text)} is not made up of digits: write a range as ${from}-${to}`;
  return `${shown(text)} is not made up of digits`;
}
