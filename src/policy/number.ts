import { foreignNumber, isE164, withForeignTrunkPrefix } from './e164.ts';

/** Call types, from the dial plan. */
export const callTypes = [
  'internal',
  'local',
  'national',
  'mobile',
  'international',
  'premium',
  'toll-free',
  'service',
  'emergency',
] as const;
export type CallType = (typeof callTypes)[number];

/** How digits are read at this site. Every list holds digits only. */
export type DialPlan = {
  /** E.164 country code, without `+`. */
  countryCode: string;
  /** Prefixes that a caller keys before a country code, e.g. `011`, `00`. */
  internationalPrefixes: readonly string[];
  /** Prefix that a caller may key before a national number, e.g. `1` or `0`; empty: none. */
  nationalPrefix: string;
  /** Lengths of a national number without prefix; empty: any. */
  nationalLengths: readonly number[];
  /** Area code put before a number of one of `localLengths`; empty: no local dialling. */
  areaCode: string;
  localLengths: readonly number[];
  extensionLengths: readonly number[];
  emergencyNumbers: readonly string[];
  /** Short codes that are neither extensions nor emergency numbers: 988, 411. */
  serviceNumbers: readonly string[];
  /** Digits that some callers key before numbers outside, e.g. `9`; empty: none. They never go into a dial string. */
  outsideLine: string;
  /** Prefixes of national numbers (without national prefix), longest match decides. */
  localPrefixes: readonly string[];
  mobilePrefixes: readonly string[];
  premiumPrefixes: readonly string[];
  tollFreePrefixes: readonly string[];
};

/** Nothing that a caller keys is longer (call/entry.ts). */
const longestKeyed = 64;

/** A number that the dial plan knows. */
export type CalledNumber = {
  /** As keyed. */
  keyed: string;
  /** What goes into the dial string: only `[0-9+*#]`. */
  dial: string;
  /** `+` and digits, where the dial plan gives one; null for internal and emergency numbers. */
  e164: string | null;
  callType: CallType;
};

/** Digits that the dial plan does not know; told apart from a `CalledNumber` by `callType === null`. */
export type UnknownNumber = { keyed: string; dial: null; e164: null; callType: null };

/**
 * Reads what was keyed. The first reading that fits is taken:
 *
 * 1. emergency: exactly an emergency number;
 * 2. `+` or an international prefix: a number abroad or, with the own country code, a national one. A national prefix
 *    behind the country code (`+44 (0)20…`) is skipped, since some networks let it through;
 * 3. a national number: behind the national prefix; alone, where its length is listed; or behind the own country code;
 * 4. local: a number of a local length, which gets the area code;
 * 5. internal: exactly of an extension's length;
 * 6. a national number alone, where the plan lists no lengths.
 *
 * Anything else is unknown: `*` and `#` (a feature code could hide a number from the rules), doubled prefixes, fewer than 6
 * or more than 15 digits in E.164.
 */
export function readNumber(keyed: string, plan: DialPlan): CalledNumber | UnknownNumber {
  const emergency = emergencyIn(keyed, plan);
  if (emergency !== null) return { keyed, dial: emergency, e164: null, callType: 'emergency' };
  if (plan.serviceNumbers.includes(keyed)) return { keyed, dial: keyed, e164: null, callType: 'service' };
  const isNumber = /^\+?[0-9]+$/.test(keyed);
  const digits = isNumber ? e164Digits(keyed, plan) : null;
  if (digits !== null) return { keyed, dial: keyed, e164: `+${digits}`, callType: callTypeOf(digits, plan) };
  const outside = isNumber && !plan.extensionLengths.includes(keyed.length) ? afterOutsideLine(keyed, plan) : null;
  if (outside !== null) {
    if (plan.serviceNumbers.includes(outside)) return { keyed, dial: outside, e164: null, callType: 'service' };
    const rest = e164Digits(outside, plan);
    if (rest !== null) return { keyed, dial: outside, e164: `+${rest}`, callType: callTypeOf(rest, plan) };
  }
  if (/^[0-9]+$/.test(keyed) && plan.extensionLengths.includes(keyed.length)) {
    return { keyed, dial: keyed, e164: null, callType: 'internal' };
  }
  return { keyed, dial: null, e164: null, callType: null };
}

