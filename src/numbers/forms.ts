import { formerPrefixesOf } from './former.ts';
import { callingCodeOf, namesOf, numberingOf } from './metadata.ts';
import { oncePerPlan } from './per-plan.ts';
import type { DialPlan } from './dial-plan.ts';
import { readingOf } from './plan.ts';
import { nationalMayBegin, nationalMayGoOn, worldMayBegin, worldMayGoOn } from './world.ts';

/** One way to key an outside number: fixed digits, then those of a number. */
export type Form = {
  prefix: string;
  /** Whether a number after the prefix may begin with these digits, and whether one that does may have more. */
  mayBegin: (digits: string) => boolean;
  mayGoOn: (digits: string) => boolean;
};

/** The ways to key an outside number at this site, except those with an outside-line digit or a carrier's code. */
export const formsOf = oncePerPlan((plan: DialPlan): readonly Form[] => {
  const { countryCode, nationalPrefix, areaCode } = plan;
  const { numbering, prefixes } = readingOf(plan);
  const sharing = namesOf(countryCode);
  const national = (prefix: string, area = ''): Form => ({
    prefix,
    mayBegin: (digits) => nationalMayBegin(sharing, area + digits),
    mayGoOn: (digits) => nationalMayGoOn(sharing, area + digits),
  });
  const forms: Form[] = prefixes.map((prefix) => ({
    prefix,
    mayBegin: (digits) => worldMayBegin(digits) || behindTrunkPrefix(digits, worldMayBegin),
    mayGoOn: (digits) => worldMayGoOn(digits) || behindTrunkPrefix(digits, worldMayGoOn),
  }));
  forms.push(national(''), national(countryCode));
  for (const former of formerPrefixesOf(countryCode)) forms.push(national(former), national(countryCode + former));
  if (nationalPrefix !== '') forms.push(national(nationalPrefix));
  if (nationalPrefix !== '' && nationalPrefix !== countryCode) forms.push(national(countryCode + nationalPrefix));
  if (areaCode !== '') forms.push(national('', areaCode));
  if (areaCode !== '' && countryCode === '54') forms.push(national('15', `9${areaCode}`));
  const soleArea = /^(\d+)\$1$/.exec(numbering.nationalPrefixTransform ?? '')?.[1];
  if (soleArea !== undefined) forms.push(national('', soleArea));
  return [...forms, ...newForms(plan)];
});

/** Numbers in the plan's new ranges, which no pattern covers: of any length up to the maximum. */
function newForms(plan: DialPlan): Form[] {
  const { newRanges, countryCode, nationalPrefix } = plan;
  const { numbering, prefixes } = readingOf(plan);
  return newRanges.flatMap((range) => {
    const isOwn = range.startsWith(countryCode);
    const longest = isOwn ? countryCode.length + Math.max(...numbering.lengths) : longestNumber;
    const national = range.slice(countryCode.length);
    const begun = [
      ...prefixes.map((prefix) => prefix + range),
      ...(isOwn ? [national, nationalPrefix + national] : []),
    ];
    return begun.map((prefix) => ({
      prefix,
      mayBegin: (digits: string) => range.length + digits.length <= longest,
      mayGoOn: (digits: string) => range.length + digits.length < longest,
    }));
  });
}

/** ITU-T E.164, 6.1. */
const longestNumber = 15;

/** Whether a number in this form begins with these digits. */
export function mayStand(digits: string, { prefix, mayBegin }: Form): boolean {
  return prefix.startsWith(digits) || (digits.startsWith(prefix) && mayBegin(digits.slice(prefix.length)));
}

/** Whether a number in this form begins with these digits and has more. */
export function mayFollow(digits: string, { prefix, mayGoOn }: Form): boolean {
  return digits.startsWith(prefix) ? mayGoOn(digits.slice(prefix.length)) : prefix.startsWith(digits);
}

/** The same for digits with a trunk prefix, or part of it, after the calling code. */
function behindTrunkPrefix(digits: string, test: (digits: string) => boolean): boolean {
  const code = callingCodeOf(digits);
  const [main] = code === null ? [] : namesOf(code);
  if (code === null || main === undefined) return false;
  const rest = digits.slice(code.length);
  const { nationalPrefix } = numberingOf(main);
  return [nationalPrefix, ...formerPrefixesOf(code)].some(
    (prefix) =>
      prefix !== '' && (prefix.startsWith(rest) || (rest.startsWith(prefix) && test(code + rest.slice(prefix.length)))),
  );
}
