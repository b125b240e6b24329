import sql from 'mssql';
import type { Account } from '../../../words/directory.ts';
import { selectAccounts, type AccountRow } from '../directory/rows.ts';
import { ifReadable } from '../rights.ts';
import { skippingOpen } from './change-log.ts';
import { readAccounts } from './directory.ts';
import type { OnProblem } from './feed-context.ts';
import type { Feeds } from './feeds.ts';

export type LookUpTools = {
  pool: sql.ConnectionPool;
  /** Null: nothing is being copied just now. */
  feeds: Feeds | null;
  onProblem: OnProblem;
  /** How long the answer waits for the rates. */
  pause: () => Promise<void>;
};

/** The account of a code that the copy does not have; it is copied, with the rates by which its call is priced. */
export async function lookUp(code: string, { pool, feeds, onProblem, pause }: LookUpTools): Promise<Account | null> {
  const { rows, lastRateChange } = await lookedUp(pool, code);
  // The server may take other characters for digits, as many collations do.
  const account = readAccounts(rows, onProblem).find((found) => found.code === code);
  if (account === undefined) return null;
  // Copied in turn with what changes: a row written here could be older than one that the feed wrote meanwhile.
  feeds?.directory.include({ table: 'accounts', rowId: account.id });
  await Promise.race([feeds?.rates.reached(lastRateChange), pause()]);
  return account;
}

/** The accounts that the server finds by a code, and the last change of rates, on which the price of the call may depend. */
export async function lookedUp(
  pool: sql.ConnectionPool,
  code: string,
): Promise<{ rows: readonly AccountRow[]; lastRateChange: number }> {
  const ask = (more: string) =>
    pool
      .request()
      .input('code', sql.VarChar(20), code)
      .query<AccountRow[] | { Last: string | null }[]>(`${selectAccounts} WHERE Code = @code;${more}`);
  const last = `SELECT MAX(Id) AS Last FROM dbo.RateChanges ${skippingOpen}`;
  const answer = (await ifReadable(pool, ['dbo.RateChanges'], () => ask(last), null)) ?? (await ask(''));
  const [rows, lasts] = answer.recordsets as unknown as [AccountRow[], { Last: string | null }[]?];
  return { rows, lastRateChange: Number(lasts?.[0]?.Last ?? 0) };
}
