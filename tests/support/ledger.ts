import { existsSync } from 'node:fs';
import { expect } from '@jest/globals';
import Database from 'better-sqlite3';
import { verifyLedger } from '../../src/store/sqlite/ledger/verify.ts';
import type { LedgerVerdict } from '../../src/store/ports/ledger.ts';

/** What there is to say against the ledger of a local file, by a connection of its own. */
export function ledgerVerdict(file: string): LedgerVerdict {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return verifyLedger(db);
  } finally {
    db.close();
  }
}

/** To be called after a test that has written records: whatever happened, the ledger says what they do. */
export function expectSoundLedger(file: string): void {
  if (existsSync(file)) expect(ledgerVerdict(file).problems).toEqual([]);
}
