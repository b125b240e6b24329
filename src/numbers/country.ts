import { callingCodeOf, isCountry, namesOf, numberingOf } from './metadata.ts';
import { withoutNationalPrefix } from './world.ts';

/** What a number without its calling code may have: libphonenumber's bounds (phonenumberutil.js), wider than E.164's. */
const nationalDigits = { minimum: 2, maximum: 17 };

/**
 * The country that a number is in, as ISO 3166 letters; null: no E.164 number, or of no country (+800, +882). As libphonenumber-js
 * tells it (source/parse.js): where a calling code belongs to one country, whether or not the number exists. The parser itself is
 * not used because every thread that stores a call would load its 112 modules.
 */
export function countryOf(e164: string): string | null {
  const digits = /^\+([0-9]+)$/.exec(e164)?.[1] ?? '';
  const code = callingCodeOf(digits);
  if (code === null) return null;
  const national = digits.slice(code.length);
  if (national.length < nationalDigits.minimum || national.length > nationalDigits.maximum) return null;
  const names = namesOf(code).filter(isCountry);
  const [main] = names;
  if (main === undefined || names.length === 1) return main ?? null;
  const numbering = numberingOf(main);
  const found = names.find((name) => isNumberIn(name, national));
  if (found !== undefined) return found;
  // Written with a national prefix behind the calling code, as in +44 (0)20: what is behind it decides.
  const behind = withoutNationalPrefix(national, numbering, numbering.nationalPrefix);
  return behind.map((digits) => names.find((name) => hasLength(name, digits) && isNumberIn(name, digits)))[0] ?? null;
}

const hasLength = (name: string, national: string): boolean => numberingOf(name).lengths.includes(national.length);

function isNumberIn(name: string, national: string): boolean {
  const { leadingDigits, whole, kinds } = numberingOf(name);
  if (leadingDigits !== null) return leadingDigits.test(national);
  return whole.test(national) && kinds.some(({ whole }) => whole.test(national));
}

/** Whether numbers of its country have as many digits, so that it is more than a code and some digits; yet it may not exist. */
export function hasLengthOfNumber(e164: string): boolean {
  const digits = e164.replace(/^\+/, '');
  const code = callingCodeOf(digits);
  const name = code === null ? undefined : (countryOf(e164) ?? namesOf(code)[0]);
  return code !== null && name !== undefined && hasLength(name, digits.slice(code.length));
}
