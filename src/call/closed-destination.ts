import type { CalledNumber } from '../numbers/read.ts';
import { rateInForce } from '../rating/find-rate.ts';
import { prefixText } from '../rating/rate.ts';
import type { CallType } from '../words/call-type.ts';
import type { Account, Extension } from '../words/directory.ts';
import type { CallRates } from './ports.ts';

export type ClosedQuestion = {
  number: CalledNumber;
  /** Null: nobody pays. */
  account: Account | null;
  extension: Extension | null;
  atMs: number;
};

/**
 * The closed rate that such a call would be priced by, for people to read; null: it may be called. Calls of free types are priced by no
 * rate, and closed by none.
 */
export async function closedDestination(
  { number, account, extension, atMs }: ClosedQuestion,
  rates: CallRates,
  freeCallTypes: readonly CallType[],
): Promise<string | null> {
  const { e164, callType } = number;
  if (e164 === null || freeCallTypes.includes(callType)) return null;
  const departmentId = account?.departmentId ?? extension?.departmentId ?? null;
  const assigned = await rates.rateTableOf({ accountId: account?.id ?? null, departmentId });
  if (assigned === null) return null;
  const { table } = assigned;
  const rate = rateInForce({ table, e164, atMs }, await rates.ratesFor(table.id, e164));
  if (rate?.status !== 'closed') return null;
  return `rate table ${table.name}: ${`${prefixText(rate.prefix)} ${rate.destination}`.trim()} is closed`;
}
