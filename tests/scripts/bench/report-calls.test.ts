import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { fill } from '../../../scripts/bench/report-calls.ts';
import { openForWriting } from '../../../src/store/sqlite/database.ts';

it('the year of calls that reports are measured with fits the schema as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'billing-bench-'));
  const db = openForWriting({ file: join(folder, 'reports.db') });
  try {
    fill(db, 1000);
    const count = (table: string): unknown => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(count('call_records')).toBe(1000);
    expect(count('call_prices')).toBe(count('call_records WHERE answered_at IS NOT NULL'));
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
});
