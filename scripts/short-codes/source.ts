import library from 'google-libphonenumber';
import { isCountry } from '../../src/numbers/metadata.ts';
import { listAll, parsePattern } from '../../src/numbers/pattern.ts';
import type { ShortCodes } from '../../src/numbers/short-codes.ts';

/** Fields of a country (libphonenumber, phonemetadata.proto); the pattern is the second field of each. */
const fields = { tollFree: 4, emergency: 27, shortCode: 29, carrierSpecific: 31, textMessages: 33 } as const;
const patternField = 2;
/** More emergency numbers than this no country has. */
const maximumEmergencyNumbers = 200;

type Country = (typeof library.shortnumbermetadata.countryToMetadata)[string];

function patternOf(country: Country, field: keyof typeof fields): string {
  const description = country[fields[field]];
  const pattern = Array.isArray(description) ? (description as readonly unknown[])[patternField] : null;
  return typeof pattern === 'string' ? pattern : '';
}

/** One pattern for what any of these matches; an alternative that stands in several of them stands in it once. */
function anyOf(patterns: readonly string[]): string {
  return [...new Set(patterns.filter((pattern) => pattern !== '').flatMap(alternatives))].join('|');
}

/** The parts of a pattern between its outermost bars: `1|2(?:3|4)` is `1` and `2(?:3|4)`. */
export function alternatives(pattern: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of pattern) {
    if (char === '|' && depth === 0) {
      parts.push('');
      continue;
    }
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    parts.push(`${parts.pop() ?? ''}${char}`);
  }
  return parts;
}

function emergencyNumbers(name: string, country: Country): string[] {
  const pattern = patternOf(country, 'emergency');
  if (pattern === '') return [];
  const numbers = listAll(parsePattern(pattern), maximumEmergencyNumbers);
  if (numbers === null)
    throw new Error(`${name}: ${pattern} is more than ${maximumEmergencyNumbers} emergency numbers`);
  return numbers;
}

/** What libphonenumber has, by the ISO letters of the countries. */
export function readShortCodes(): Record<string, ShortCodes> {
  const entries = Object.entries(library.shortnumbermetadata.countryToMetadata)
    .filter(([name]) => isCountry(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, country]): [string, ShortCodes] => {
      return [
        name,
        {
          emergency: emergencyNumbers(name, country),
          codes: patternOf(country, 'shortCode'),
          notVoice: anyOf([patternOf(country, 'textMessages'), patternOf(country, 'carrierSpecific')]),
          free: patternOf(country, 'tollFree'),
        },
      ];
    });
  return Object.fromEntries(entries);
}

/** The whole text of src/numbers/short-codes.ts: a line a country. */
export function shortCodesSource(): string {
  const lines = Object.entries(readShortCodes()).map(([country, codes]) => `  ${country}: ${JSON.stringify(codes)},`);
  return `/** Made by scripts/make-short-codes.ts from libphonenumber's ShortNumberMetadata; not to be changed by hand. */

/** Short codes of a country. Patterns are of whole numbers; empty: there are none. */
export type ShortCodes = {
  emergency: readonly string[];
  /** Every short code, of whatever kind. */
  codes: string;
  /** Those for text messages, and those that only one carrier's customers reach. */
  notVoice: string;
  /** Those that cost nothing. */
  free: string;
};

export const shortCodes: Readonly<Record<string, ShortCodes>> = {
${lines.join('\n')}
};
`;
}