function afterOutsideLine(keyed: string, { outsideLine }: DialPlan): string | null {
  return outsideLine !== '' && keyed.startsWith(outsideLine) ? keyed.slice(outsideLine.length) : null;
}

/**
 * The emergency number that a caller meant by this number part, bare; null: none. Exactly one of the list, behind a `+`, one
 * outside-line prefix, and with `*` and `#` around it: `911*`, `+911`, `9911`. More digits are never one.
 */
export function emergencyIn(keyed: string, plan: DialPlan): string | null {
  if (keyed.length > longestKeyed) return null;
  const bare = keyed.replaceAll(/^[*#]+|[*#]+$/g, '').replace(/^\+/, '');
  const { emergencyNumbers } = plan;
  const listed = (text: string | null): string | null =>
    text !== null && emergencyNumbers.includes(text) ? text : null;
  const outside = listed(afterOutsideLine(bare, plan));
  return outside ?? listed(bare);
}

/** Whether the number is complete and no longer entry that the dial plan knows begins with it, so that no `#` need follow. */
export function isComplete(keyed: string, plan: DialPlan): boolean {
  const { nationalLengths, nationalPrefix, outsideLine, extensionLengths } = plan;
  if (nationalLengths.length === 0 || afterInternationalPrefix(keyed, plan).length > 0) return false;
  if (outsideLine !== '' && keyed.startsWith(outsideLine)) return false;
  if (extensionLengths.some((length) => length > keyed.length)) return false;
  const hasPrefix = nationalPrefix !== '' && keyed.startsWith(nationalPrefix);
  const longest = Math.max(...nationalLengths) + (hasPrefix ? nationalPrefix.length : 0);
  return keyed.length >= longest && readNumber(keyed, plan).callType !== null;
}

/** Readings 2 to 6 of `readNumber`; null: none of them, or internal. */
function e164Digits(keyed: string, plan: DialPlan): string | null {
  const { countryCode, nationalPrefix, areaCode } = plan;
  const international = afterInternationalPrefix(keyed, plan);
  if (international.length > 0) {
    for (const rest of international) {
      const digits = internationalDigits(rest, plan);
      if (digits !== null) return digits;
    }
    return null;
  }
  const lengthsListed = plan.nationalLengths.length > 0;
  const hasNationalPrefix = nationalPrefix !== '' && keyed.startsWith(nationalPrefix);
  const hasCountryCode = keyed.startsWith(countryCode);
  const national: string[] = [];
  if (hasNationalPrefix) national.push(keyed.slice(nationalPrefix.length));
  if (lengthsListed) national.push(keyed);
  if (lengthsListed && hasCountryCode) national.push(keyed.slice(countryCode.length));
  if (!hasNationalPrefix && areaCode !== '' && plan.localLengths.includes(keyed.length))
    national.push(areaCode + keyed);
  // Without lengths, `49…` at a German site may be Leer (0491…) or the country code, and a carrier may take it for the
  // other one: where there is a national prefix to tell them apart, it has to be keyed.
  const isAmbiguous = nationalPrefix !== '' && (hasNationalPrefix || hasCountryCode);
  if (!lengthsListed && !isAmbiguous && !plan.extensionLengths.includes(keyed.length)) national.push(keyed);
  const found = national.find((digits) => isNationalNumber(digits, plan));
  return found === undefined ? null : countryCode + found;
}

/** What follows `+` or each international prefix that the digits begin with, the longest prefix first; empty: none. */
export function afterInternationalPrefix(keyed: string, plan: DialPlan): string[] {
  return ['+', ...plan.internationalPrefixes]
    .filter((prefix) => keyed.startsWith(prefix))
    .sort((a, b) => b.length - a.length)
    .map((prefix) => keyed.slice(prefix.length));
}

function internationalDigits(digits: string, plan: DialPlan): string | null {
  const { countryCode, nationalPrefix } = plan;
  if (!digits.startsWith(countryCode)) return foreignNumber(digits);
  const rest = digits.slice(countryCode.length);
  if (isNationalNumber(rest, plan)) return digits;
  if (nationalPrefix === '' || !rest.startsWith(nationalPrefix)) return null;
  const skipped = rest.slice(nationalPrefix.length);
  return isNationalNumber(skipped, plan) ? countryCode + skipped : null;
}

function isNationalNumber(digits: string, plan: DialPlan): boolean {
  if (plan.nationalLengths.length > 0 && !plan.nationalLengths.includes(digits.length)) return false;
  return mayBeginNational(digits, plan) && isE164(plan.countryCode + digits);
}

/**
 * Where there is a national prefix, no national number begins with 0; nor, in North America, with the 1 that is both
 * national prefix and country code. Without one (Italy, Ivory Coast) numbers may begin with 0.
 */
export function mayBeginNational(digits: string, plan: DialPlan): boolean {
  const { nationalPrefix, countryCode } = plan;
  if (nationalPrefix === '') return true;
  return !digits.startsWith('0') && !(nationalPrefix === countryCode && digits.startsWith(nationalPrefix));
}

/** The longest matching prefix decides; of two equal ones the dearer. */
function callTypeOf(digits: string, plan: DialPlan): CallType {
  if (!digits.startsWith(plan.countryCode)) return 'international';
  const national = digits.slice(plan.countryCode.length);
  const lists: [CallType, readonly string[]][] = [
    ['premium', plan.premiumPrefixes],
    ['mobile', plan.mobilePrefixes],
    ['toll-free', plan.tollFreePrefixes],
    [
      'local',
      plan.localPrefixes.length > 0 || localForm(national, plan) === null ? plan.localPrefixes : [plan.areaCode],
    ],
  ];
  let best: { callType: CallType; length: number } = { callType: 'national', length: 0 };
  for (const [callType, prefixes] of lists) {
    for (const prefix of prefixes) {
      if (prefix.length > best.length && national.startsWith(prefix)) best = { callType, length: prefix.length };
    }
  }
  return best.callType;
}

function localForm(national: string, plan: DialPlan): string | null {
  const { areaCode } = plan;
  if (areaCode === '' || !national.startsWith(areaCode)) return null;
  const local = national.slice(areaCode.length);
  return plan.localLengths.includes(local.length) ? local : null;
}

/** Every spelling of the same destination that `readNumber` would take from a caller. */
export function spellingsOf(number: CalledNumber, plan: DialPlan): string[] {
  const { e164 } = number;
  if (e164 === null) return [number.keyed];
  const digits = e164.slice(1);
  const national = nationalDigits(number, plan);
  const withTrunkPrefix =
    national === null ? withForeignTrunkPrefix(digits) : plan.countryCode + plan.nationalPrefix + national;
  const spellings = ['+', ...plan.internationalPrefixes].flatMap((prefix) => [
    prefix + digits,
    prefix + withTrunkPrefix,
  ]);
  if (national !== null) {
    spellings.push(national, plan.nationalPrefix + national, digits, localForm(national, plan) ?? national);
  }
  return [...new Set(spellings)].filter((spelling) => readNumber(spelling, plan).e164 === e164);
}

/** The national number without prefix; null: abroad, internal, emergency. */
export function nationalDigits(number: CalledNumber, plan: DialPlan): string | null {
  const own = `+${plan.countryCode}`;
  return number.e164?.startsWith(own) === true ? number.e164.slice(own.length) : null;
}
