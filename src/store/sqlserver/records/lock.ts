import sql from 'mssql';
import { callIdType } from './rows.ts';
import { listOf } from '../statements.ts';
import { requestOn } from '../request.ts';

/**
 * Whoever else locks one of these calls waits until the transaction is over. By a change that changes nothing: Babelfish 4.3 takes no notice
 * of UPDLOCK, and two transactions read the same call beside each other.
 */
export async function lockCalls(transaction: sql.Transaction, callIds: readonly string[]): Promise<void> {
  if (callIds.length === 0) return;
  const request = requestOn(transaction);
  const names = listOf(request, 'call', callIdType, callIds);
  await request.query(`UPDATE dbo.CallRecords SET PriceKind = PriceKind WHERE CallId IN (${names})`);
}
