import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { call, furnish, report } from '../site.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-actual-cost-'));
const file = join(folder, 'store.db');
const smith = { accountId: 1, accountName: 'Smith & Co', departmentId: 1, code: '1001', calledE164: '+18016424655' };
const other = { ...smith, accountId: 3, accountName: 'Never used', code: '1003' };

beforeAll(async () => {
  const store = await openLocalStore({ file });
  await furnish(store);
  const records = [
    // 0.11, 0.17 and 0.11 USD by the rates; the last has none.
    call('a', '2026-03-02T17:00:00Z', { ...smith, callType: 'national', gateway: 'carrier', billableMs: 18_000 }),
    call('b', '2026-03-03T17:00:00Z', { ...smith, callType: 'national', gateway: 'carrier', billableMs: 60_000 }),
    call('c', '2026-03-04T17:00:00Z', { ...other, callType: 'national', gateway: 'carrier', billableMs: 18_000 }),
    call('d', '2026-03-05T17:00:00Z', {
      ...{ ...other, callType: 'international', calledE164: '+442079460000', gateway: 'carrier', billableMs: 4_000 },
    }),
    call('e', '2026-03-06T17:00:00Z', { ...smith, callType: 'national', gateway: 'backup', billableMs: 60_000 }),
    call('f', '2026-03-07T17:00:00Z', { ...smith, callType: 'national', gateway: 'carrier' }),
  ];
  for (const record of records) await store.save(record);
  await store.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const spread = (...args: string[]) => report(file, 'actual-cost', '--preset', 'last-month', ...args);
const carrier = ['--filter', 'gateway=carrier'];

describe('a carrier’s invoice', () => {
  it('is spread over its answered calls by what they cost, to the last millionth', async () => {
    const { code, out } = await spread('--invoice', '1.00 USD', ...carrier, '--format', 'json');
    expect(code).toBe(0);
    const { rows, totals, notes } = JSON.parse(out) as Record<string, Record<string, string>[]>;
    expect(rows?.map(({ callId, cost, actualCost }) => [callId, cost, actualCost])).toEqual([
      ['a', '0.11', '0.282051'],
      ['b', '0.17', '0.435897'],
      ['c', '0.11', '0.282052'],
      ['d', null, '0.00'],
    ]);
    expect(totals).toMatchObject([{ cost: '0.39', actualCost: '1.00' }]);
    expect(notes).toEqual([
      'The invoice of 1.00 USD is spread over 4 answered calls in proportion to their cost by the rates; the shares add up to it exactly.',
      '1 of them has no cost in USD and bears nothing.',
    ]);
  });

  it('is spread by billable time, and put together by account', async () => {
    const { out } = await spread(
      '--invoice',
      '10 USD',
      '--by',
      'duration',
      '--group',
      'account',
      ...carrier,
      '--format',
      'csv',
    );
    expect(out.trimEnd().split('\r\n')).toEqual([
      'Account,Calls,Billable time (s),Cost USD,Actual cost USD',
      'Smith & Co,2,78,0.28,7.80',
      'Never used,2,22,0.11,2.20',
    ]);
  });

  it.each([
    [['--invoice', '12'], '--invoice: write its amount and currency, as in "1234.56 USD", not "12"'],
    [[], 'actual-cost needs --invoice, such as "1234.56 USD"'],
    [['--invoice', '1 USD', '--by', 'luck'], '--by: there is no "luck": use one of cost, duration'],
    [['--invoice', '1 USD', '--group', 'day'], '--group: there is no "day"'],
  ])('is refused with %j', async (args, said) => {
    expect(await spread(...args)).toMatchObject({ code: 2, err: expect.stringContaining(said) });
  });

  it('is not spread over calls that nothing says the weight of', async () => {
    await expect(spread('--invoice', '5 CHF')).rejects.toThrow('No call of this period has a cost in CHF');
  });
});
