import { isDeepStrictEqual } from 'node:util';
import sql from 'mssql';
import type { Price } from '../../../rating/price.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { countryFinder } from '../../../reports/country.ts';
import type { PriceChange, RateStore, ReratingOptions, ReratingResult } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { lockCalls } from '../records/lock.ts';
import { recordOf, selectedOf, sentPrice, storedPriceOf, storedPrices, type SentPrice } from '../records/rows.ts';
import { within } from '../transaction.ts';
import { lacksNumber, priceAsFirst } from './first-price.ts';
import { settleMonths } from './months.ts';
import type { RatesOfRecord } from './rates.ts';
import { allowanceFor, type Allowance } from '../../../rating/month.ts';
import {
  appendPrice,
  beginRerating,
  beginUndo,
  listedReratings,
  priceFrom,
  reratingSums,
  undoSome,
  type Undoing,
} from './price-history.ts';
import { plainRules } from '../../../rating/rules.ts';
import type { PricingRules } from '../../../words/pricing-rules.ts';
import { requestOn } from '../request.ts';

const callsAtOnce = 500;

type Rerating = Pick<RateStore, 'rerate' | 'undoRerating' | 'listReratings'>;

type Dependencies = {
  pool: sql.ConnectionPool;
  where: string;
  rates: RatesOfRecord;
  rules: PricingRules | undefined;
};

/** How a re-rating that is a request (requests/) goes on where it was cut off, and notes how far it is. */
export type Course = {
  /** The re-rating so far; null: nothing has changed yet. */
  id: number | null;
  /** Only calls that this table prices; null: all. */
  tableId: number | null;
  /** Before calls are read, and at the beginning and end of each transaction that changes prices. Rejects where it must not go on. */
  mark: (transaction: sql.Transaction, id: number | null) => Promise<void>;
  /** Before each call. Throws where it is to stop soon; what the transaction changed is not kept then. */
  check: () => void;
};
const byItself: Course = { id: null, tableId: null, mark: () => Promise.resolve(), check: () => undefined };

/** Prices calls again, some at a time; rejects with a `StoreError`, and then those of the transactions before have their new price. */
export async function rerateCalls(
  { pool, where, rates, rules = plainRules }: Dependencies,
  options: ReratingOptions,
  course: Course = byItself,
): Promise<ReratingResult> {
  const { fromMs, untilMs, dryRun = false, onChange } = options;
  const countryOf = countryFinder();
  const priceOf = pricing(rates, rules, course.tableId);
  let { id } = course;
  let [calls, changed] = [0, 0];
  let after: Place = { startedAtMs: fromMs, callId: '' };
  for (;;) {
    const page = await within(pool, where, 'The calls', async (transaction) => {
      await course.mark(transaction, id);
      return nextCalls(transaction, after, untilMs);
    });
    const priced = await Promise.all(page.map(({ record }) => priceOf(record)));
    const changes = page.flatMap(({ record, before }, at): Change[] => {
      const to = priced[at] ?? null;
      const sent = sentPrice(to, countryOf(record.calledE164));
      return to === null || isSame(before, sent) ? [] : [{ callId: record.callId, record, before, to, sent }];
    });
    let written = changes;
    if (!dryRun && changes.length > 0) {
      ({ id, written } = await within(pool, where, 'The new prices', (transaction) =>
        writePrices(transaction, { changes, after, id }, options, course),
      ));
    }
    for (const { callId, before, to } of written) onChange?.({ callId, from: priceFrom(before), to });
    changed += written.length;
    // The others are priced once more, by what they are now.
    if (written.length < changes.length) continue;
    calls += priced.filter((price) => price !== null).length;
    const last = page.at(-1)?.record;
    if (last === undefined || page.length < callsAtOnce) return { id, calls, changed };
    after = last;
  }
}

type Change = { callId: string; record: CallRecord; before: SentPrice; to: Price; sent: SentPrice };

/** Writes prices of calls that are as they were when they were priced: neither moved nor corrected since. */
async function writePrices(
  transaction: sql.Transaction,
  { changes, after, id }: { changes: readonly Change[]; after: Place; id: number | null },
  { fromMs, untilMs, madeBy }: ReratingOptions,
  { mark, check }: Course,
): Promise<{ id: number | null; written: Change[] }> {
  await mark(transaction, id);
  await lockCalls(
    transaction,
    changes.map(({ callId }) => callId),
  );
  const now = new Map((await nextCalls(transaction, after, untilMs)).map((call) => [call.record.callId, call]));
  const written = changes.filter(({ callId, record, before }) =>
    isDeepStrictEqual(now.get(callId), { record, before }),
  );
  if (written.length === 0) return { id, written };
  const made = id ?? (await beginRerating(transaction, { fromMs, untilMs, madeBy, undoes: null }));
  for (const change of written) {
    check();
    await appendPrice(transaction, made, change);
  }
  await settleMonths(
    transaction,
    written.map(({ record, sent }) => ({ ...record, price: sent })),
  );
  await reratingSums(transaction, made, written.length);
  await mark(transaction, made);
  return { id: made, written };
}

