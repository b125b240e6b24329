import { formsOf, mayFollow } from './forms.ts';
import type { DialPlan } from './dial-plan.ts';
import { readingOf } from './plan.ts';
import { numberTexts, readNumber } from './read.ts';

/**
 * Whether the number is complete and no longer number in the dial plan begins with it, so that it needs no `#`. In North
 * America: ten digits, or eleven after 1. If the outside-line digit is 9, ten digits that begin with 9 are not complete where an
 * area code may follow the 9: a caller who keys `9 405 555 0123` has keyed `9405555012` on the way.
 */
export function isComplete(keyed: string, plan: DialPlan): boolean {
  if (readNumber(keyed, plan).callType === null) return false;
  if (plan.extensionLengths.some((length) => length > keyed.length)) return false;
  const { services } = readingOf(plan);
  return !numberTexts(keyed, plan).some(
    ({ text }) =>
      plan.emergencyNumbers.some((number) => number.length > text.length && number.startsWith(text)) ||
      services.mayGoOn(text) ||
      formsOf(plan).some((form) => mayFollow(text, form)),
  );
}
