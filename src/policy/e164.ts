/**
 * What is known of numbers abroad without a numbering plan for every country: where the country code ends, and which digit
 * behind it is only a trunk prefix. It is enough to see that `+44 (0)20…` and `+44 20…` are one destination.
 */

/** ITU-T E.164 (11/2010), annex: codes of one and of two digits; every other code has three. No code begins with 0. */
const shortCodes = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 ' +
    '90 91 92 93 94 95 98'
  ).split(' '),
);

/** Countries whose subscribers' numbers may begin with 0, and where 0 is no trunk prefix (from libphonenumber's metadata). */
const zeroIsPartOfNumber = new Set(
  '39 47 225 226 227 229 242 247 267 268 378 501 507 676 679 687 853 974 992'.split(' '),
);

/**
 * Trunk prefixes other than 0. With `length` they are one only before a number of that many digits, because numbers there
 * may begin with the same digit (Russia's 800, Mexico's former 1 before mobiles).
 */
const otherTrunkPrefixes: Readonly<Record<string, { prefix: string; length: number | null }>> = {
  '1': { prefix: '1', length: 10 },
  '7': { prefix: '8', length: 10 },
  '36': { prefix: '06', length: null },
  '52': { prefix: '1', length: 10 },
  '375': { prefix: '8', length: 9 },
  '993': { prefix: '8', length: 8 },
};

/** Shortest in use: Austria's, a country code and four digits. Longest: 15 digits, ITU-T E.164 6.1. */
export function isE164(digits: string): boolean {
  return /^[1-9][0-9]{5,14}$/.test(digits);
}

/** Country code that international digits (without `+`) begin with; null: too few digits, or a leading 0. */
export function countryCodeOf(digits: string): string | null {
  if (digits.startsWith('0')) return null;
  for (const length of [1, 2]) {
    const code = digits.slice(0, length);
    if (shortCodes.has(code)) return code;
  }
  return digits.length < 3 ? null : digits.slice(0, 3);
}

function trunkPrefixOf(countryCode: string): { prefix: string; length: number | null } | null {
  if (zeroIsPartOfNumber.has(countryCode)) return null;
  return otherTrunkPrefixes[countryCode] ?? { prefix: '0', length: null };
}

/** E.164 digits of a number abroad: `440207…` and `44207…` give `44207…`; null: there can be no such number. */
export function foreignNumber(digits: string): string | null {
  const code = countryCodeOf(digits);
  if (code === null) return null;
  let rest = digits.slice(code.length);
  const trunk = trunkPrefixOf(code);
  if (trunk !== null) {
    const { prefix, length } = trunk;
    if (rest.startsWith(prefix) && (length === null || rest.length === prefix.length + length)) {
      rest = rest.slice(prefix.length);
    }
    if (rest.startsWith('0') || (code === '1' && rest.startsWith('1'))) return null;
  }
  return isE164(code + rest) ? code + rest : null;
}

/** The same number with its country's trunk prefix behind the country code, as `+44 (0)…` is written. */
export function withForeignTrunkPrefix(digits: string): string {
  const code = countryCodeOf(digits) ?? '';
  return code + (trunkPrefixOf(code)?.prefix ?? '') + digits.slice(code.length);
}

/**
 * Leading digits of numbers abroad without a trunk 0: `44020` gives `4420`. A 0 with nothing behind it stays, so that
 * `440` is never read as the whole of `44`.
 */
export function foreignPrefix(digits: string): string {
  const code = countryCodeOf(digits);
  const trunk = code === null ? null : trunkPrefixOf(code);
  if (code === null || trunk === null || !trunk.prefix.startsWith('0')) return digits;
  const rest = digits.slice(code.length);
  const isTrunkAndMore = rest.startsWith(trunk.prefix) && rest.length > trunk.prefix.length;
  return isTrunkAndMore ? code + rest.slice(trunk.prefix.length) : digits;
}
