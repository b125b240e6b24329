import { numberingOf } from './metadata.ts';
import { mayBegin, mayGoOn, parsePattern } from './pattern.ts';
import { shortCodes, type ShortCodes } from './short-codes.ts';

/** Short codes that are called by voice and are no emergency numbers: helplines, authorities, directory enquiries. */
export type Services = {
  /** Codes that nobody gives to an extension. */
  isSure: (digits: string) => boolean;
  /** Codes that are one where no extension can be meant. */
  isPossible: (digits: string) => boolean;
  /** Codes that cost nothing. */
  isFree: (digits: string) => boolean;
  /** Whether a code begins with these digits. */
  mayBegin: (digits: string) => boolean;
  /** Whether a code begins with these digits and has more. */
  mayGoOn: (digits: string) => boolean;
};

/**
 * North America's N11 codes and 988 (47 CFR 52.15; FCC 20-100), and 933, which reads out the address that 911 would be given.
 * libphonenumber counts most of them among those that only some carriers have, beside a great many for text messages.
 */
const northAmerica = {
  codes: ['211', '311', '411', '511', '611', '711', '811', '933', '988'],
  /** Community services, relay for the deaf (47 CFR 64.604), call before you dig, the address test, the crisis line. */
  free: ['211', '711', '811', '933', '988'],
};

/** Where libphonenumber knows of none: what every mobile phone takes for one (3GPP TS 22.101, 10.1.1). */
const emergencyEverywhere = ['112', '911'];

const nothing: ShortCodes = { emergency: [], codes: '', notVoice: '', free: '' };

export function emergencyNumbersOf(country: string): readonly string[] {
  const { emergency } = shortCodes[country] ?? nothing;
  return emergency.length === 0 ? emergencyEverywhere : emergency;
}

const whole = (pattern: string): RegExp => (pattern === '' ? /^(?!)/ : new RegExp(`^(?:${pattern})$`));

/** The services of a country. */
export function servicesOf(country: string): Services {
  if (numberingOf(country).callingCode === '1') return listedServices(northAmerica.codes, northAmerica.free);
  const { emergency, codes, notVoice, free } = shortCodes[country] ?? nothing;
  const [code, other, costless] = [whole(codes), whole(notVoice), whole(free)];
  const pattern = codes === '' ? null : parsePattern(codes);
  const isPossible = (digits: string): boolean =>
    code.test(digits) && !other.test(digits) && !emergency.includes(digits);
  return {
    // Elsewhere a 0 or 1 leads to services nearly everywhere; other digits are as likely an extension of the site's own.
    isSure: (digits) => /^[01]/.test(digits) && isPossible(digits),
    isPossible,
    isFree: (digits) => isPossible(digits) && costless.test(digits),
    mayBegin: (digits) => pattern !== null && mayBegin(pattern, digits),
    mayGoOn: (digits) => pattern !== null && mayGoOn(pattern, digits),
  };
}

/** Services as a site names them itself. */
export function listedServices(codes: readonly string[], free: readonly string[]): Services {
  const listed = new Set(codes);
  const isListed = (digits: string): boolean => listed.has(digits);
  return {
    isSure: isListed,
    isPossible: isListed,
    isFree: (digits) => isListed(digits) && free.includes(digits),
    mayBegin: (digits) => codes.some((code) => code.startsWith(digits)),
    mayGoOn: (digits) => codes.some((code) => code.length > digits.length && code.startsWith(digits)),
  };
}
