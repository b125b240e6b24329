import { hasLengthOfNumber } from '../numbers/country.ts';
import { readNumber } from '../numbers/read.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import type { Result } from '../words/result.ts';

/** What people put between digits. */
const formatting = /[\s().\-\u2010-\u2015\u2212/]/g;

/**
 * A number that is shown to who is called, so that it can be called back: typed as one dials it at the site, or in E.164. Null:
 * none.
 */
export function readShownNumber(text: string, plan: DialPlan): Result<string | null> {
  const typed = text.trim();
  if (typed === '') return { ok: true, value: null };
  const refused = (why: string): Result<never> => ({
    ok: false,
    problem: `${JSON.stringify(typed.slice(0, 40))} ${why}; write it in E.164, e.g. +18015550100`,
  });
  const number = readNumber(typed.replaceAll(formatting, ''), plan);
  if (number.callType === null) return refused('is not a number in the dial plan');
  if (number.e164 === null) return refused(`cannot be called back from outside (${number.callType})`);
  if (!hasLengthOfNumber(number.e164)) return refused('does not have the length of a number');
  return { ok: true, value: number.e164 };
}
