import sql from 'mssql';
import { payerOf } from '../../../ledger/transfer.ts';
import type { Draw, GrantedShare } from '../../ports/ledger-replica.ts';
import { affected } from '../statements.ts';
import { within } from '../transaction.ts';
import { requestOn } from '../request.ts';

type Context = { pool: sql.ConnectionPool; where: string; fileId: string; controller: string };

/** Draws more of each; answers what this file may spend of each in all. Rejects with a `StoreError`, and then nothing was drawn. */
export async function drawShares(draws: readonly Draw[], context: Context): Promise<GrantedShare[]> {
  const { pool, where } = context;
  // In one order, so that no two controllers wait for each other.
  const sorted = [...draws].sort((a, b) => (a.key < b.key ? -1 : 1));
  return within(pool, where, 'The share of an amount', async (transaction) => {
    const shares: GrantedShare[] = [];
    for (const draw of sorted) shares.push({ key: draw.key, micros: await drawOne(draw, transaction, context) });
    return shares;
  });
}

const key = (request: sql.Request, { key: budgetKey }: Draw): sql.Request =>
  request.input('key', sql.VarChar(100), budgetKey);

async function drawOne(draw: Draw, transaction: sql.Transaction, context: Context): Promise<number> {
  const request = (): sql.Request => key(requestOn(transaction), draw);
  await request().query(
    'INSERT INTO dbo.LedgerBudgets (BudgetKey, GrantedMicros) SELECT @key, 0 WHERE NOT EXISTS (SELECT 1 FROM dbo.LedgerBudgets WHERE BudgetKey = @key)',
  );
  // From here on the row is ours until the end of the transaction: nobody else grants of it.
  await request().query('UPDATE dbo.LedgerBudgets SET GrantedMicros = GrantedMicros WHERE BudgetKey = @key');
  const granted = await numberOf(
    request(),
    'SELECT GrantedMicros AS value FROM dbo.LedgerBudgets WHERE BudgetKey = @key',
  );
  const limit = draw.limitMicros ?? (await paidIn(draw, transaction));
  const micros = Math.max(0, Math.min(draw.wantMicros, limit - granted));
  if (micros > 0) {
    await request()
      .input('micros', sql.BigInt(), micros)
      .query('UPDATE dbo.LedgerBudgets SET GrantedMicros = GrantedMicros + @micros WHERE BudgetKey = @key');
  }
  return addToShare(request, micros, context);
}

async function addToShare(
  request: () => sql.Request,
  micros: number,
  { fileId, controller }: Context,
): Promise<number> {
  const ofFile = (): sql.Request =>
    request()
      .input('fileId', sql.Char(36), fileId)
      .input('micros', sql.BigInt(), micros)
      .input('controller', sql.NVarChar(60), controller);
  const updated = await ofFile().query(
    'UPDATE dbo.LedgerShares SET GrantedMicros = GrantedMicros + @micros, DrawnAt = SYSUTCDATETIME(), Controller = @controller WHERE BudgetKey = @key AND FileId = @fileId',
  );
  if (affected(updated) === 0) {
    await ofFile().query(
      'INSERT INTO dbo.LedgerShares (BudgetKey, FileId, GrantedMicros, DrawnAt, SpentMicros, Controller) VALUES (@key, @fileId, @micros, SYSUTCDATETIME(), 0, @controller)',
    );
  }
  return numberOf(
    ofFile(),
    'SELECT GrantedMicros AS value FROM dbo.LedgerShares WHERE BudgetKey = @key AND FileId = @fileId',
  );
}

/** Less what was taken back. */
function paidIn({ accountId, currency }: Draw, transaction: sql.Transaction): Promise<number> {
  const request = requestOn(transaction)
    .input('account', sql.VarChar(40), payerOf(accountId))
    .input('unit', sql.VarChar(10), currency);
  return numberOf(
    request,
    `SELECT COALESCE(SUM(CASE WHEN Credit = @account THEN Amount ELSE -Amount END), 0) AS value
FROM dbo.LedgerTransfers WHERE Why = 'paid-in' AND Unit = @unit AND (Credit = @account OR Debit = @account)`,
  );
}

/** The driver answers BIGINT as text. */
async function numberOf(request: sql.Request, query: string): Promise<number> {
  const { recordset } = await request.query<{ value: string | number }>(query);
  return Number(recordset[0]?.value ?? 0);
}
