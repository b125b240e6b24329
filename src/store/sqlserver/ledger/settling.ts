import sql from 'mssql';
import type { GrantedShare, LedgerReplica, ShareSettlement } from '../../ports/ledger-replica.ts';
import { within } from '../transaction.ts';
import { requestOn } from '../request.ts';

type Context = { pool: sql.ConnectionPool; where: string; fileId: string; controller: string };

/**
 * Notes what was spent of shares, and takes back what is not needed: a share is made what it is to be, and never more than it is, so that
 * saying it twice takes nothing back twice. Rejects with a `StoreError`, and then nothing was changed.
 */
export async function settleShares(settlements: readonly ShareSettlement[], context: Context): Promise<void> {
  const { pool, where, fileId, controller } = context;
  // In one order, so that no two controllers wait for each other.
  const sorted = [...settlements].sort((a, b) => (a.key < b.key ? -1 : 1));
  await within(pool, where, 'The share of an amount', async (transaction) => {
    for (const { key, spentMicros, keepMicros } of sorted) {
      // From the first statement on the amount is ours until the end of the transaction: nobody else grants of it.
      await requestOn(transaction)
        .input('key', sql.VarChar(100), key)
        .input('fileId', sql.Char(36), fileId)
        .input('controller', sql.NVarChar(60), controller)
        .input('spent', sql.BigInt(), spentMicros)
        .input('keep', sql.BigInt(), keepMicros)
        .query(`UPDATE dbo.LedgerBudgets SET GrantedMicros = GrantedMicros WHERE BudgetKey = @key;
UPDATE b SET GrantedMicros = b.GrantedMicros - (s.GrantedMicros - @keep) FROM dbo.LedgerBudgets b
JOIN dbo.LedgerShares s ON s.BudgetKey = b.BudgetKey AND s.FileId = @fileId WHERE b.BudgetKey = @key AND @keep < s.GrantedMicros;
UPDATE dbo.LedgerShares SET GrantedMicros = CASE WHEN @keep < GrantedMicros THEN @keep ELSE GrantedMicros END,
  SpentMicros = ISNULL(@spent, SpentMicros), Controller = @controller WHERE BudgetKey = @key AND FileId = @fileId;`);
    }
  });
}

type Local = Pick<LedgerReplica, 'listShares' | 'keepShares'>;

/**
 * Makes what this file may spend the same here and there: the less of the two. So a share that was drawn and never arrived comes back, one
 * that an administrator has taken back is no longer spent, and a copy of the file spends nothing of what the file has drawn. Answers what
 * is to be spent here.
 */
export async function reconcileShares(local: Local, context: Context): Promise<GrantedShare[]> {
  const there = await sharesThere(context);
  const here = new Map((await local.listShares()).map(({ key, micros }) => [key, micros]));
  const lowered = [...here].flatMap(([key, micros]): GrantedShare[] => {
    const most = there.get(key) ?? 0;
    return most < micros ? [{ key, micros: most }] : [];
  });
  await local.keepShares(lowered);
  const unknown = [...there].filter(([key, micros]) => (here.get(key) ?? 0) < micros);
  await settleShares(
    unknown.map(([key]) => ({ key, spentMicros: null, keepMicros: here.get(key) ?? 0 })),
    context,
  );
  return lowered;
}

async function sharesThere({ pool, fileId }: Context): Promise<Map<string, number>> {
  const { recordset } = await pool
    .request()
    .input('fileId', sql.Char(36), fileId)
    .query<{ key: string; micros: string }>(
      'SELECT BudgetKey AS [key], GrantedMicros AS micros FROM dbo.LedgerShares WHERE FileId = @fileId',
    );
  return new Map(recordset.map(({ key, micros }) => [key, Number(micros)]));
}
