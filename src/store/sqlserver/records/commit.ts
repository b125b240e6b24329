import sql from 'mssql';
import { qualityOf, supersedes, withOpening } from '../../../records/closing.ts';
import { fieldsNotInCdr, type CallRecord } from '../../../words/call-record.ts';
import { within } from '../transaction.ts';
import type { PriceMoved } from './moved-price.ts';
import {
  callIdType,
  callRecordColumns,
  fieldParameters,
  parametersOf,
  recordOf,
  sentPrice,
  updateRecord,
  withParameters,
  type CallRecordRow,
  type SentRecord,
} from './rows.ts';

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
        const record = withOpening(one.record, before);
        await updateRecord(transaction, record.callId, parametersOf({ ...one, record }));
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
  callIds.forEach((id, index) => request.input(`id${index}`, callIdType, id));
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
  return { ...one, record, price: sentPrice(price, one.country) };
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
  callIds.forEach((id, index) => request.input(`id${index}`, callIdType, id));
  // The lock keeps two controllers with the same call from both finding nothing.
  const { recordset } = await request.query<CallRecordRow>(
    `SELECT ${callRecordColumns} FROM dbo.CallRecords WITH (UPDLOCK, HOLDLOCK) WHERE CallId IN (${callIds.map((_, index) => `@id${index}`).join(', ')})`,
  );
  return new Map(recordset.map(recordOf).map((record) => [record.callId, record]));
}

async function insert(transaction: sql.Transaction, one: SentRecord): Promise<void> {
  const given = parametersOf(one);
  const [columns, values] = [given.map(({ column }) => column), given.map(({ name }) => `@${name}`)];
  await withParameters(new sql.Request(transaction), given).query(
    `INSERT INTO dbo.CallRecords (${columns.join(', ')}) VALUES (${values.join(', ')})`,
  );
}

/** The end that is stored stays; what was known at the call's beginning comes late, from the controller that had it. */
async function fillIn(transaction: sql.Transaction, stored: CallRecord, filled: CallRecord): Promise<void> {
  const missing = fieldsNotInCdr.filter((field) => filled[field] !== stored[field]);
  if (missing.length > 0) await updateRecord(transaction, stored.callId, fieldParameters(filled, missing));
}
