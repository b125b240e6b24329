import { isComplete, type DialPlan } from './number.ts';

/** E.164's 15 digits behind an outside-line digit and a prefix. */
const longestNumber = 18;
/** Digits that stand for those still to come, since plans tell numbers apart by their first ones. */
const pads = ['2', '5', '0'];

/** How many digits a number that begins so has when it is complete and no longer one is possible; null: that is open. */
export function completeLength(digits: string, plan: DialPlan): number | null {
  for (let length = digits.length; length <= longestNumber; length += 1) {
    if (pads.some((pad) => isComplete(digits.padEnd(length, pad), plan))) return length;
  }
  return null;
}

/** Every way to key an emergency number. */
export function emergencySpellings({ emergencyNumbers, outsideLine }: DialPlan): string[] {
  const behind = outsideLine === '' ? [] : emergencyNumbers.map((number) => outsideLine + number);
  return [...emergencyNumbers, ...behind];
}

/** The plan with the emergency numbers that the switch lists as well, e.g. `911|112`; the same plan where it has them all. */
export function withEmergencyNumbers(plan: DialPlan, listed: string | undefined): DialPlan {
  const more = (listed ?? '')
    .split('|')
    .filter((text) => /^[0-9]{2,8}$/.test(text) && !plan.emergencyNumbers.includes(text));
  return more.length === 0 ? plan : { ...plan, emergencyNumbers: [...plan.emergencyNumbers, ...more] };
}
