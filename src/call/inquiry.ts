import { authorize } from '../policy/authorize.ts';
import { checkCodeFor, isCodeText, type CodeUse } from '../policy/code.ts';
import { demandOf, levelTooLow, type LevelDemand } from '../policy/levels.ts';
import type { LimitDecision } from '../policy/limits/limits.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { minorDecimals } from '../rating/currency.ts';
import { formatMicros } from '../rating/money.ts';
import type { Account, Extension } from '../words/directory.ts';
import { withoutPrivacyCode } from '../numbers/call-prefixes.ts';
import { keysOf } from '../numbers/written.ts';
import { isFreeService, readNumber, type CalledNumber } from '../numbers/read.ts';
import type { CallType } from '../words/call-type.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import type { EntryMode } from '../words/entry-mode.ts';
import type { LevelRefusal, NumberRefusal } from '../words/outcome.ts';
import { rateCall, type CostSettings, type RatedCall } from './cost.ts';
import type { CallEvent } from './machine/events.ts';
import type { CallLimits, CallRates, LimitedCall, LimitedParties } from './ports.ts';
import type { ToldMoney } from './prompts.ts';

/** What becomes of calls from phones that the directory does not know, or without a number. */
export const unknownExtensionPolicies = ['as-is', 'code-always', 'refuse'] as const;
export type UnknownExtensionPolicy = (typeof unknownExtensionPolicies)[number];

export type InquirySettings = CostSettings & {
  plan: DialPlan;
  /** Call types that direct entry asks no code for; nor does it for a service that costs nothing. */
  directWithoutCode: readonly CallType[];
  /** Whether the caller hears what a prepaid account has left. */
  sayBalance: boolean;
  /** Call types for which the caller may say later who pays. */
  codeLater: readonly CallType[];
  /** Call types before which the caller hears what a minute costs, and confirms it. */
  confirmPrice: readonly CallType[];
  /** Levels that calls demand of the code; a call of which one is demanded needs a code, whatever its type. */
  minimumLevels: readonly LevelDemand[];
  /** Calls need two codes: who calls, and for whom. */
  twoCodes: boolean;
  unknownExtension: UnknownExtensionPolicy;
};

type FindAccount = (code: string) => Promise<Account | null>;

const unknownPhone = 'the directory does not know this extension (entry.unknownExtension)';

/** Whose code is it, and may it be used from this phone (null: unknown)? */
export async function inquireCode(
  code: string,
  extension: Extension | null,
  settings: InquirySettings,
  findAccountByCode: FindAccount,
  nowMs: number,
  use: CodeUse = 'pays',
): Promise<CallEvent> {
  if (extension === null && settings.unknownExtension === 'refuse') {
    return { type: 'code-refused', reason: 'extension-unknown' };
  }
  const checked = checkCodeFor(use, await findAccountByCode(code), nowMs);
  return checked.ok
    ? { type: 'code-accepted', account: checked.account }
    : { type: 'code-refused', reason: checked.reason };
}

/** May one more call begin? From then on it counts. `balance`: of a prepaid account before it; null: unknown, or nobody asks. */
export type BeginCall = (parties: LimitedParties, number: CalledNumber, cost: RatedCall['cost']) => Promise<Begun>;
export type Begun = { limits: LimitDecision; balance: ToldMoney | null };

/** What the caller hears is left of the money that this call is paid with. */
export function balanceOf(
  { parties: { account }, cost }: LimitedCall,
  limits: Pick<CallLimits, 'balanceOf'>,
  { sayBalance }: Pick<InquirySettings, 'sayBalance'>,
  nowMs: number,
): ToldMoney | null {
  if (!sayBalance || account?.prepaid !== true || cost.kind !== 'priced') return null;
  const micros = limits.balanceOf(account, cost.currency, nowMs);
  return micros === null ? null : told(micros, cost.currency);
}

