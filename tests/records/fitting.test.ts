import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callRecordFieldNames, callRecordFields } from '../../src/words/call-record.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { closedRecord } from '../store/records.ts';

let folder: string;
let store: LocalStore;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-fitting-'));
  store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const free = ['switchName', 'controller', 'extension', 'callerName', 'accountName', 'keyedNumber', 'rule'] as const;
const codes = ['code', 'calledNumber', 'calledE164', 'gateway', 'hangupCause'] as const;

describe('a record with texts of any length and script', () => {
  it('is stored with texts that the columns of both databases hold, and those that fit stay as they are', async () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 600, size: 'max' });
    const anyTexts = fc.record(Object.fromEntries([...free, ...codes].map((field) => [field, anyText])));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyTexts, async (texts) => {
        const callId = `fits-${(count += 1)}`;
        await store.save(closedRecord(callId, texts));
        const stored = await store.findCallRecord(callId);
        if (stored === null) throw new Error('it is not there');
        for (const field of callRecordFieldNames) {
          const { type } = callRecordFields[field];
          const value = stored[field];
          if (typeof value !== 'string' || !('maximum' in type)) continue;
          expect(value.length).toBeLessThanOrEqual(type.maximum);
          expect(value.isWellFormed()).toBe(true);
          if (type.kind === 'ascii') expect(value).toMatch(/^[ -~]*$/);
        }
        for (const field of free) {
          const given = texts[field] ?? '';
          const isPlain =
            given.length <= callRecordFields[field].type.maximum && given.isWellFormed() && !given.includes('\0');
          if (isPlain) expect(stored[field]).toBe(given);
        }
      }),
      { numRuns: 200 },
    );
  });
});
