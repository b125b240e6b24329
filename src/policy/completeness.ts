import { remembered } from '../numbers/per-plan.ts';
import { isComplete } from '../numbers/complete.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';

/** E.164's 15 digits after an outside-line digit and a prefix. */
const longestNumber = 18;
/** Placeholders for digits still to come: plans tell numbers apart by their first digits. */
const pads = ['2', '5', '0'];
/** Beginnings of up to this many digits are asked about again and again. */
const keptDigits = 4;

const ofBeginning = remembered<number | null>(20_000, probe);

/**
 * The number of digits at which a number with this beginning is complete and cannot be longer; null: undecided. If numbers of
 * several lengths begin like this, it is the longest.
 */
export function completeLength(digits: string, plan: DialPlan): number | null {
  if (isComplete(digits, plan)) return digits.length;
  return digits.length > keptDigits ? probe(digits, plan) : ofBeginning(digits, plan);
}

function probe(digits: string, plan: DialPlan): number | null {
  const lengths = pads.map((pad) => {
    for (let length = digits.length + 1; length <= longestNumber; length += 1) {
      if (isComplete(digits.padEnd(length, pad), plan)) return length;
    }
    return 0;
  });
  return Math.max(...lengths) || null;
}

/** Every way to key an emergency number. */
export function emergencySpellings({ emergencyNumbers, outsideLine }: DialPlan): string[] {
  const behind = outsideLine === '' ? [] : emergencyNumbers.map((number) => outsideLine + number);
  return [...emergencyNumbers, ...behind];
}

/** The plan with the switch's emergency numbers added, e.g. `911|112`; the same plan if it has them all. */
export function withEmergencyNumbers(plan: DialPlan, listed: string | undefined): DialPlan {
  if (listed === undefined || listed === '') return plan;
  const more = listed.split('|').filter((text) => /^[0-9]{2,8}$/.test(text) && !plan.emergencyNumbers.includes(text));
  if (more.length === 0) return plan;
  return extended(more.join('|'), plan);
}

/** What is computed for a plan is kept by plan object, so the same list must give the same object. */
const extended = remembered(100, (more, plan) => ({
  ...plan,
  emergencyNumbers: [...plan.emergencyNumbers, ...more.split('|')],
}));
