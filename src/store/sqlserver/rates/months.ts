import sql from 'mssql';
import { after, type MonthPlace } from '../../../rating/month.ts';
import { priceAt, type PricedCall } from '../../../rating/price.ts';
import { basisIn, monthRowOf, noteFirst, type MonthRow, type Turn } from '../../call-months.ts';
import {
  callIdType,
  priceParameters,
  sentPrice,
  storedPriceOf,
  type SharedCall,
  storedPrices,
  withParameters,
  type SentPrice,
} from '../records/rows.ts';
import { catchUp, inHistory, priceFrom } from './price-history.ts';
import { portions } from '../../../words/portions.ts';
import { listOf } from '../statements.ts';
import { requestOn } from '../request.ts';

const monthType = sql.VarChar(40);
const callsAtOnce = 1000;

/**
 * Gives calls that were just written their shares of their payers' months, and prices anew every call whose place changes with that, in
 * the same transaction: so the sum of a month is that of its calls in the order in which they were answered, whoever wrote which first.
 * Whoever else writes calls of one of these months waits.
 */
export async function settleMonths(transaction: sql.Transaction, calls: readonly SharedCall[]): Promise<void> {
  const before = await rowsOf(transaction, calls);
  const now = calls.flatMap((call): MonthRow[] => {
    const { answeredAtMs, price } = call;
    if (price === null || price.basis === null || answeredAtMs === null) return [];
    return [monthRowOf({ ...call, answeredAtMs }, basisIn(price.basis), price.billedMs ?? 0)];
  });
  const firsts = new Map<string, Turn>();
  for (const row of [...before, ...now]) noteFirst(firsts, row.month, row);
  const months = [...firsts].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [month] of months) await lockMonth(transaction, month);
  for (const { callId } of before) {
    await requestOn(transaction)
      .input('callId', callIdType, callId)
      .query('DELETE FROM dbo.CallMonths WHERE CallId = @callId');
  }
  for (const row of now) await insertRow(transaction, row);
  for (const [month, first] of months) await settleFrom(transaction, month, first);
}

const selectRows = `SELECT CallId AS callId, MonthKey AS month, AnsweredAt AS answeredAt, IncludedMs AS includedMs, TieredMs AS tieredMs
FROM dbo.CallMonths`;
type StoredRow = { callId: string; month: string; answeredAt: Date; includedMs: string; tieredMs: string };
/** The driver answers BIGINT as text. */
const rowOf = ({ callId, month, answeredAt, includedMs, tieredMs }: StoredRow): MonthRow => ({
  ...{ callId, month, answeredAtMs: answeredAt.getTime() },
  ...{ includedMs: Number(includedMs), tieredMs: Number(tieredMs) },
});

async function rowsOf(transaction: sql.Transaction, calls: readonly SharedCall[]): Promise<MonthRow[]> {
  const rows: MonthRow[] = [];
  for (const some of portions(calls, callsAtOnce)) {
    const request = requestOn(transaction);
    const ids = some.map(({ callId }) => callId);
    const { recordset } = await request.query<StoredRow>(
      `${selectRows} WHERE CallId IN (${listOf(request, 'call', callIdType, ids)})`,
    );
    rows.push(...recordset.map(rowOf));
  }
  return rows;
}

/** By a change that changes nothing, as in records/lock.ts. Of two that begin a month at once, one is refused, and tries again. */
async function lockMonth(transaction: sql.Transaction, month: string): Promise<void> {
  await requestOn(transaction)
    .input('month', monthType, month)
    .query(
      `IF NOT EXISTS (SELECT 1 FROM dbo.PayerMonths WHERE MonthKey = @month) INSERT INTO dbo.PayerMonths (MonthKey) VALUES (@month);
UPDATE dbo.PayerMonths SET MonthKey = MonthKey WHERE MonthKey = @month;`,
    );
}

const insertRow = (transaction: sql.Transaction, row: MonthRow) =>
  requestOn(transaction)
    .input('callId', callIdType, row.callId)
    .input('month', monthType, row.month)
    .input('answeredAt', sql.DateTime2(3), new Date(row.answeredAtMs))
    .input('includedMs', sql.BigInt(), row.includedMs)
    .input('tieredMs', sql.BigInt(), row.tieredMs)
    .query(
      `INSERT INTO dbo.CallMonths (CallId, MonthKey, AnsweredAt, IncludedMs, TieredMs)
VALUES (@callId, @month, @answeredAt, @includedMs, @tieredMs)`,
    );

