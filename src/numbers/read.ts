import type { CallType } from '../words/call-type.ts';
import type { NumberKind } from './metadata.ts';
import { withoutCarrierCode, withoutPrivacyCode, type Rest } from './call-prefixes.ts';
import type { DialPlan } from './dial-plan.ts';
import { readingOf } from './plan.ts';
import { formerPrefixesOf } from './former.ts';
import { isLocalLength, localForm, localMobile } from './local.ts';
import { remembered } from './per-plan.ts';
import { locate, locateInternational, placeOf, withoutNationalPrefix, type Place } from './world.ts';

/** A number that is in the dial plan. */
export type CalledNumber = {
  /** As keyed. */
  keyed: string;
  /** What goes into the dial string: only `[0-9+*#]`. As keyed, without digits meant for the phone system and former prefixes. */
  dial: string;
  /** `+` and digits, where the dial plan gives one; null for internal, service and emergency numbers. */
  e164: string | null;
  callType: CallType;
  /** A code before it asks that the caller's number be hidden; absent: none does. */
  hidesCaller?: true;
};

/** Digits that are not in the dial plan; `callType === null` tells them from a `CalledNumber`. */
export type UnknownNumber = { keyed: string; dial: null; e164: null; callType: null };

/** Maximum length of an entry: outside line, carrier's code, international prefix, and E.164's 15 digits. */
const maximumKeyed = 40;

/**
 * Reads what was keyed, trying in this order:
 *
 * 1. an emergency number (`emergencyIn`);
 * 2. a service, such as 988;
 * 3. an outside number: after `+` or an international prefix; after the national prefix, or without it where the country has
 *    none or does not require it; or a local number, which gets the area code. What follows an outside-line digit, a code that
 *    hides the caller's number (`*67…`) or a carrier's code (`1010288…`) is read in the same way, unless the whole may be an extension;
 * 4. an outside number in a form that no network promises to accept: without the national prefix, or with the site's country
 *    code and no `+`;
 * 5. an internal number, exactly of an extension's length;
 * 6. a short code that could have been an extension, or a service after the outside-line digit.
 *
 * libphonenumber's metadata decides which numbers are valid and of which type. If one step gives two destinations, the number is
 * unknown: nothing is guessed. So is anything else with `*` and `#`, because a feature code could hide a number from the rules.
 */
export function readNumber(keyed: string, plan: DialPlan): CalledNumber | UnknownNumber {
  // Each call reads its number several times, and each rule its own.
  return keyed.length > maximumKeyed ? readAnew(keyed, plan) : rememberedNumber(keyed, plan);
}

const rememberedNumber = remembered(2000, readAnew);

function readAnew(keyed: string, plan: DialPlan): CalledNumber | UnknownNumber {
  const emergency = emergencyIn(keyed, plan);
  if (emergency !== null) return { keyed, dial: emergency, e164: null, callType: 'emergency' };
  const unknown = { keyed, dial: null, e164: null, callType: null };
  if (keyed.length > maximumKeyed) return unknown;
  const { services } = readingOf(plan);
  if (services.isSure(keyed)) return short(keyed, keyed, 'service');

  const mayBeExtension = plan.extensionLengths.includes(keyed.length) && /^[0-9]+$/.test(keyed);
  const outside = outsideReading(keyed, plan, mayBeExtension);
  if (outside === 'several') return unknown;
  if (outside !== null) {
    const { dial, digits, place, hidesCaller } = outside;
    const called = { keyed, dial, e164: `+${digits}`, callType: callTypeOf(digits, place, plan) };
    return hidesCaller ? { ...called, hidesCaller } : called;
  }
  if (mayBeExtension) return short(keyed, keyed, 'internal');
  const code = [keyed, afterOutsideLine(keyed, plan)].find((digits) => digits !== null && services.isPossible(digits));
  return code === undefined || code === null ? unknown : short(keyed, code, 'service');
}

const short = (keyed: string, dial: string, callType: 'internal' | 'service'): CalledNumber => ({
  keyed,
  dial,
  e164: null,
  callType,
});

/**
 * The emergency number that a caller meant by these keys, without anything around it; null: none. It is exactly a listed number,
 * perhaps after a `+`, an outside-line prefix, or a code that hides the caller's number (`141999`), and with `*` and `#` around it: `911*`,
 * `+911`, `9911`. With more digits it is never one.
 */
export function emergencyIn(keyed: string, plan: DialPlan): string | null {
  if (keyed.length > maximumKeyed) return null;
  const mayBeExtension = plan.extensionLengths.includes(keyed.length);
  const rests = mayBeExtension ? [{ text: keyed }] : withoutPrivacy(keyed, plan);
  const { emergency } = readingOf(plan);
  const outside = afterOutsideLine(keyed, plan);
  // The outside-line digit counts once: 99911 is no emergency number.
  const found = rests.filter(({ text }) => text !== outside).map(({ text }) => emergency.get(bareNumber(text)));
  return found.find((number) => number !== undefined) ?? null;
}

