import { formsOf, mayStand } from '../numbers/forms.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import { readingOf } from '../numbers/plan.ts';

/**
 * Why a blocked prefix blocks nothing at this site, with what to write instead; null: it can block a number. A rule without
 * effect is worse than no rule, because whoever wrote it relies on it.
 */
export function uselessBlock(prefix: string, plan: DialPlan): string | null {
  if (mayBlock(prefix, plan)) return null;
  const instead = [...alternatives(prefix, plan)].filter((text) => text !== prefix && mayBlock(text, plan));
  const advice = instead.length === 0 ? '' : `: write ${[...new Set(instead)].join(' or ')}`;
  return `${JSON.stringify(prefix)} blocks nothing, because no number that can be called begins with it${advice}`;
}

function mayBlock(prefix: string, plan: DialPlan): boolean {
  const longestExtension = Math.max(0, ...plan.extensionLengths);
  if (/^[0-9]+$/.test(prefix) && prefix.length <= longestExtension) return true;
  // An Argentine mobile may have its 15 after an area code of two to four digits: whatever cannot be told is not refused.
  if (plan.countryCode === '54' || /^\D*(?:00)?54/.test(prefix)) return true;
  return readingOf(plan).services.mayBegin(prefix) || formsOf(plan).some((form) => mayStand(prefix, form));
}

/** What may have been meant: the same after `+`, after the national prefix, and without digits for the phone system. */
function* alternatives(prefix: string, plan: DialPlan): Generator<string> {
  const { outsideLine, nationalPrefix, countryCode } = plan;
  const digits = prefix.replace('+', '');
  if (outsideLine !== '' && digits.startsWith(outsideLine)) yield digits.slice(outsideLine.length);
  yield `+${digits}`;
  if (!digits.startsWith(nationalPrefix)) yield nationalPrefix + digits;
  yield `+${countryCode}${digits}`;
}
