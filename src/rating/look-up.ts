import type { CallType } from '../words/call-type.ts';
import type { RateQuestion } from './find-rate.ts';
import { allowanceFor, monthAt, type Allowance, type CallMonth, type MonthPlace } from './month.ts';
import type { Rate, RateTable } from './rate.ts';

/** Where the rates of calls are looked up. */
export type Rates<Assigned extends { table: RateTable } = { table: RateTable }> = {
  /** The rate table of whoever is charged; null: there is none. */
  rateTableOf(charged: { accountId: number | null; departmentId: number | null }): Promise<Assigned | null>;
  /** Rates of all times whose prefix the number begins with. */
  ratesFor(tableId: number, e164: string): Promise<readonly Rate[]>;
};

/** What each payer's month is so far. */
export type Months = {
  /** Billed time of the calls of whoever is charged, in this month at the site (`2026-11`). */
  monthSoFar(charged: { accountId: number | null; departmentId: number | null }, month: string): Promise<MonthPlace>;
};

type Call = {
  accountId: number | null;
  departmentId: number | null;
  e164: string | null;
  callingE164: string | null;
  atMs: number;
};

/** What `findRate` and `rateInForce` are asked about a call, with the table as it is assigned; `atMs`: when it was answered. */
export async function lookUpRates<Assigned extends { table: RateTable }>(
  { accountId, departmentId, e164, callingE164, atMs }: Call,
  rates: Rates<Assigned>,
): Promise<{ assigned: Assigned | null; question: RateQuestion; candidates: readonly Rate[] }> {
  const assigned = await rates.rateTableOf({ accountId, departmentId });
  const table = assigned?.table ?? null;
  const candidates = table === null || e164 === null ? [] : await rates.ratesFor(table.id, e164);
  return { assigned, question: { table, e164, callingE164, atMs }, candidates };
}

/** The month of a call that would be the next one of whoever is charged. `account`: null: none pays. */
export async function lookUpMonth(
  call: Omit<Call, 'callingE164'> & { callType: CallType | null; account: Allowance | null },
  months: Months,
  timeZone: string,
): Promise<CallMonth> {
  const month = monthAt(call.atMs, timeZone);
  return { month, allowanceMs: allowanceFor(call.account, call), place: await months.monthSoFar(call, month) };
}
