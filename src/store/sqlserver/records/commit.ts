import type sql from 'mssql';
import { qualityOf, supersedes, withOpening } from '../../../records/closing.ts';
import { fieldsNotInCdr, type CallRecord } from '../../../words/call-record.ts';
import { StoreError } from '../../ports/store-error.ts';
import { objectionTo } from '../errors.ts';
import { within } from '../transaction.ts';
import { settleMonths } from '../rates/months.ts';
import type { PriceMoved } from './moved-price.ts';
import {
  fieldParameters,
  parametersOf,
  recordOf,
  selectedOf,
  sentPrice,
  storedPriceOf,
  storedPrices,
  type Parameter,
  type SentPrice,
  type SentRecord,
  type SharedCall,
} from './rows.ts';
import { insertSent, sendRecords, updateRecords } from './sets.ts';

/**
 * Writes records as one transaction, each exactly once by its call id, in some ten round trips however many they are: what is
 * there is replaced where the record in hand knows more of the call's end (`supersedes`). `own`: also where it comes from the
 * controller that wrote it and knows as much, since its price may have changed; the controller prices it for the account that the
 * call was made with, `priceMoved` for the one that it was moved to. Rejects with a `StoreError`, and then nothing was written.
 */
export async function saveRecords(
  pool: sql.ConnectionPool,
  where: string,
  sent: readonly SentRecord[],
  own: Own | null = null,
): Promise<void> {
  const [first] = sent;
  if (first === undefined) return;
  const columns = parametersOf(first).map(({ column }) => column);
  const save = (): Promise<void> =>
    within(pool, where, subject, async (transaction) => {
      const there = await sendAll(transaction, sent);
      const changes = await changesOf(sent, there, own);
      const count = sent.length - there.stored.size;
      try {
        // Fewer: one was archived between two statements.
        if (count > 0 && (await insertSent(transaction, columns)) !== count) throw changedMeanwhile();
        await updateRecords(transaction, '#Changed', changes.changed);
        await updateRecords(transaction, '#Filled', changes.filled);
        await settleMonths(transaction, sharedCalls(sent, there, changes.changed));
      } catch (error) {
        throw objectionTo(subject, error) ?? error;
      }
    });
  try {
    await save();
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'duplicate') throw error;
    // Another controller wrote one of the calls at the same moment: now it is there to be found.
    await save();
  }
}

type Own = { priceMoved: PriceMoved };

/** What a price depends on, besides the rates. */
const pricedFields = [
  'accountId',
  'departmentId',
  'calledE164',
  'callingNumber',
  'callType',
  'answeredAtMs',
  'billableMs',
] as const;
const isRerated = `CASE WHEN EXISTS (SELECT 1 FROM dbo.CallPriceHistory h
  WHERE h.CallId = c.CallId AND h.IsCurrent = 1 AND h.ReratingId IS NOT NULL) THEN 1 ELSE 0 END`;

const subject = 'The call record';
const changedMeanwhile = (): StoreError => new StoreError('duplicate', 'The call records were changed meanwhile.');

type Payer = { accountId: number; accountName: string; departmentId: number | null };
type Moved = ReadonlyMap<string, Payer>;
/** Which of the calls have a record, and whom they were charged to afterwards, the last move of each. */
type There = { stored: ReadonlyMap<string, CallRecord>; moved: Moved; rerated: ReadonlyMap<string, SentPrice> };

async function sendAll(transaction: sql.Transaction, sent: readonly SentRecord[]): Promise<There> {
  // A call that has no record there was not moved either.
  const { stored, others } = await sendRecords(transaction, sent.map(parametersOf), {
    stored: `${selectedOf('c')}, ${storedPrices('c')}, ${isRerated} AS isRerated`,
    others: `SELECT CallId AS callId, ToAccountId AS accountId, ToAccountName AS accountName, ToDepartmentId AS departmentId
FROM dbo.CallMoves WHERE CallId IN (SELECT CallId FROM #There) ORDER BY Id`,
  });
  const moves = others as ({ callId: string } & Payer)[];
  return {
    stored: new Map(stored.map(recordOf).map((record) => [record.callId, record])),
    rerated: new Map(
      stored.flatMap((row) => (row['isRerated'] === 1 ? [[recordOf(row).callId, storedPriceOf(row)]] : [])),
    ),
    moved: new Map(moves.map(({ callId, ...account }) => [callId, account])),
  };
}

type Changes = { callId: string; changes: Parameter[]; after?: SentRecord };

/** Those whose record and price were written and may have a share of a month: most have none, where nothing is free and no rate has tiers. */
function sharedCalls(sent: readonly SentRecord[], { stored }: There, changed: readonly Changes[]): SharedCall[] {
  const inserted = sent.filter(({ record, price }) => !stored.has(record.callId) && price.basis !== null);
  return [...inserted, ...changed.flatMap(({ after }) => after ?? [])].map(({ record, price }) => ({
    ...record,
    price,
  }));
}

async function changesOf(
  sent: readonly SentRecord[],
  { stored, moved, rerated }: There,
  own: Own | null,
): Promise<{ changed: Changes[]; filled: Changes[] }> {
  const [changed, filled]: [Changes[], Changes[]] = [[], []];
  for (const given of sent) {
    const { callId } = given.record;
    const before = stored.get(callId);
    if (before === undefined) continue;
    const one = await withMove(given, moved, own?.priceMoved ?? null);
    if (isNews(one.record, before, own !== null)) {
      const record = withOpening(one.record, before);
      // The controller does not know that the call was rated again here, unless something else of it changed since.
      const kept = pricedFields.every((field) => record[field] === before[field]) ? rerated.get(callId) : undefined;
      const after = { ...one, record, price: kept ?? one.price };
      changed.push({ callId, changes: parametersOf(after), after });
      continue;
    }
    // The end that is stored stays; what was known at the call's beginning comes late, from the controller that had it.
    const known = withOpening(before, one.record);
    const isSame = fieldsNotInCdr.every((field) => known[field] === before[field]);
    if (!isSame) filled.push({ callId, changes: fieldParameters(known, fieldsNotInCdr) });
  }
  return { changed, filled };
}

/** A record that is corrected later still says what account the call was made with. The last move stands. */
async function withMove(one: SentRecord, moved: Moved, priceMoved: PriceMoved | null): Promise<SentRecord> {
  const payer = moved.get(one.record.callId);
  if (payer === undefined) return one;
  const record = { ...one.record, ...payer };
  const price = priceMoved === null ? null : await priceMoved(one.record, payer, one.price.basis !== null);
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
