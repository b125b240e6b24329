import { formsOf, mayFollow } from './forms.ts';
import { readingOf, type DialPlan } from './plan.ts';
import { numberTexts, readNumber } from './read.ts';

/**
 * Whether the number is complete and no longer entry that the dial plan knows begins with it, so that no `#` need follow. In
 * North America: ten digits, or eleven behind 1. Where the outside-line digit is 9, ten digits behind 9 are not, if an area
 * code may stand behind that 9: a caller who keys `9 405 555 0123` has said `9405555012` on the way.
 */
export function isComplete(keyed: string, plan: DialPlan): boolean {
  if (readNumber(keyed, plan).callType === null) return false;
  if (plan.extensionLengths.some((length) => length > keyed.length)) return false;
  const { services } = readingOf(plan);
  return !numberTexts(keyed, plan).some(
    (text) =>
      plan.emergencyNumbers.some((number) => number.length > text.length && number.startsWith(text)) ||
      services.mayGoOn(text) ||
      formsOf(plan).some((form) => mayFollow(text, form)),
  );
}