const bareNumber = (text: string): string =>
  text
    .replace(/^[*#]+/, '')
    .replace(/[*#]+$/, '')
    .replace(/^\+/, '');

/** Whether it is a service that costs nothing, such as 988. */
export function isFreeService({ callType, dial }: CalledNumber, plan: DialPlan): boolean {
  return callType === 'service' && readingOf(plan).services.isFree(dial);
}

/** A number, and how it is dialled. For a number in one of the plan's new ranges, its place is unknown. */
type Found = { digits: string; place: Place | null };
type Reading = Found & { dial: string; hidesCaller: boolean };

function outsideReading(keyed: string, plan: DialPlan, mayBeExtension: boolean): Reading | 'several' | null {
  const texts = mayBeExtension
    ? withoutCarrierCode({ text: keyed, hidesCaller: false }, plan)
    : numberTexts(keyed, plan);
  return (
    one(texts.flatMap((text) => sureReadings(text, plan, mayBeExtension))) ??
    (mayBeExtension ? null : one(texts.flatMap((text) => doubtfulReadings(text, plan))))
  );
}

/** What was keyed, and what follows an outside-line digit, a code that hides or shows the caller's number and a carrier's code. */
export function numberTexts(keyed: string, plan: DialPlan): Rest[] {
  return withoutPrivacy(keyed, plan)
    .flatMap((rest) => withoutCarrierCode(rest, plan))
    .filter(({ text }) => /^\+?[0-9]*$/.test(text));
}

/** What was keyed, and what follows an outside-line digit and a code that hides or shows the caller's number. */
function withoutPrivacy(keyed: string, plan: DialPlan): Rest[] {
  const outside = afterOutsideLine(keyed, plan);
  return [keyed, ...(outside === null ? [] : [outside])].flatMap((text) => withoutPrivacyCode(text, plan));
}

function one(readings: readonly Reading[]): Reading | 'several' | null {
  const [first] = readings;
  if (first === undefined) return null;
  if (readings.some(({ digits }) => digits !== first.digits)) return 'several';
  return readings.find(({ hidesCaller }) => hidesCaller) ?? first;
}

/** In North America `00` after the 9 is not meant as a prefix: 900 is an area code, and an outside line is used as `9 011`. */
function afterOutsideLine(keyed: string, { outsideLine, countryCode }: DialPlan): string | null {
  if (outsideLine === '' || !keyed.startsWith(outsideLine) || keyed === outsideLine) return null;
  const rest = keyed.slice(outsideLine.length);
  return countryCode === '1' && rest.startsWith('00') ? null : rest;
}

function sureReadings({ text, hidesCaller }: Rest, plan: DialPlan, mayBeExtension: boolean): Reading[] {
  const readings: Reading[] = [];
  for (const prefix of readingOf(plan).prefixes) {
    const found = text.startsWith(prefix) ? internationalNumber(text.slice(prefix.length), plan) : null;
    if (found !== null) readings.push({ ...found, dial: prefix + found.digits, hidesCaller });
  }
  if (text.startsWith('+')) return readings;
  const add = (national: string, dial: string): void => {
    const found = nationalNumber(national, plan);
    if (found !== null) readings.push({ ...found, dial, hidesCaller });
  };
  for (const national of withoutNationalPrefix(text, readingOf(plan).numbering, plan.nationalPrefix))
    add(national, text);
  if (isPrefixOptional(plan)) add(text, text);
  if (isLocalLength(text, plan, mayBeExtension)) {
    add(plan.areaCode + text, text);
    const mobile = localMobile(text, plan);
    if (mobile !== null) add(mobile, text);
  }
  for (const former of formerPrefixesOf(plan.countryCode)) {
    if (text.startsWith(former)) add(text.slice(former.length), text.slice(former.length));
  }
  return readings;
}

function doubtfulReadings({ text, hidesCaller }: Rest, plan: DialPlan): Reading[] {
  if (text.startsWith('+')) return [];
  const bare = isPrefixOptional(plan) ? null : nationalNumber(text, plan);
  const isCoded = text.startsWith(plan.countryCode) && plan.nationalPrefix !== plan.countryCode;
  const coded = isCoded ? internationalNumber(text, plan) : null;
  return [bare, coded].flatMap((found) => (found === null ? [] : [{ ...found, dial: text, hidesCaller }]));
}

/** Whether a national number may be keyed without the national prefix: there is none, or it is North America's 1. */
export function isPrefixOptional({ nationalPrefix, countryCode }: DialPlan): boolean {
  return nationalPrefix === '' || nationalPrefix === countryCode;
}

/** The national number with the site's calling code, which other countries may share; null: there is none. */
function nationalNumber(national: string, plan: DialPlan): Found | null {
  const digits = plan.countryCode + national;
  if (!hasOwnLength(digits, plan)) return null;
  return locate(digits, plan.country) ?? newNumber(digits, plan);
}

function internationalNumber(digits: string, plan: DialPlan): Found | null {
  const found = locateInternational(digits, plan.country) ?? newNumber(digits, plan);
  return found !== null && hasOwnLength(found.digits, plan) ? found : null;
}

/** False if the plan lists lengths and a number with its calling code has none of them. */
function hasOwnLength(digits: string, { nationalLengths, countryCode }: DialPlan): boolean {
  if (nationalLengths.length === 0 || !digits.startsWith(countryCode)) return true;
  return nationalLengths.includes(digits.length - countryCode.length);
}

/** A number in one of the plan's new ranges; null: it is in none. */
function newNumber(digits: string, plan: DialPlan): Found | null {
  const { newRanges, countryCode } = plan;
  if (!newRanges.some((range) => digits.startsWith(range)) || !/^[1-9][0-9]{6,14}$/.test(digits)) return null;
  const isOwn = digits.startsWith(countryCode);
  const { lengths } = readingOf(plan).numbering;
  return isOwn && !lengths.includes(digits.length - countryCode.length) ? null : { digits, place: null };
}

/** Whether an outside number is in a country that counts as national. */
export function isNational(e164: string, plan: DialPlan): boolean {
  const digits = e164.slice(1);
  return isNationalPlace(digits, placeOf(digits, plan.country), plan);
}

function isNationalPlace(digits: string, place: Place | null, { nationalCountries, countryCode }: DialPlan): boolean {
  return place === null ? digits.startsWith(countryCode) : nationalCountries.includes(place.numbering.name);
}

/** Call types of the kinds of numbers at home: shared-cost, personal ("follow me") and pager numbers may cost as much as premium ones. */
const typesAtHome: Readonly<Record<NumberKind, CallType>> = {
  'fixed-line': 'national',
  'fixed-line-or-mobile': 'national',
  voip: 'national',
  company: 'national',
  mobile: 'mobile',
  voicemail: 'mobile',
  'toll-free': 'toll-free',
  premium: 'premium',
  'shared-cost': 'premium',
  personal: 'premium',
  pager: 'premium',
};

/** International freephone (+800), which counts as international because not every carrier makes it free. */
const internationalFreephone = '800';

/**
 * Numbers abroad are international, whatever they are there: a foreign freephone number is not free. Expensive ones are premium,
 * and so are networks that belong to no country (satellites +870 and +881; +882, +883, +808, +878, +888, +979).
 */
function callTypeOf(digits: string, place: Place | null, plan: DialPlan): CallType {
  const kind = place?.kind ?? 'fixed-line';
  if (!isNationalPlace(digits, place, plan)) {
    const isNetwork = place !== null && place.numbering.isNetwork && place.numbering.name !== internationalFreephone;
    return isNetwork || typesAtHome[kind] === 'premium' ? 'premium' : 'international';
  }
  if (!digits.startsWith(plan.countryCode)) return typesAtHome[kind];
  const national = digits.slice(plan.countryCode.length);
  const type = overruledType(national, plan) ?? typesAtHome[kind];
  return type === 'national' && plan.localPrefixes.length === 0 && localForm(national, plan) !== null ? 'local' : type;
}

/** By the plan's own prefixes: the longest decides, or the more expensive of two equal ones; null: none matches. */
function overruledType(national: string, plan: DialPlan): CallType | null {
  const lists: [CallType, readonly string[]][] = [
    ['premium', plan.premiumPrefixes],
    ['mobile', plan.mobilePrefixes],
    ['toll-free', plan.tollFreePrefixes],
    ['local', plan.localPrefixes],
  ];
  let best: { callType: CallType | null; length: number } = { callType: null, length: 0 };
  for (const [callType, prefixes] of lists) {
    for (const prefix of prefixes) {
      if (prefix.length > best.length && national.startsWith(prefix)) best = { callType, length: prefix.length };
    }
  }
  return best.callType;
}

/** What follows `+` or each international prefix that the digits begin with, the longest prefix first; empty: none. */
export function afterInternationalPrefix(keyed: string, plan: DialPlan): string[] {
  return readingOf(plan)
    .prefixes.filter((prefix) => keyed.startsWith(prefix))
    .map((prefix) => keyed.slice(prefix.length));
}

/** The national number without prefix, also of another country with the same calling code; null: there is none. */
export function nationalDigits(number: CalledNumber, plan: DialPlan): string | null {
  const own = `+${plan.countryCode}`;
  return number.e164?.startsWith(own) === true ? number.e164.slice(own.length) : null;
}
