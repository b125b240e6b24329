import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { readNumber } from '../numbers/read.ts';
import type { DialPlan } from '../numbers/plan.ts';
import type { Problems } from './typed-fields.ts';

/** What people put between digits. */
const formatting = /[\s().\-\u2010-\u2015\u2212/]/g;

/**
 * A number that is shown to who is called, so that it can be called back: typed as one dials it at the site, or in E.164. Null:
 * none; `problems` gets a line where it is no such number.
 */
export function readShownNumber(text: string, field: string, plan: DialPlan, problems: Problems): string | null {
  const typed = text.trim();
  if (typed === '') return null;
  const problem = (why: string): null => {
    problems.push(`${field}: ${JSON.stringify(typed.slice(0, 40))} ${why}; write it in E.164, e.g. +18015550100`);
    return null;
  };
  const number = readNumber(typed.replaceAll(formatting, ''), plan);
  if (number.callType === null) return problem('is no number that the dial plan knows');
  if (number.e164 === null) return problem(`cannot be called back from outside (${number.callType})`);
  // Lengths by country: a number abroad is more than a code and some digits.
  if (parsePhoneNumberFromString(number.e164)?.isPossible() !== true) return problem('has not the length of a number');
  return number.e164;
}