/** Prices the calls of every controller again, by the rates of SQL Server; rejects with a `StoreError`. */
export function sqlServerRerating(
  pool: sql.ConnectionPool,
  where: string,
  rates: Dependencies['rates'],
  rules?: PricingRules,
): Rerating {
  return {
    rerate: (options) => rerateCalls({ pool, where, rates, rules }, options),

    undoRerating: (id, madeBy, onChange) => undoRerating(pool, where, { id, madeBy, onChange }),

    listReratings: () =>
      within(pool, where, 'The re-ratings', async (transaction) => {
        const { recordset } = await requestOn(transaction).query<Parameters<typeof listedReratings>[0][number]>(
          `SELECT Id AS id, UndoesId AS undoes, FromTime AS fromTime, UntilTime AS untilTime, MadeAt AS madeAt, MadeBy AS madeBy,
  Calls AS calls FROM dbo.Reratings ORDER BY Id DESC`,
        );
        return listedReratings(recordset);
      }),
  };
}

async function undoRerating(
  pool: sql.ConnectionPool,
  where: string,
  { id, madeBy, onChange }: { id: number; madeBy: string; onChange: ((change: PriceChange) => void) | undefined },
): Promise<ReratingResult> {
  const subject = 'The earlier prices';
  const { newId, isAgain } = await within(pool, where, subject, (transaction) => beginUndo(transaction, id, madeBy));
  let [calls, changed]: [number, number] = [0, 0];
  let after: string | null = '';
  while (after !== null) {
    const from: string = after;
    const step: Undoing = await within(pool, where, subject, async (transaction) => {
      const undone = await undoSome(transaction, { id, newId, after: from });
      await settleMonths(transaction, undone.shared);
      return undone;
    });
    calls += step.calls;
    changed += step.changes.length;
    for (const change of step.changes) onChange?.(change);
    after = step.last;
  }
  if (isAgain && changed === 0) throw new StoreError('invalid', `Re-rating ${id} was undone already.`);
  return { id: newId, calls, changed };
}

type Place = Pick<CallRecord, 'startedAtMs' | 'callId'>;
type StoredCall = { record: CallRecord; before: SentPrice };

async function nextCalls(transaction: sql.Transaction, after: Place, untilMs: number): Promise<StoredCall[]> {
  const { recordset } = await requestOn(transaction)
    .input('after', sql.DateTime2(3), new Date(after.startedAtMs))
    .input('callId', sql.VarChar(80), after.callId)
    .input('until', sql.DateTime2(3), new Date(untilMs))
    .query<Record<string, unknown>>(
      `SELECT TOP (${callsAtOnce}) ${selectedOf('c')}, ${storedPrices('c')} FROM dbo.CallRecords c
WHERE c.StartedAt >= @after AND c.StartedAt < @until AND (c.StartedAt > @after OR c.CallId > @callId)
  AND c.EndedAt IS NOT NULL AND c.AnsweredAt IS NOT NULL ORDER BY c.StartedAt, c.CallId`,
    );
  return recordset.map((row) => ({ record: recordOf(row), before: storedPriceOf(row) }));
}

/** Most calls are of a few accounts, to numbers that were called before: each is asked for once. */
function pricing(rates: Dependencies['rates'], rules: PricingRules, onlyTableId: number | null) {
  const tables = new Map<string, ReturnType<RateStore['rateTableOf']>>();
  const candidates = new Map<string, ReturnType<RateStore['ratesFor']>>();
  const accounts = new Map<string, Promise<Allowance | null>>();
  return async (call: CallRecord): Promise<Price | null> => {
    const { calledE164: e164, callType, answeredAtMs } = call;
    if (answeredAtMs === null || lacksNumber(call)) return null;
    const table = (await remembered(tables, `${call.accountId} ${call.departmentId}`, () => rates.rateTableOf(call)))
      ?.table;
    if (onlyTableId !== null && table?.id !== onlyTableId) return null;
    const found =
      table === undefined || e164 === null
        ? []
        : await remembered(candidates, `${table.id} ${e164}`, () => rates.ratesFor(table.id, e164));
    const account = await remembered(accounts, `${call.accountId}`, () => rates.allowanceOf(call.accountId));
    const allowanceMs = allowanceFor(account, { callType, e164 });
    return priceAsFirst({ ...call, answeredAtMs }, { table: table ?? null, candidates: found, allowanceMs }, rules);
  };
}

function remembered<Value>(known: Map<string, Value>, key: string, ask: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const asked = ask();
  known.set(key, asked);
  return asked;
}

/** Whether a call costs the same by both, wherever in its month it is. */
function isSame(before: SentPrice, now: SentPrice): boolean {
  if (before.basis !== null || now.basis !== null) return before.basis === now.basis && before.kind === now.kind;
  return (
    (before.kind ?? 'unrated') === now.kind &&
    before.currency === now.currency &&
    before.costMicros === now.costMicros &&
    before.chargeMicros === now.chargeMicros
  );
}
