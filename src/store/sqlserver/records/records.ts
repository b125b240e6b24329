import sql from 'mssql';
import { openingFields, qualityOf, supersedes, withOpening } from '../../../records/closing.ts';
import type { CallRecord } from '../../../words/call-record.ts';
import type { Price } from '../../../rating/price.ts';
import type { CallRecordReader } from '../../ports/store.ts';
import { countryName } from '../../../reports/country.ts';
import { callRecordColumns, fromSql, toSql } from './columns.ts';
import { toStoreError } from '../errors.ts';
import type { PriceMoved } from './moved-price.ts';
import { within } from '../transaction.ts';

/** What goes with a record: its price, fields that are null where it has none, and the country of its number. */
export type SentPrice = {
  kind: Price['kind'] | null;
  currency: string | null;
  costMicros: number | null;
  chargeMicros: number | null;
  arithmetic: string | null;
};
export type SentRecord = {
  record: CallRecord;
  price: SentPrice;
  country: string | null;
  /** What the rate calls it, else the country's name. */
  destination: string | null;
};

export function destinationOf(price: Price | null, country: string | null): string | null {
  const ofRate = price?.kind === 'priced' ? price.destination : '';
  if (ofRate !== '') return ofRate.slice(0, 200);
  return country === null ? null : countryName(country);
}

const noPrice: SentPrice = {
  ...{ kind: null, currency: null, costMicros: null, chargeMicros: null, arithmetic: null },
};

/** Texts as long as the columns take them. */
function sentPrice(price: Price | null): SentPrice {
  if (price?.kind !== 'priced') return { ...noPrice, kind: price?.kind ?? null };
  const { kind, currency, costMicros, chargeMicros, arithmetic } = price;
  return { kind, currency, costMicros, chargeMicros, arithmetic: arithmetic.slice(0, 400) };
}

/** Makes what is sent of a record. */
export function sentBy(countryOf: (e164: string | null) => string | null) {
  return (record: CallRecord, price: Price | null): SentRecord => ({
    record,
    country: countryOf(record.calledE164),
    destination: destinationOf(price, countryOf(record.calledE164)),
    price: sentPrice(price),
  });
}

const fields = Object.keys(callRecordColumns) as (keyof CallRecord)[];
const priceColumns = {
  currency: { name: 'Currency', type: sql.Char(3) },
  costMicros: { name: 'CostMicros', type: sql.BigInt() },
  chargeMicros: { name: 'ChargeMicros', type: sql.BigInt() },
  arithmetic: { name: 'PriceArithmetic', type: sql.NVarChar(400) },
  kind: { name: 'PriceKind', type: sql.VarChar(10) },
} as const;
const priceFields = Object.keys(priceColumns) as (keyof typeof priceColumns)[];
const names = [
  ...fields.map((field) => callRecordColumns[field].name),
  ...priceFields.map((f) => priceColumns[f].name),
  'Country',
  'Destination',
];
const select = `SELECT ${fields.map((field) => `${callRecordColumns[field].name} AS [${field}]`).join(', ')} FROM dbo.CallRecords`;

type Row = Record<string, unknown>;

function recordOf(row: Row): CallRecord {
  return Object.fromEntries(fields.map((field) => [field, fromSql(field, row[field])])) as CallRecord;
}

/**
 * Writes records as one transaction, each exactly once by its call id: what is there is replaced where the record in hand
 * knows more of the call's end (`supersedes`). `own`: also where it comes from the controller that wrote it and knows as much,
 * since its price may have changed; the controller prices it for the account that the call was made with, `priceMoved` for the
 * one that it was moved to. Rejects with a `StoreError`, and then nothing was written.
 */
export async function saveRecords(
  pool: sql.ConnectionPool,
  where: string,
  sent: readonly SentRecord[],
  own: { priceMoved: PriceMoved } | null = null,
): Promise<void> {
  if (sent.length === 0) return;
  await within(pool, where, 'The call record', async (transaction) => {
    const stored = await storedOf(
      transaction,
      sent.map(({ record }) => record.callId),
    );
    const moved = await movedOf(transaction, [...stored.keys()]);
    for (const given of sent) {
      const one = await withMove(given, moved, own?.priceMoved ?? null);
      const before = stored.get(one.record.callId);
      if (before === undefined) await insert(transaction, one);
      else if (isNews(one.record, before, own !== null)) {
        await replace(transaction, { ...one, record: withOpening(one.record, before) });
      } else await fillIn(transaction, before, withOpening(before, one.record));
    }
  });
}

type Payer = { accountId: number; accountName: string; departmentId: number | null };
type Moved = ReadonlyMap<string, Payer>;

/** Whom calls were charged to afterwards, the last move of each. */
async function movedOf(transaction: sql.Transaction, callIds: readonly string[]): Promise<Moved> {
  if (callIds.length === 0) return new Map();
  const request = new sql.Request(transaction);
  callIds.forEach((id, index) => request.input(`id${index}`, callRecordColumns.callId.type, id));
  const { recordset } = await request.query<{ callId: string } & Payer>(
    `SELECT CallId AS callId, ToAccountId AS accountId, ToAccountName AS accountName, ToDepartmentId AS departmentId
FROM dbo.CallMoves WHERE CallId IN (${callIds.map((_, index) => `@id${index}`).join(', ')}) ORDER BY Id`,
  );
  return new Map(recordset.map(({ callId, ...account }) => [callId, account]));
}

