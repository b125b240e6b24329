import sql from 'mssql';
import { defaultFreeCallTypes, price, type Price } from '../../../rating/price.ts';
import { findRate } from '../../../rating/find-rate.ts';
import type { CallType } from '../../../words/call-type.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import { countryFinder } from '../../../reports/country.ts';
import type { RateStore } from '../../ports/rate-store.ts';
import { recordOf, selectedOf, sentPrice, storedPriceOf, storedPrices, type SentPrice } from '../records/rows.ts';
import { within } from '../transaction.ts';
import { appendPrice, beginRerating, listedRerating, priceFrom, reratingSums, undoAll } from './price-history.ts';

const callsAtOnce = 500;

type Rerating = Pick<RateStore, 'rerate' | 'undoRerating' | 'listReratings'>;

/** Prices the calls of every controller again, by the rates of SQL Server; rejects with a `StoreError`. */
export function sqlServerRerating(
  pool: sql.ConnectionPool,
  where: string,
  rates: Pick<RateStore, 'rateTableOf' | 'ratesFor'>,
  freeCallTypes: readonly CallType[] = defaultFreeCallTypes,
): Rerating {
  const countryOf = countryFinder();

  return {
    async rerate({ fromMs, untilMs, madeBy, dryRun = false, onChange }) {
      const priceOf = pricing(rates, freeCallTypes);
      let [id, calls, changed]: [number | null, number, number] = [null, 0, 0];
      let after: Place = { startedAtMs: fromMs, callId: '' };
      for (;;) {
        const page = await nextCalls(pool, where, after, untilMs);
        const priced = await Promise.all(page.map(({ record }) => priceOf(record)));
        const changes = page.flatMap(({ record, before }, at) => {
          const to = priced[at] ?? null;
          const sent = sentPrice(to, countryOf(record.calledE164));
          return to === null || isSame(before, sent) ? [] : [{ callId: record.callId, before, to, sent }];
        });
        if (!dryRun && changes.length > 0) {
          id = await within(pool, where, 'The new prices', async (transaction) => {
            const made = id ?? (await beginRerating(transaction, { fromMs, untilMs, madeBy, undoes: null }));
            for (const change of changes) await appendPrice(transaction, made, change);
            await reratingSums(transaction, made, changes.length);
            return made;
          });
        }
        for (const { callId, before, to } of changes) onChange?.({ callId, from: priceFrom(before), to });
        calls += page.length;
        changed += changes.length;
        const last = page.at(-1)?.record;
        if (last === undefined || page.length < callsAtOnce) return { id, calls, changed };
        after = last;
      }
    },

    undoRerating: (id, madeBy, onChange) =>
      within(pool, where, 'The earlier prices', async (transaction) => {
        const changes = await undoAll(transaction, id, madeBy);
        for (const change of changes.list) onChange?.(change);
        return { id: changes.id, calls: changes.list.length, changed: changes.list.length };
      }),

    listReratings: () =>
      within(pool, where, 'The re-ratings', async (transaction) => {
        const { recordset } = await new sql.Request(transaction).query<Parameters<typeof listedRerating>[0]>(
          `SELECT r.Id AS id, r.UndoesId AS undoes, r.FromTime AS fromTime, r.UntilTime AS untilTime, r.MadeAt AS madeAt, r.MadeBy AS madeBy,
  r.Calls AS calls, CASE WHEN EXISTS (SELECT 1 FROM dbo.Reratings u WHERE u.UndoesId = r.Id) THEN 1 ELSE 0 END AS isUndone
FROM dbo.Reratings r ORDER BY r.Id DESC`,
        );
        return recordset.map(listedRerating);
      }),
  };
}

type Place = Pick<CallRecord, 'startedAtMs' | 'callId'>;
type StoredCall = { record: CallRecord; before: SentPrice };

async function nextCalls(
  pool: sql.ConnectionPool,
  where: string,
  after: Place,
  untilMs: number,
): Promise<StoredCall[]> {
  return within(pool, where, 'The calls', async (transaction) => {
    const { recordset } = await new sql.Request(transaction)
      .input('after', sql.DateTime2(3), new Date(after.startedAtMs))
      .input('callId', sql.VarChar(80), after.callId)
      .input('until', sql.DateTime2(3), new Date(untilMs))
      .query<Record<string, unknown>>(
        `SELECT TOP (${callsAtOnce}) ${selectedOf('c')}, ${storedPrices('c')} FROM dbo.CallRecords c
WHERE c.StartedAt >= @after AND c.StartedAt < @until AND (c.StartedAt > @after OR c.CallId > @callId)
  AND c.EndedAt IS NOT NULL AND c.AnsweredAt IS NOT NULL ORDER BY c.StartedAt, c.CallId`,
      );
    return recordset.map((row) => ({ record: recordOf(row), before: storedPriceOf(row) }));
  });
}

/** Most calls are of a few accounts, to numbers that were called before: each is asked for once. */
function pricing(rates: Pick<RateStore, 'rateTableOf' | 'ratesFor'>, freeCallTypes: readonly CallType[]) {
  const tables = new Map<string, ReturnType<RateStore['rateTableOf']>>();
  const candidates = new Map<string, ReturnType<RateStore['ratesFor']>>();
  return async (call: CallRecord): Promise<Price | null> => {
    const { calledE164: e164, answeredAtMs: atMs } = call;
    if (atMs === null) return null;
    const table = (await remembered(tables, `${call.accountId} ${call.departmentId}`, () => rates.rateTableOf(call)))
      ?.table;
    const found =
      table === undefined || e164 === null
        ? []
        : await remembered(candidates, `${table.id} ${e164}`, () => rates.ratesFor(table.id, e164));
    const toPrice = { answered: true, billableMs: call.billableMs, callType: call.callType };
    return price(toPrice, findRate({ table: table ?? null, e164, atMs }, found), freeCallTypes);
  };
}

function remembered<Value>(known: Map<string, Value>, key: string, ask: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const asked = ask();
  known.set(key, asked);
  return asked;
}

/** Whether a call costs the same by both. */
function isSame(before: SentPrice, now: SentPrice): boolean {
  return (
    (before.kind ?? 'unrated') === now.kind &&
    before.currency === now.currency &&
    before.costMicros === now.costMicros &&
    before.chargeMicros === now.chargeMicros
  );
}
