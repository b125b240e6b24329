import sql from 'mssql';
import type { ChainedEntry, LedgerReplica } from '../../ports/ledger-replica.ts';
import { toStoreError } from '../errors.ts';
import { within } from '../transaction.ts';
import { portions } from '../../../words/portions.ts';
import { requestOn } from '../request.ts';

/** A request has at most 2,100 parameters (learn.microsoft.com, "Maximum capacity specifications"): 15 of each transfer. */
const rowsAtOnce = 100;
const batchesAtOnce = 10;

export type SendingOptions = {
  pool: sql.ConnectionPool;
  where: string;
  local: LedgerReplica;
  fileId: () => Promise<string>;
  pause: () => Promise<void>;
  isOver: () => boolean;
};

const columns = {
  FileId: sql.Char(36),
  Seq: sql.BigInt(),
  Id: sql.VarChar(120),
  Kind: sql.VarChar(10),
  Debit: sql.VarChar(40),
  Credit: sql.VarChar(40),
  Unit: sql.VarChar(10),
  Amount: sql.BigInt(),
  PendingId: sql.VarChar(120),
  TimesOutAt: sql.DateTime2(3),
  CallId: sql.VarChar(80),
  Why: sql.VarChar(20),
  MadeAt: sql.DateTime2(3),
  MadeBy: sql.NVarChar(200),
  Hash: sql.Char(64),
} as const;
type Column = keyof typeof columns;
const names = Object.keys(columns) as Column[];

/**
 * Sends the transfers of the local file, each once, until `isOver`: how far they are there is what is there. Rejects if either side
 * fails.
 */
export async function sendLedger(options: SendingOptions): Promise<void> {
  const { pool, where, local, fileId, pause, isOver } = options;
  const ours = await fileId();
  let sent = await sentUpTo(pool, where, ours);
  while (!isOver()) {
    const entries = await local.transfersAfter(sent, rowsAtOnce * batchesAtOnce);
    const last = entries.at(-1);
    if (last === undefined) {
      await pause();
      continue;
    }
    await within(pool, where, 'The ledger', async (transaction) => {
      for (const some of portions(entries, rowsAtOnce)) await insert(transaction, ours, some);
    });
    sent = last.seq;
  }
}

async function sentUpTo(pool: sql.ConnectionPool, where: string, fileId: string): Promise<number> {
  try {
    const { recordset } = await pool
      .request()
      .input('fileId', sql.Char(36), fileId)
      .query<{ seq: string | number | null }>('SELECT MAX(Seq) AS seq FROM dbo.LedgerTransfers WHERE FileId = @fileId');
    return Number(recordset[0]?.seq ?? 0);
  } catch (error) {
    throw toStoreError(error, where, 'The ledger');
  }
}

async function insert(transaction: sql.Transaction, fileId: string, entries: readonly ChainedEntry[]): Promise<void> {
  const request = requestOn(transaction);
  const rows = entries.map((entry, row) => {
    const values = valuesOf(fileId, entry);
    for (const name of names) request.input(`${name}${row}`, columns[name], values[name]);
    return `(${names.map((name) => `@${name}${row}`).join(', ')})`;
  });
  await request.query(`INSERT INTO dbo.LedgerTransfers (${names.join(', ')}) VALUES ${rows.join(', ')}`);
}

const valuesOf = (fileId: string, entry: ChainedEntry): Record<Column, unknown> => ({
  FileId: fileId,
  Seq: entry.seq,
  Id: entry.id,
  Kind: entry.kind,
  Debit: entry.debit,
  Credit: entry.credit,
  Unit: entry.unit,
  Amount: entry.amount,
  PendingId: entry.pendingId,
  TimesOutAt: entry.timesOutMs === null ? null : new Date(entry.timesOutMs),
  CallId: entry.callId,
  Why: entry.why,
  MadeAt: new Date(entry.madeAtMs),
  MadeBy: entry.madeBy,
  Hash: entry.hash,
});
