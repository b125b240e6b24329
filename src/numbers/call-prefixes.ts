import type { DialPlan } from './dial-plan.ts';
import { readingOf } from './plan.ts';

/** Digits, and whether what was keyed before them hides the caller's number. */
export type Rest = { text: string; hidesCaller: boolean };

/**
 * Codes that choose a long-distance carrier for one call, by calling code: 101XXXX in North America (NANPA, carrier
 * identification codes), 010xx and 0100xx in Germany (Bundesnetzagentur, Betreiberkennzahlen), 001 and 00xx before a 0 in Japan (MIC,
 * list of designated telecommunications numbers). They are not dialled, because the other carrier would send its own bill.
 */
const carrierCodes: Readonly<Record<string, RegExp>> = {
  '1': /^101\d{4}/,
  '49': /^010(?:[1-9]\d|0\d\d)/,
  '81': /^00(?:1|33|36|39|41|61|77|88)(?=0)/,
};

/** The text, and what follows a carrier's code if it begins with one. */
export function withoutCarrierCode({ text, hidesCaller }: Rest, plan: DialPlan): Rest[] {
  const code = carrierCodes[plan.countryCode]?.exec(text)?.[0] ?? codeOfMetadata(text, plan);
  const whole = { text, hidesCaller };
  return code === undefined ? [whole] : [whole, { text: text.slice(code.length), hidesCaller }];
}

/**
 * A carrier's code that libphonenumber covers. It reads what follows as a number without prefixes, but in some countries people key those as
 * well: `17951 010 …` in China, `082 02 …` in Korea.
 */
function codeOfMetadata(text: string, plan: DialPlan): string | undefined {
  const { numbering, prefixes } = readingOf(plan);
  const { nationalPrefixPattern, nationalPrefixTransform } = numbering;
  if (nationalPrefixPattern === null || nationalPrefixTransform !== null || plan.nationalPrefix === '')
    return undefined;
  const [code, carrier] = nationalPrefixPattern.exec(text) ?? [];
  if (code === undefined || carrier === undefined || carrier === '') return undefined;
  const rest = text.slice(code.length);
  return [plan.nationalPrefix, ...prefixes].some((prefix) => rest.startsWith(prefix)) ? code : undefined;
}

type Privacy = { hides: readonly string[]; shows: readonly string[] };

/**
 * Codes that hide or show the caller's number for one call, by calling code: North America's vertical service codes (*67, *82, and 11 for the
 * star), BT's 141 and 1470 (NICC ND 1016), Eircom's 141 and 142, Orange's 3651, Telefónica's 067, Telstra's 1831 and 1832, Spark's 0197 and
 * 0196, NTT's 184 and 186, Hong Kong's 133. They are not dialled: gateways show numbers as the site says, and no number where it is hidden.
 */
const privacyCodes: Readonly<Record<string, Privacy>> = {
  '1': { hides: ['*67', '1167'], shows: ['*82', '1182'] },
  '33': { hides: ['3651'], shows: [] },
  '34': { hides: ['067'], shows: [] },
  '44': { hides: ['141'], shows: ['1470'] },
  '353': { hides: ['141'], shows: ['142'] },
  '61': { hides: ['1831'], shows: ['1832'] },
  '64': { hides: ['0197'], shows: ['0196'] },
  '81': { hides: ['184'], shows: ['186'] },
  '852': { hides: ['133'], shows: [] },
};

/** The text, and what follows a code that hides or shows the caller's number if it begins with one. */
export function withoutPrivacyCode(text: string, { countryCode }: DialPlan): Rest[] {
  const { hides, shows } = privacyCodes[countryCode] ?? { hides: [], shows: [] };
  const after = (codes: readonly string[], hidesCaller: boolean): Rest[] =>
    codes.filter((code) => text.startsWith(code)).map((code) => ({ text: text.slice(code.length), hidesCaller }));
  return [{ text, hidesCaller: false }, ...after(hides, true), ...after(shows, false)];
}