const requestFrom = (transaction: sql.Transaction, month: string, first: Turn): sql.Request =>
  requestOn(transaction)
    .input('month', monthType, month)
    .input('answeredAt', sql.DateTime2(3), new Date(first.answeredAtMs))
    .input('callId', callIdType, first.callId);
/** Conditions go on `m`. */
const isEarlier =
  '(m.AnsweredAt < @answeredAt OR (m.AnsweredAt = @answeredAt AND m.CallId COLLATE Latin1_General_BIN2 < @callId))';

async function placeBy(request: sql.Request, condition: string): Promise<MonthPlace> {
  const { recordset } = await request.query<{ includedMs: string; tieredMs: string }>(
    `SELECT ISNULL(SUM(m.IncludedMs), 0) AS includedMs, ISNULL(SUM(m.TieredMs), 0) AS tieredMs FROM dbo.CallMonths m
WHERE m.MonthKey = @month${condition}`,
  );
  const [sums] = recordset;
  return { includedMs: Number(sums?.includedMs ?? 0), tieredMs: Number(sums?.tieredMs ?? 0) };
}

/** What the calls that are here so far have taken of their month. */
export const placeAtEnd = (transaction: sql.Transaction, month: string): Promise<MonthPlace> =>
  placeBy(requestOn(transaction).input('month', monthType, month), '');

async function settleFrom(transaction: sql.Transaction, month: string, first: Turn): Promise<void> {
  let place = await placeBy(requestFrom(transaction, month, first), ` AND ${isEarlier}`);
  const { recordset: rows } = await requestFrom(transaction, month, first).query<StoredRow & Record<string, unknown>>(
    `SELECT m.CallId AS callId, m.MonthKey AS month, m.AnsweredAt AS answeredAt, m.IncludedMs AS includedMs, m.TieredMs AS tieredMs,
  ${storedPrices('c')}
FROM dbo.CallMonths m LEFT JOIN dbo.CallRecords c ON c.CallId = m.CallId
WHERE m.MonthKey = @month AND NOT ${isEarlier}
ORDER BY m.AnsweredAt, m.CallId COLLATE Latin1_General_BIN2`,
  );
  for (const row of rows) {
    // One that was archived keeps its price, and its share.
    const stored = storedPriceOf(row);
    const price = priceFrom(stored);
    if (price?.kind === 'priced') await settleOne(transaction, row.callId, { stored, price, place });
    place = after(place, rowOf(row));
  }
}

type Settling = { stored: SentPrice; price: PricedCall; place: MonthPlace };

async function settleOne(
  transaction: sql.Transaction,
  callId: string,
  { stored, price, place }: Settling,
): Promise<void> {
  const settled = sentPrice(priceAt(price, place), null);
  const { costMicros, chargeMicros, arithmetic, includedMs } = stored;
  const isSame =
    settled.costMicros === costMicros &&
    settled.chargeMicros === chargeMicros &&
    settled.arithmetic === arithmetic &&
    settled.includedMs === includedMs;
  if (isSame) return;
  await withParameters(requestOn(transaction), priceParameters({ ...settled, destination: stored.destination }))
    .input('callId', callIdType, callId)
    .query(
      `IF EXISTS (SELECT 1 FROM dbo.CallPriceHistory WHERE CallId = @callId)
BEGIN
${catchUp}
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix, PricedAt, ReratingId, Settles)
SELECT CallId, Version + 1, 1, @kind, Why, @currency, @costMicros, @chargeMicros, @billedMs, @destination, @arithmetic, @basis, @includedMs,
  TableId, RateId, RateVersion, Prefix, SYSUTCDATETIME(), ReratingId, ISNULL(Settles, Version) FROM dbo.CallPriceHistory
WHERE CallId = @callId AND Version = (SELECT MAX(Version) FROM dbo.CallPriceHistory l WHERE l.CallId = @callId);
END;
UPDATE dbo.CallRecords SET CostMicros = @costMicros, ChargeMicros = @chargeMicros, BilledMs = @billedMs, PriceArithmetic = @arithmetic,
  PriceBasis = @basis, IncludedMs = @includedMs WHERE CallId = @callId;`,
    );
}
