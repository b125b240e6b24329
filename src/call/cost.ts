import type { CalledNumber } from '../numbers/read.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { longestFor } from '../rating/affordable.ts';
import { findRate, rateInForce, type RateQuestion } from '../rating/find-rate.ts';
import { lookUpRates } from '../rating/look-up.ts';
import { chargeByRate, freeReason, type UnratedWhy } from '../rating/price.ts';
import { prefixText, type Rate, type RateTable } from '../rating/rate.ts';
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
  /** What it would cost. */
  cost: () => CallCost;
};

/**
 * Rates a call by one look into the rates. Calls of free types are priced by no rate, and closed by none. Rejects where the rates cannot be
 * read.
 */
export async function rateCall(
  question: CostQuestion,
  rates: CallRates,
  freeCallTypes: readonly CallType[],
): Promise<RatedCall> {
  const { number, atMs } = question;
  const { e164, callType } = number;
  if (freeReason({ answered: true, billableMs: 0, callType }, freeCallTypes) !== null) return free;
  const { question: asked, candidates } = await lookUpRates(
    { ...ratedBy(question), e164, callingE164: null, atMs },
    rates,
  );
  return {
    closed: closedBy(asked, candidates),
    cost: () => {
      const found = findRate(asked, candidates);
      if (found.kind === 'none') return { kind: 'unknown', why: unknownTexts[found.why] };
      return pricedBy(found.rate, found.table);
    },
  };
}

const free: RatedCall = { closed: null, cost: () => ({ kind: 'free' }) };

function closedBy(question: RateQuestion, candidates: readonly Rate[]): string | null {
  const rate = rateInForce(question, candidates);
  if (question.table === null || rate?.status !== 'closed') return null;
  return `rate table ${question.table.name}: ${`${prefixText(rate.prefix)} ${rate.destination}`.trim()} is closed`;
}

function pricedBy(rate: Rate, table: RateTable): CallCost {
  const minuteMicros = chargeByRate(60_000, rate, table);
  if (minuteMicros === null) return { kind: 'unknown', why: unknownTexts['unreadable-rate'] };
  return {
    ...{ kind: 'priced', currency: table.currency, minuteMicros },
    chargeOf: (ms) => chargeByRate(ms, rate, table),
    longestFor: (micros) => longestFor(micros, rate, table),
  };
}