/** A record that is corrected later still says what account the call was made with. The last move stands. */
async function withMove(one: SentRecord, moved: Moved, priceMoved: PriceMoved | null): Promise<SentRecord> {
  const payer = moved.get(one.record.callId);
  if (payer === undefined) return one;
  const record = { ...one.record, ...payer };
  const price = priceMoved === null ? null : await priceMoved(one.record, payer);
  if (price === null) return { ...one, record };
  return { ...one, record, price: sentPrice(price), destination: destinationOf(price, one.country) };
}

function isNews(incoming: CallRecord, stored: CallRecord, isOwn: boolean): boolean {
  if (isOwn && incoming.controller === stored.controller) {
    if (stored.endedAtMs === null) return true;
    // Another controller may have closed the call by its CDR, in the name of the one that had it: a guess does not take its place.
    return incoming.endedAtMs !== null && qualityOf(incoming) <= qualityOf(stored);
  }
  return supersedes(incoming, stored);
}

async function storedOf(transaction: sql.Transaction, callIds: readonly string[]): Promise<Map<string, CallRecord>> {
  const request = new sql.Request(transaction);
  callIds.forEach((id, index) => request.input(`id${index}`, callRecordColumns.callId.type, id));
  // The lock keeps two controllers with the same call from both finding nothing.
  const { recordset } = await request.query<Row>(
    `${select} WITH (UPDLOCK, HOLDLOCK) WHERE CallId IN (${callIds.map((_, index) => `@id${index}`).join(', ')})`,
  );
  return new Map(recordset.map(recordOf).map((record) => [record.callId, record]));
}

function parameters(transaction: sql.Transaction, { record, price, country, destination }: SentRecord): sql.Request {
  const request = new sql.Request(transaction)
    .input('country', sql.Char(2), country)
    .input('destination', sql.NVarChar(200), destination);
  for (const field of fields) request.input(field, callRecordColumns[field].type, toSql(field, record[field]));
  for (const field of priceFields) request.input(field, priceColumns[field].type, price[field]);
  return request;
}

async function insert(transaction: sql.Transaction, one: SentRecord): Promise<void> {
  const values = [...fields, ...priceFields, 'country', 'destination'].map((field) => `@${field}`);
  await parameters(transaction, one).query(
    `INSERT INTO dbo.CallRecords (${names.join(', ')}) VALUES (${values.join(', ')})`,
  );
}

async function replace(transaction: sql.Transaction, one: SentRecord): Promise<void> {
  const sets = [...fields, ...priceFields, 'country', 'destination'].map(
    (field, index) => `${names[index] ?? ''} = @${field}`,
  );
  await parameters(transaction, one).query(`UPDATE dbo.CallRecords SET ${sets.join(', ')} WHERE CallId = @callId`);
}

/** The end that is stored stays; what was known at the call's beginning comes late, from the controller that had it. */
async function fillIn(transaction: sql.Transaction, stored: CallRecord, filled: CallRecord): Promise<void> {
  const missing = openingFields.filter((field) => filled[field] !== stored[field]);
  if (missing.length === 0) return;
  const request = new sql.Request(transaction).input('callId', callRecordColumns.callId.type, stored.callId);
  for (const field of missing) request.input(field, callRecordColumns[field].type, toSql(field, filled[field]));
  const sets = missing.map((field) => `${callRecordColumns[field].name} = @${field}`);
  await request.query(`UPDATE dbo.CallRecords SET ${sets.join(', ')} WHERE CallId = @callId`);
}

/** Reads call records; rejects with a `StoreError`. */
export function readCallRecords(pool: sql.ConnectionPool, where: string): CallRecordReader {
  return {
    async findCallRecord(callId) {
      try {
        const { recordset } = await pool
          .request()
          .input('callId', callRecordColumns.callId.type, callId)
          .query<Row>(`${select} WHERE CallId = @callId`);
        const [row] = recordset;
        return row === undefined ? null : recordOf(row);
      } catch (error) {
        throw toStoreError(error, where);
      }
    },
    async listCallRecords({ fromMs, untilMs, open, limit } = {}) {
      const request = pool.request();
      const conditions: string[] = [];
      if (fromMs !== undefined) {
        request.input('from', callRecordColumns.startedAtMs.type, new Date(fromMs));
        conditions.push('StartedAt >= @from');
      }
      if (untilMs !== undefined) {
        request.input('until', callRecordColumns.startedAtMs.type, new Date(untilMs));
        conditions.push('StartedAt < @until');
      }
      if (open !== undefined) conditions.push(open ? 'EndedAt IS NULL' : 'EndedAt IS NOT NULL');
      const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const top = limit === undefined ? '' : `TOP (${Math.max(0, Math.floor(limit))}) `;
      try {
        const { recordset } = await request.query<Row>(
          `${select.replace('SELECT ', `SELECT ${top}`)}${filter} ORDER BY StartedAt DESC, CallId`,
        );
        return recordset.map(recordOf);
      } catch (error) {
        throw toStoreError(error, where);
      }
    },
  };
}
