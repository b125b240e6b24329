import type { CalledNumber } from '../numbers/read.ts';
import type { CallCost } from '../policy/limits/money.ts';
import { longestFor } from '../rating/affordable.ts';
import { findRate } from '../rating/find-rate.ts';
import { chargeByRate, freeReason, type UnratedWhy } from '../rating/price.ts';
import type { Rate, RateTable } from '../rating/rate.ts';
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

/** What a call would cost, by the rates that will price it. Rejects where they cannot be read. */
export async function costOf(
  question: CostQuestion,
  rates: CallRates,
  freeCallTypes: readonly CallType[],
): Promise<CallCost> {
  const { number, atMs } = question;
  const { e164, callType } = number;
  if (freeReason({ answered: true, billableMs: 0, callType }, freeCallTypes) !== null) return { kind: 'free' };
  const table = (await rates.rateTableOf(ratedBy(question)))?.table ?? null;
  const candidates = table === null || e164 === null ? [] : await rates.ratesFor(table.id, e164);
  const found = findRate({ table, e164, atMs }, candidates);
  return found.kind === 'none' ? { kind: 'unknown', why: unknownTexts[found.why] } : pricedBy(found.rate, found.table);
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
