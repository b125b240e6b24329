import { existsSync } from 'node:fs';
import { expect } from '@jest/globals';
import Database from 'better-sqlite3';
import { verifyLedger } from '../../src/store/sqlite/ledger/verify.ts';
import type { LedgerStore, LedgerVerdict } from '../../src/store/ports/ledger.ts';

/** What there is to say against the ledger of a local file, by a connection of its own. */
export function ledgerVerdict(file: string): LedgerVerdict {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return verifyLedger(db);
  } finally {
    db.close();
  }
}

/** What an account has left in CHF, less what calls in progress have reserved; 0: it has no balance. */
export async function leftMicros(store: Pick<LedgerStore, 'balancesOf'>, accountId: number): Promise<number> {
  const found = (await store.balancesOf(accountId)).find(({ unit }) => unit === 'CHF');
  if (found === undefined) return 0;
  const { creditsPosted, debitsPosted, debitsPending } = found.balance;
  return creditsPosted - debitsPosted - debitsPending;
}

/** To be called after a test that has written records: whatever happened, the ledger says what they do. */
export function expectSoundLedger(file: string): void {
  if (existsSync(file)) expect(ledgerVerdict(file).problems).toEqual([]);
}