export type NumberInquiry = {
  /** Of an accepted code; null: none was keyed. */
  account: Account | null;
  /** Of an accepted code that says who calls; null: none was keyed. */
  authorizer: Account | null;
  /** Pays where no code was keyed: the default account of a forwarding phone. */
  payer: Account | null;
  extension: Extension | null;
  entry: EntryMode;
  keyed: string;
  /** What stops calls of a type because the directory is too old; null: nothing. */
  staleRule: (callType: CallType) => string | null;
  findAccountByCode: FindAccount;
  rates: CallRates;
  /** The caller wants to say later who pays, and has a number to be found by. */
  codeLater: boolean;
  /** UTC milliseconds. */
  nowMs: number;
  begin: BeginCall;
};

/** May this phone call this number, with this account or without any? */
export async function inquireNumber(inquiry: NumberInquiry, settings: InquirySettings): Promise<CallEvent> {
  const { extension, authorizer, keyed, staleRule, payer } = inquiry;
  const { plan, unknownExtension } = settings;
  const number = readNumber(keyed, plan);
  if (number.callType === 'emergency') {
    return allowed(number, { rule: 'emergency call', code: 'not-needed', payer: null, ...unlimited });
  }
  if (extension === null && unknownExtension === 'refuse') return refused('extension-unknown', unknownPhone);
  const account = inquiry.account ?? payer;
  const decision = authorize({ account, authorizer, extension, number, plan });
  if (!decision.allowed) {
    const isCode =
      (number.callType === null && beginsWithCode(keyed, [account, authorizer], plan)) ||
      (await isBillingCode(keyed, plan, inquiry.findAccountByCode));
    return { type: 'number-refused', reason: decision.reason, rule: decision.rule, isCode };
  }
  if (number.callType === null) return refused('number-invalid', decision.rule);
  const stale = staleRule(number.callType);
  if (stale !== null) return refused('directory-stale', stale);
  const { rule } = decision;
  const demand = demandOf(number, settings.minimumLevels, plan);
  const tooLow = levelOf(account, authorizer, demand);
  if (tooLow !== null) return refused('level-too-low', tooLow);
  const code = account === null && demand === null ? codeOf(number, inquiry, settings) : 'needed';
  if (code === 'needed' && account === null) return allowed(number, { rule, code, payer, ...unlimited });
  const { nowMs: atMs, rates, begin } = inquiry;
  const { closed, cost } = await rateCall({ number, account, extension, atMs }, rates, settings);
  if (closed !== null) return refused('destination-closed', closed);
  const price = priceToConfirm(number, cost, settings);
  if (price?.kind === 'unknown') return refused('price-unknown', `entry.confirmPrice: no price: ${price.why}`);
  const { limits, balance } = await begin({ account, extension }, number, cost);
  if (!limits.allowed) return refused(limits.reason, limits.rule);
  const toldPrice = price === null ? null : told(price.minuteMicros, price.currency);
  const announcement = toldPrice === null && balance === null ? null : { price: toldPrice, balance };
  const { longestMs: longestTalkMs, mayGoOn, remark } = limits;
  const said = remark === undefined ? rule : `${rule}; ${remark}`;
  return allowed(number, { rule: said, code, payer: account, longestTalkMs, mayGoOn, announcement });
}

/** Why the level is too low: of who calls, where that was keyed, or else of the account that pays. Null: it is not. */
function levelOf(account: Account | null, authorizer: Account | null, demand: LevelDemand | null): string | null {
  if (authorizer !== null) return levelTooLow(authorizer, demand, 'authorizer');
  return account === null ? null : levelTooLow(account, demand);
}

export type Permission =
  { allowed: true; rule: string } | { allowed: false; reason: NumberRefusal | LevelRefusal; rule: string };

