import { numberingOf } from './metadata.ts';
import { mayBegin, mayGoOn, parsePattern } from './pattern.ts';
import { shortCodes, type ShortCodes } from './short-codes.ts';

/** Short codes for voice calls that are not emergency numbers: helplines, authorities, directory enquiries. */
export type Services = {
  /** A code that no extension has. */
  isSure: (digits: string) => boolean;
  /** A code unless an extension is meant. */
  isPossible: (digits: string) => boolean;
  /** A code that costs nothing. */
  isFree: (digits: string) => boolean;
  /** Whether a code begins with these digits. */
  mayBegin: (digits: string) => boolean;
  /** Whether a code begins with these digits and has more. */
  mayGoOn: (digits: string) => boolean;
};

/**
 * North America's N11 codes and 988 (47 CFR 52.15; FCC 20-100), and 933, which reads out the address that 911 would get.
 * libphonenumber lists most of them as specific to some carriers, along with a great many for text messages.
 */
const northAmerica = {
  codes: ['211', '311', '411', '511', '611', '711', '811', '933', '988'],
  /** Community services, relay for the deaf (47 CFR 64.604), call before you dig, the address test, the crisis line. */
  free: ['211', '711', '811', '933', '988'],
};

/** For countries without any in libphonenumber: what every mobile phone treats as one (3GPP TS 22.101, 10.1.1). */
const emergencyEverywhere = ['112', '911'];

const nothing: ShortCodes = { emergency: [], codes: '', notVoice: '', free: '' };

/**
 * Emergency numbers that libphonenumber lacks or takes for services: the Japan Coast Guard's 118 (MIC, Regulations for Telecommunications
 * Numbers: with 110 and 119 one of three), China's 122 for traffic accidents, Nigeria's 112 (NCC, emergency communications centres).
 */
const furtherEmergency: Readonly<Record<string, readonly string[]>> = { JP: ['118'], CN: ['122'], NG: ['112'] };

export function emergencyNumbersOf(country: string): readonly string[] {
  const { emergency } = shortCodes[country] ?? nothing;
  return emergency.length === 0 ? emergencyEverywhere : [...emergency, ...(furtherEmergency[country] ?? [])];
}

const whole = (pattern: string): RegExp => (pattern === '' ? /^(?!)/ : new RegExp(`^(?:${pattern})$`));

/** The services of a country. */
export function servicesOf(country: string): Services {
  if (numberingOf(country).callingCode === '1') return listedServices(northAmerica.codes, northAmerica.free);
  const { codes, notVoice, free } = shortCodes[country] ?? nothing;
  const emergency = emergencyNumbersOf(country);
  const [code, other, costless] = [whole(codes), whole(notVoice), whole(free)];
  const pattern = codes === '' ? null : parsePattern(codes);
  const isPossible = (digits: string): boolean =>
    code.test(digits) && !other.test(digits) && !emergency.includes(digits);
  return {
    // Nearly everywhere else, services begin with 0 or 1; other digits are just as likely one of the site's extensions.
    isSure: (digits) => /^[01]/.test(digits) && isPossible(digits),
    isPossible,
    isFree: (digits) => isPossible(digits) && costless.test(digits),
    mayBegin: (digits) => pattern !== null && mayBegin(pattern, digits),
    mayGoOn: (digits) => pattern !== null && mayGoOn(pattern, digits),
  };
}

/** Services as listed by the site. */
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
