import { countries, namesOf, numberingOf } from './metadata.ts';
import type { PrefixSpan } from '../words/prefix-span.ts';
import { prefixPlaces } from './prefix-places.ts';

/** What begins with these digits: 44, 440 … 449999, but not 45. */
export function beginningWith(digits: string): PrefixSpan {
  const last = /^(.*?)([0-8])9*$/.exec(digits);
  return { from: digits, until: last === null ? null : `${last[1] ?? ''}${Number(last[2]) + 1}` };
}

/** This prefix alone, and none that is longer. */
const only = (digits: string): PrefixSpan => ({ from: digits, until: `${digits}0` });

/** The shorter ones that these digits begin with, each alone, and the empty one: of 4420 a rate of 442, 44, 4 or for every number. */
export const beginningsOf = (digits: string): PrefixSpan[] =>
  Array.from({ length: digits.length }, (_, length) => only(digits.slice(0, length)));

/** In order, those that touch as one. */
function merged(spans: readonly PrefixSpan[]): PrefixSpan[] {
  const ordered = spans.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const made: PrefixSpan[] = [];
  for (const span of ordered) {
    const last = made.at(-1);
    if (last === undefined || (last.until !== null && last.until < span.from)) made.push({ ...span });
    else if (last.until !== null && (span.until === null || span.until > last.until)) last.until = span.until;
  }
  return made;
}

/** Further digits than this tell no countries apart that rates are made for; where they share numbers, both have them. */
const tellingDigits = 4;

const known = new Map<string, readonly PrefixSpan[]>();

/**
 * The prefixes of a country's numbers, and the shorter ones that all of them begin with: of Canada 1, 12, 120, 1204 …; 4420, but not
 * 441481 of Guernsey, of the United Kingdom. `country`: ISO 3166 letters.
 */
export function prefixesOfCountry(country: string): readonly PrefixSpan[] {
  const before = known.get(country);
  if (before !== undefined) return before;
  const made = countries().includes(country) ? merged(spansOf(country)) : [];
  known.set(country, made);
  return made;
}

function spansOf(country: string): PrefixSpan[] {
  const { callingCode } = numberingOf(country);
  const shorter = Array.from(callingCode, (_, at) => callingCode.slice(0, at + 1));
  // A country that shares its calling code with none has all that begins with it.
  if (namesOf(callingCode).length === 1) return [...shorter.map(only), beginningWith(callingCode)];
  const places = prefixPlaces();
  const spans = shorter.map(only);
  const walk = (digits: string, further: number): void => {
    for (const digit of '0123456789') {
      const next = digits + digit;
      const there = places(next).countries;
      if (!there.has(country)) continue;
      if (there.size === 1 || further === 1) spans.push(beginningWith(next));
      else {
        spans.push(only(next));
        walk(next, further - 1);
      }
    }
  };
  walk(callingCode, tellingDigits);
  return spans;
}
