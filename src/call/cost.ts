import type { CalledNumber } from '../numbers/read.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { longestFor } from '../rating/affordable.ts';
import { findRate, rateInForce, type RateQuestion } from '../rating/find-rate.ts';
import { lookUpMonth, lookUpRates, type Months, type Rates } from '../rating/look-up.ts';
import type { CallMonth } from '../rating/month.ts';
import { chargeByRate, chargeInMonth, freeReason, type UnratedWhy } from '../rating/price.ts';
import { prefixText, type Rate, type RateTable } from '../rating/rate.ts';
import { callerNumber, type CallerNumberSettings } from '../policy/caller-number.ts';
import type { CallType } from '../words/call-type.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { CallRates } from './ports.ts';

/** A call whose price is asked for. Null: no account pays, or the directory does not know the phone. */
export type CostQuestion = {
  account: Account | null;
  extension: Extension | null;
  number: CalledNumber;
  /** When it would be answered, UTC milliseconds. */
  atMs: number;
  /** The number that it goes out with; absent: the one that the site's settings say. */
  callingE164?: string | null;
};

/** What of the site's settings the price of a call depends on. */
export type CostSettings = {
  freeCallTypes: readonly CallType[];
  /** Which number the call goes out with: rates may be for calls between two states, or within one. */
  callerNumber: CallerNumberSettings;
  /** Of the site, whose months count: an IANA name. */
  timeZone: string;
};

const unknownTexts: Readonly<Record<UnratedWhy, string>> = {
  'no-rate-table': 'there is no rate table',
  'no-rate': 'the rate table has no rate for this number',
  'no-number': 'the number is none that rates could be for',
  'out-of-range': 'more than money can be exact in',
  'unreadable-rate': 'its rate cannot be read',
};

/** Whose rates apply to a call: as its record will say. */
export const ratedBy = ({ account, extension }: Pick<CostQuestion, 'account' | 'extension'>) => ({
  accountId: account?.id ?? null,
  departmentId: account?.departmentId ?? extension?.departmentId ?? null,
});

/** A call by the rates that will price it. */
export type RatedCall = {
  /** The closed rate that it would have, for people to read; null: the number may be called. */
  closed: string | null;
  /**
   * What it would cost. `isNext`: whether it is known to be the next call of its payer's month, so that what is free in it is this call's; if
   * not, nothing is counted on that another call may use up first.
   */
  cost: (isNext: boolean) => CallCost;
};

/** A call that may be priced: what the payer's month, the calling number and the rates say of it. */
export async function lookUpCost<Assigned extends { table: RateTable }>(
  question: CostQuestion,
  rates: Rates<Assigned> & Months,
  settings: Omit<CostSettings, 'freeCallTypes'>,
) {
  const { account, number, atMs } = question;
  const { e164, callType } = number;
  const call = { ...ratedBy(question), e164, atMs };
  const { callingE164 = callingNumberOf(question, settings) } = question;
  const { assigned, question: asked, candidates } = await lookUpRates({ ...call, callingE164 }, rates);
  const found = findRate(asked, candidates);
  const dependsOnMonth = found.kind === 'rate' && (found.rate.tiers !== '' || account?.includedMinutes != null);
  const month = dependsOnMonth ? await lookUpMonth({ ...call, callType, account }, rates, settings.timeZone) : null;
  return { assigned, asked, candidates, found, month };
}

/** The number that a call goes out with; null: the phone's own, or none. */
export const callingNumberOf = (
  { account, extension, number: { callType } }: Pick<CostQuestion, 'account' | 'extension' | 'number'>,
  settings: Pick<CostSettings, 'callerNumber'>,
): string | null => callerNumber({ callType, account, extension }, settings.callerNumber).number;

/**
 * Rates a call by one look into the rates. Calls of free types are priced by no rate, and closed by none. Rejects where the rates cannot be
 * read.
 */
export async function rateCall(question: CostQuestion, rates: CallRates, settings: CostSettings): Promise<RatedCall> {
  const { callType } = question.number;
  if (freeReason({ answered: true, billableMs: 0, callType }, settings.freeCallTypes) !== null) return free;
  const { asked, candidates, found, month } = await lookUpCost(question, rates, settings);
  return {
    closed: closedBy(asked, candidates),
    cost: (isNext) =>
      found.kind === 'none'
        ? { kind: 'unknown', why: unknownTexts[found.why] }
        : pricedBy(found.rate, found.table, month, isNext),
  };
}

const free: RatedCall = { closed: null, cost: () => ({ kind: 'free' }) };

function closedBy(question: RateQuestion, candidates: readonly Rate[]): string | null {
  const rate = rateInForce(question, candidates);
  if (question.table === null || rate?.status !== 'closed') return null;
  return `rate table ${question.table.name}: ${`${prefixText(rate.prefix)} ${rate.destination}`.trim()} is closed`;
}

function pricedBy(rate: Rate, table: RateTable, month: CallMonth | null, isNext: boolean): CallCost {
  const place = month?.place;
  const minuteMicros = chargeByRate(60_000, rate, table, place);
  if (minuteMicros === null) return { kind: 'unknown', why: unknownTexts['unreadable-rate'] };
  const chargeOf = (ms: number): number | null =>
    month !== null && isNext ? chargeInMonth(ms, rate, table, month) : chargeByRate(ms, rate, table, place);
  return {
    ...{ kind: 'priced', currency: table.currency, minuteMicros, chargeOf },
    longestFor: (micros) => longestFor(micros, rate, chargeOf),
  };
}
