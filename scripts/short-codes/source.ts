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
      const others = [patternOf(country, 'textMessages'), patternOf(country, 'carrierSpecific')];
      return [
        name,
        {
          emergency: emergencyNumbers(name, country),
          codes: patternOf(country, 'shortCode'),
          notVoice: others.filter((pattern) => pattern !== '').join('|'),
          free: patternOf(country, 'tollFree'),
        },
      ];
    });
  return Object.fromEntries(entries);
}

/** The whole text of src/numbers/short-codes.ts, not yet formatted. */
export function shortCodesSource(): string {
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

export const shortCodes: Readonly<Record<string, ShortCodes>> = ${JSON.stringify(readShortCodes())};
`;
}
