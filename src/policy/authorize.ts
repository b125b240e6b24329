import type { NumberRefusal } from '../words/outcome.ts';
import type { Restriction } from '../words/directory.ts';
import { allowedNumber, allowedPrefix, blockedPrefix } from './match.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import { afterInternationalPrefix, nationalDigits, type CalledNumber, type UnknownNumber } from '../numbers/read.ts';

/** `rule` is the rule that decided, for people to read: `account: blocked prefix 1900`. */
export type Decision = { allowed: true; rule: string } | { allowed: false; reason: NumberRefusal; rule: string };

export type AuthorizeRequest = {
  /** An `Account`; null: this call needs none. */
  account: { restriction: Restriction } | null;
  /** The account whose code said who calls; null, absent: none was keyed. */
  authorizer?: { restriction: Restriction } | null;
  /** An `Extension`; null: the calling phone is not in the directory. */
  extension: { restriction: Restriction } | null;
  number: CalledNumber | UnknownNumber;
  plan: DialPlan;
};

type Party = { name: 'account' | 'authorizer' | 'extension'; restriction: Restriction };

/**
 * May this number be called? An emergency number, always. Otherwise account and extension must both allow it, and the first
 * rule that refuses decides, in this order: minimum and maximum digits, whether it is in the dial plan, call type, blocked
 * prefixes, and the allowed prefixes and numbers (either may match). The decision depends on the destination, never on how it was
 * keyed; `match.ts` says how prefixes are read.
 */
export function authorize({ account, authorizer = null, extension, number, plan }: AuthorizeRequest): Decision {
  if (number.callType === 'emergency') return { allowed: true, rule: 'emergency call' };
  const parties: Party[] = [];
  if (account !== null) parties.push({ name: 'account', restriction: account.restriction });
  if (authorizer !== null) parties.push({ name: 'authorizer', restriction: authorizer.restriction });
  if (extension !== null) parties.push({ name: 'extension', restriction: extension.restriction });

  const wrongLength = firstOf(parties, (party) => checkLength(party, countedDigits(number, plan)));
  if (wrongLength !== null) return wrongLength;
  if (number.callType === null) return refused('number-invalid', 'dial plan: no such number');
  const refusal =
    firstOf(parties, (party) => checkCallType(party, number)) ??
    firstOf(parties, (party) => checkBlocked(party, number, plan));
  if (refusal !== null) return refusal;

  const allowances: string[] = [];
  for (const party of parties) {
    const allowance = allowanceOf(party, number, plan);
    if (allowance === null) return refused('number-not-allowed', `${party.name}: not among the allowed numbers`);
    if (allowance !== 'unrestricted') allowances.push(`${party.name}: ${allowance}`);
  }
  return { allowed: true, rule: allowances.length === 0 ? 'no restriction' : allowances.join('; ') };
}

function firstOf(parties: readonly Party[], check: (party: Party) => Decision | null): Decision | null {
  for (const party of parties) {
    const decision = check(party);
    if (decision !== null) return decision;
  }
  return null;
}

function refused(reason: NumberRefusal, rule: string): Decision {
  return { allowed: false, reason, rule };
}

function checkLength({ name, restriction }: Party, digits: number): Decision | null {
  const { minimumDigits, maximumDigits } = restriction;
  if (minimumDigits !== null && digits < minimumDigits) {
    return refused('number-too-short', `${name}: at least ${minimumDigits} digits, not ${digits}`);
  }
  if (maximumDigits !== null && digits > maximumDigits) {
    return refused('number-too-long', `${name}: at most ${maximumDigits} digits, not ${digits}`);
  }
  return null;
}

function checkCallType({ name, restriction }: Party, { callType }: CalledNumber): Decision | null {
  const { allowedCallTypes } = restriction;
  if (allowedCallTypes.length === 0 || allowedCallTypes.includes(callType)) return null;
  return refused('call-type-not-allowed', `${name}: call type ${callType} not allowed`);
}

function checkBlocked({ name, restriction }: Party, number: CalledNumber, plan: DialPlan): Decision | null {
  const prefix = blockedPrefix(restriction.blockedPrefixes, number, plan);
  return prefix === null ? null : refused('number-blocked', `${name}: blocked prefix ${prefix}`);
}

function allowanceOf({ restriction }: Party, number: CalledNumber, plan: DialPlan): string | null {
  const { allowedPrefixes, allowedNumbers } = restriction;
  if (allowedPrefixes.length === 0 && allowedNumbers.length === 0) return 'unrestricted';
  const exact = allowedNumber(allowedNumbers, number, plan);
  if (exact !== null) return `allowed number ${exact}`;
  const prefix = allowedPrefix(allowedPrefixes, number, plan);
  return prefix === null ? null : `allowed prefix ${prefix}`;
}

/**
 * The digits that the minimum and maximum count: a national number without prefix, a number abroad with its country code, an
 * internal number as dialled; of an unknown number, its digits without the prefixes at its start.
 */
function countedDigits(number: CalledNumber | UnknownNumber, plan: DialPlan): number {
  if (number.callType !== null) {
    return (nationalDigits(number, plan) ?? number.e164?.slice(1) ?? number.dial).length;
  }
  const [international] = afterInternationalPrefix(number.keyed, plan);
  const isOwnCountry = international?.startsWith(plan.countryCode) === true;
  const national = isOwnCountry ? international.slice(plan.countryCode.length) : (international ?? number.keyed);
  const hasPrefix = (international === undefined || isOwnCountry) && national.startsWith(plan.nationalPrefix);
  return (hasPrefix ? national.slice(plan.nationalPrefix.length) : national).replaceAll(/[^0-9]/g, '').length;
}