/** Whether restrictions and levels let these call the number, as whoever pays for a call that was allowed already. */
export function permissionOf(
  { account, authorizer, extension, number }: CallingParties,
  { plan, minimumLevels }: Pick<InquirySettings, 'plan' | 'minimumLevels'>,
): Permission {
  const decision = authorize({ account, authorizer, extension, number, plan });
  if (!decision.allowed) return decision;
  const tooLow = levelOf(account, authorizer, demandOf(number, minimumLevels, plan));
  return tooLow === null ? decision : { allowed: false, reason: 'level-too-low', rule: tooLow };
}

type CallingParties = {
  account: Account | null;
  authorizer: Account | null;
  extension: Extension | null;
  number: CalledNumber;
};

/** Whether a call that no account pays for needs a code. */
function codeOf(
  called: CalledNumber,
  { entry, extension, codeLater }: NumberInquiry,
  settings: InquirySettings,
): NumberEvent<'number-allowed'>['code'] {
  if (extension === null && settings.unknownExtension === 'code-always') return 'needed';
  const costsNothing = settings.directWithoutCode.includes(called.callType) || isFreeService(called, settings.plan);
  if (entry === 'direct' && costsNothing) return 'not-needed';
  return codeLater && settings.codeLater.includes(called.callType) ? 'later' : 'needed';
}

/** Null: nothing is to be confirmed. */
function priceToConfirm(
  number: CalledNumber,
  cost: RatedCall['cost'],
  { confirmPrice, plan }: InquirySettings,
): Exclude<CallCost, { kind: 'free' }> | null {
  if (!confirmPrice.includes(number.callType) || isFreeService(number, plan)) return null;
  // What is free in the month may be used up before the call ends: the caller hears what a minute costs then.
  const price = cost(false);
  return price.kind === 'free' ? null : price;
}

const told = (micros: number, currency: string): ToldMoney => ({
  amount: formatMicros(micros, minorDecimals(currency)),
  currency,
});

const unlimited = { longestTalkMs: null, mayGoOn: false, announcement: null };

type NumberEvent<Type extends CallEvent['type']> = CallEvent & { type: Type };

function allowed(number: CalledNumber, how: Omit<NumberEvent<'number-allowed'>, 'type' | 'number'>): CallEvent {
  return { type: 'number-allowed', number, ...how };
}

function refused(reason: NumberEvent<'number-refused'>['reason'], rule: string): CallEvent {
  return { type: 'number-refused', reason, rule, isCode: false };
}

/** What is keyed behind the last star, with and without zeros, the outside-line digit and other digits before a number. */
function withoutHabits(keyed: string, plan: DialPlan): string[] {
  const { outsideLine } = plan;
  const last = keyed.slice(keyed.lastIndexOf('*') + 1);
  const outside = outsideLine !== '' && last.startsWith(outsideLine) ? last.slice(outsideLine.length) : last;
  const rests = withoutPrivacyCode(keyed, plan).map(({ text }) => text);
  return [...new Set([last, last.replace(/^0+/, ''), outside, ...rests])].filter(isCodeText);
}

/** A code that is keyed where a number is asked for must not be shown; where nobody can tell, it may be one. */
async function isBillingCode(keyed: string, plan: DialPlan, findAccountByCode: FindAccount): Promise<boolean> {
  try {
    const found = await Promise.all(withoutHabits(keyed, plan).map((text) => findAccountByCode(text)));
    return found.some((account) => account !== null);
  } catch {
    return true;
  }
}

/** Code and number with nothing between them: the digits are no number, and the code is in them. */
const beginsWithCode = (keyed: string, accounts: readonly (Account | null)[], plan: DialPlan): boolean =>
  accounts.some(
    (account) => account !== null && withoutHabits(keyed, plan).some((text) => text.startsWith(account.code)),
  );

/** How the calling phone may stand in the directory: `0205`, `+205`, `205#` and `２０５` are extension 205. */
export function extensionSpellings(sent: string): string[] {
  const digits = keysOf(sent).replaceAll(/[^0-9]/g, '');
  return [...new Set([sent, digits, digits.replace(/^0+/, '')])].filter((spelling) => spelling !== '');
}
