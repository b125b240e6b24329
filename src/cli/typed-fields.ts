import type { Restriction } from '../words/directory.ts';
import { uselessBlock } from '../policy/effect.ts';
import { parseCallTypeList, parseNumberList, parsePrefixList } from '../policy/list.ts';
import type { ParsedList } from '../policy/list.ts';
import type { DialPlan } from '../numbers/plan.ts';

/** Fields that accounts and extensions share, as a person types them. */

/** A line for each thing that is wrong. */
export type Problems = string[];

/** By the names of the CSV columns; the options are the same with dashes. */
export const restrictionFields = [
  'least digits',
  'most digits',
  'blocked prefixes',
  'allowed prefixes',
  'allowed numbers',
  'allowed call types',
] as const;
export type RestrictionField = (typeof restrictionFields)[number];

/** For parseArgs. */
export const restrictionOptions = {
  'least-digits': { type: 'string' },
  'most-digits': { type: 'string' },
  'blocked-prefixes': { type: 'string' },
  'allowed-prefixes': { type: 'string' },
  'allowed-numbers': { type: 'string' },
  'allowed-call-types': { type: 'string' },
} as const;

/** The same, for help texts. */
export const restrictionHelp = `  --least-digits N            of the number called, without international and national prefix
  --most-digits N
  --blocked-prefixes LIST     e.g. "1900, +44, 011"; however a number is keyed (docs/numbers.md)
  --allowed-prefixes LIST     only numbers that begin so …
  --allowed-numbers LIST      … or are one of these
  --allowed-call-types LIST   internal, local, national, mobile, international, premium, toll-free, service,
                              emergency`;

const longestName = 100;
const maximumDigitsLimit = 30;

export function readText(text: string, field: string, problems: Problems): string {
  const trimmed = text.trim();
  // Names are shown in terminals and sent to them as they are.
  if (/\p{Cc}/u.test(trimmed)) problems.push(`${field} holds a control character or a line break`);
  if (trimmed.length > longestName) problems.push(`${field} is longer than ${longestName} characters`);
  return trimmed;
}

/** Null: none. */
export function readDepartment(text: string, problems: Problems): string | null {
  const name = readText(text, 'department', problems);
  return name === '' ? null : name;
}

function readDigits(text: string, field: string, problems: Problems): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const digits = /^\d{1,2}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (digits >= 0 && digits <= maximumDigitsLimit) return digits;
  problems.push(`${field} must be a number from 0 to ${maximumDigitsLimit}`);
  return null;
}

export function readList<Item>(parsed: ParsedList<Item>, field: string, problems: Problems): Item[] {
  if (parsed.ok) return parsed.items;
  problems.push(`${field}: ${parsed.error}`);
  return [];
}

/** Reads one of the fields into a restriction; an empty text clears it. */
export function readRestrictionField(
  field: RestrictionField,
  text: string,
  plan: DialPlan,
  restriction: Partial<Restriction>,
  problems: Problems,
): void {
  switch (field) {
    case 'least digits':
      restriction.minimumDigits = readDigits(text, field, problems);
      return;
    case 'most digits':
      restriction.maximumDigits = readDigits(text, field, problems);
      return;
    case 'blocked prefixes':
      restriction.blockedPrefixes = readList(parsePrefixList(text), field, problems);
      for (const prefix of restriction.blockedPrefixes) {
        const useless = uselessBlock(prefix, plan);
        if (useless !== null) problems.push(`${field}: ${useless}`);
      }
      return;
    case 'allowed prefixes':
      restriction.allowedPrefixes = readList(parsePrefixList(text), field, problems);
      return;
    case 'allowed numbers':
      restriction.allowedNumbers = readList(parseNumberList(text), field, problems);
      return;
    case 'allowed call types':
      restriction.allowedCallTypes = readList(parseCallTypeList(text), field, problems);
  }
}

/** What does not fit together in a whole restriction. */
export function checkRestriction({ minimumDigits, maximumDigits }: Restriction, problems: Problems): void {
  if (minimumDigits !== null && maximumDigits !== null && minimumDigits > maximumDigits) {
    problems.push(`least digits (${minimumDigits}) is more than most digits (${maximumDigits})`);
  }
}
