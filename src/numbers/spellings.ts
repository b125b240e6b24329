import { formerPrefixesOf } from './former.ts';
import { callingCodeOf, namesOf, numberingOf } from './metadata.ts';
import type { DialPlan } from './dial-plan.ts';
import { readingOf } from './plan.ts';
import { localForm } from './local.ts';
import { nationalDigits, readNumber, type CalledNumber } from './read.ts';

/**
 * Every way to key the same destination that a person would list, so without an outside-line digit or a carrier's code.
 * `readNumber` does not accept all of them.
 */
export function possibleSpellings(number: CalledNumber, plan: DialPlan): string[] {
  const { e164 } = number;
  if (e164 === null) return [number.dial];
  const digits = e164.slice(1);
  const code = callingCodeOf(digits) ?? plan.countryCode;
  const behindCode = [
    digits,
    ...withPrefixes(digits.slice(code.length), code, prefixBehind(code, plan)).map((text) => code + text),
  ];
  const spellings = readingOf(plan).prefixes.flatMap((prefix) => behindCode.map((text) => prefix + text));
  const national = nationalDigits(number, plan);
  if (national !== null) {
    spellings.push(national, ...behindCode);
    spellings.push(...withPrefixes(national, code, plan.nationalPrefix), ...shortForms(national, plan));
  }
  return [...new Set(spellings)];
}

/** Every spelling of the same destination that `readNumber` accepts from a caller. */
export function spellingsOf(number: CalledNumber, plan: DialPlan): string[] {
  return possibleSpellings(number, plan).filter((text) => isSpelling(text, number, plan));
}

/** Whether a caller who keys this calls that number. */
export function isSpelling(keyed: string, number: CalledNumber, plan: DialPlan): boolean {
  const read = readNumber(keyed, plan);
  return number.e164 === null ? read.dial === number.dial : read.e164 === number.e164;
}

function prefixBehind(code: string, plan: DialPlan): string {
  const [main] = namesOf(code);
  return code === plan.countryCode ? plan.nationalPrefix : main === undefined ? '' : numberingOf(main).nationalPrefix;
}

/** The national number with what may come before it, or in it. */
function withPrefixes(national: string, code: string, nationalPrefix: string): string[] {
  const spellings = nationalPrefix === '' ? [] : [nationalPrefix + national];
  if (code === '54' && national.startsWith('9')) {
    // Argentina's mobiles: 9 before the area code from abroad, 15 after it at home.
    for (const length of [2, 3, 4]) {
      const [area, rest] = [national.slice(1, 1 + length), national.slice(1 + length)];
      spellings.push(`${area}15${rest}`, `0${area}15${rest}`);
    }
  }
  spellings.push(...formerPrefixesOf(code).map((former) => former + national));
  if (code === '241') spellings.push(`0${national}`);
  return spellings;
}

/** Without the area code: the site's own, or the only one of a small country, where callers need not key it. */
function shortForms(national: string, plan: DialPlan): string[] {
  const { nationalPrefixTransform } = readingOf(plan).numbering;
  const area = /^(\d+)\$1$/.exec(nationalPrefixTransform ?? '')?.[1];
  const forms = [localForm(national, plan)];
  const mobileOfArea = `9${plan.areaCode}`;
  if (plan.countryCode === '54' && plan.areaCode !== '' && national.startsWith(mobileOfArea))
    forms.push(`15${national.slice(mobileOfArea.length)}`);
  if (area !== undefined && national.startsWith(area)) forms.push(national.slice(area.length));
  return forms.filter((form) => form !== null);
}
