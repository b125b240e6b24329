import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { call, furnish, report } from './site.ts';

// Written once: reports only read.
const folder = mkdtempSync(join(tmpdir(), 'billing-reports-'));
const file = join(folder, 'store.db');
let store: Store;
beforeAll(async () => {
  store = await openLocalStore({ file });
  await march(store);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const smith = { accountId: 1, accountName: 'Smith & Co', departmentId: 1, code: '1001' };
const tax = {
  accountId: 2,
  accountName: '=cmd',
  departmentId: 2,
  code: '1002',
  extension: '202',
  callerName: '+18015550199',
};
const utah = {
  keyedNumber: '8016424655',
  calledNumber: '18016424655',
  calledE164: '+18016424655',
  callType: 'national',
} as const;
const berlin = { keyedNumber: '0114930123456', calledE164: '+4930123456', callType: 'international' } as const;
const london = { keyedNumber: '011442079460000', calledE164: '+442079460000', callType: 'international' } as const;

async function march(store: Store): Promise<void> {
  await furnish(store);
  const records = [
    // 18 s → 1×30 s first at 0.12/min + 0.05 connect = 0.11
    call('a1', '2026-03-02T17:00:00Z', { ...smith, ...utah, gateway: 'carrier', billableMs: 18_000 }),
    // Either side of the hour that clocks jump over, 02:00 on 8 March.
    call('a2', '2026-03-08T08:59:59Z', { ...smith, ...utah, billableMs: 61_500 }),
    call('a3', '2026-03-08T09:00:00Z', { ...smith, ...utah, outcome: 'busy' }),
    call('b1', '2026-03-09T15:00:00Z', { ...tax, ...berlin, billableMs: 600_000 }),
    call('b2', '2026-03-10T15:00:00Z', { ...tax, ...london, gateway: 'backup', billableMs: 90_000, estimated: true }),
    call('b3', '2026-03-10T16:00:00Z', { ...tax, keyedNumber: '101', callType: 'internal', billableMs: 30_000 }),
    call('r1', '2026-03-11T16:00:00Z', {
      code: '9999',
      callerName: '@SUM(A1)\n-second "line"',
      outcome: 'refused',
      reason: 'code-unknown',
      rule: 'code',
    }),
    // The last second of March in Denver, and the first of April.
    call('z1', '2026-04-01T05:59:59Z', { ...smith, ...utah, outcome: 'cancelled' }),
    call('z2', '2026-04-01T06:00:00Z', { ...smith, ...utah, billableMs: 18_000 }),
  ];
  await Promise.all(records.map((record) => store.save(record)));
  // Still up: in no report.
  await store.save({ ...call('up', '2026-03-12T16:00:00Z'), endedAtMs: null, outcome: null, closedBy: null });
}

/** Compares with a file of what was checked by hand; one that is not there is written, and the test fails. */
function expectGolden(name: string, text: string): void {
  const golden = join(import.meta.dirname, 'golden', name);
  if (!existsSync(golden)) {
    writeFileSync(golden, text);
    throw new Error(`${golden} is new: read it, and run the test again`);
  }
  expect(text).toBe(readFileSync(golden, 'utf8'));
}

describe('reports of March', () => {
  it.each([
    ['usage-by-account.txt', 'usage-by-account'],
    ['usage-by-account.csv', 'usage-by-account', '--format', 'csv'],
    ['usage-by-account.json', 'usage-by-account', '--format', 'json'],
    ['usage-by-department-then-outcome.txt', 'usage-by-department', '--then-by', 'outcome'],
    ['usage-by-extension.txt', 'usage-by-extension'],
    ['calls.txt', 'calls'],
    ['calls.csv', 'calls', '--format', 'csv'],
    ['calls.json', 'calls', '--format', 'json'],
    ['calls-by-duration.txt', 'calls', '--order', 'duration', '--limit', '2'],
    ['call-ids.txt', 'call-ids'],
    ['most-expensive-calls.txt', 'most-expensive-calls'],
    ['longest-calls.txt', 'longest-calls', '--limit', '3'],
    ['refused.txt', 'refused'],
    ['suspicious.txt', 'suspicious'],
    ['refused.csv', 'refused', '--format', 'csv'],
    ['top-destinations.txt', 'top-destinations'],
    ['traffic-by-hour.txt', 'traffic-by-hour'],
    ['traffic-by-day.txt', 'traffic-by-hour', '--group', 'day'],
    ['unrated.txt', 'unrated'],
    ['unused-accounts.txt', 'unused-accounts'],
    ['statement.txt', 'statement'],
    ['statement.csv', 'statement', '--format', 'csv'],
  ])('%s', async (name, ...args) => {
    const { code, out, err } = await report(file, ...args, '--preset', 'last-month');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expectGolden(name, out);
  });

  it('go by the name of an earlier version, with a line that names the new one', async () => {
    const { code, out, err } = await report(file, 'dearest-calls', '--preset', 'last-month');
    expect({ code, err }).toEqual({
      code: 0,
      err: 'billing-codes report: dearest-calls is now called most-expensive-calls\n',
    });
    expectGolden('most-expensive-calls.txt', out);
  });
});
