import type { DialPlan } from '../numbers/dial-plan.ts';

type HomePlan = Pick<DialPlan, 'countryCode' | 'nationalPrefix' | 'internationalPrefixes'>;

/**
 * The digits of an E.164 number as written and dialled in the plan's country: in Germany `+493012345` is `03012345`, and numbers
 * abroad are `00…`. North America writes no prefix: its national prefix, 1, is the country code.
 */
export function nationalForm(e164: string, plan: HomePlan): string {
  const digits = e164.slice(1);
  const { countryCode, nationalPrefix, internationalPrefixes } = plan;
  if (!digits.startsWith(countryCode)) return `${internationalPrefixes[0] ?? ''}${digits}`;
  return `${nationalPrefix === countryCode ? '' : nationalPrefix}${digits.slice(countryCode.length)}`;
}
