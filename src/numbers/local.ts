import type { DialPlan } from './dial-plan.ts';

/** Whether the digits may be a number without the site's area code. */
export function isLocalLength(text: string, plan: DialPlan, mayBeExtension: boolean): boolean {
  const { areaCode, localLengths, nationalPrefix } = plan;
  if (areaCode === '' || (nationalPrefix !== '' && text.startsWith(nationalPrefix))) return false;
  return localLengths.length === 0 ? !mayBeExtension : localLengths.includes(text.length);
}

/** In Argentina, 15 before a mobile of one's own area, whose number has a 9 before the area code; null: it is not keyed so. */
export function localMobile(text: string, { countryCode, areaCode }: DialPlan): string | null {
  return countryCode === '54' && areaCode !== '' && text.startsWith('15') ? `9${areaCode}${text.slice(2)}` : null;
}

/** The number without the site's area code, as it may be keyed there; null: it is not in that area. */
export function localForm(national: string, { areaCode, localLengths }: DialPlan): string | null {
  if (areaCode === '' || !national.startsWith(areaCode)) return null;
  const local = national.slice(areaCode.length);
  return localLengths.length === 0 || localLengths.includes(local.length) ? local : null;
}
