import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { periodBefore, presetPeriod } from '../../src/reports/period.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';
import { call, furnish, report } from './site.ts';

const { open, aFile } = temporaryStores();
const zone = zoneNamed('America/Denver');
const at = (text: string) => Date.parse(text);
const iso = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) =>
  [fromMs, untilMs].map((ms) => new Date(ms).toISOString());

describe('the period before', () => {
  it.each([
    ['last-month', '2026-04-10T12:00:00Z', '2026-02-01T07:00:00.000Z', '2026-03-01T07:00:00.000Z'],
    ['last-quarter', '2026-04-10T12:00:00Z', '2025-10-01T06:00:00.000Z', '2026-01-01T07:00:00.000Z'],
    ['last-year', '2026-04-10T12:00:00Z', '2024-01-01T07:00:00.000Z', '2025-01-01T07:00:00.000Z'],
    ['this-fiscal-year', '2026-04-10T12:00:00Z', '2025-04-06T06:00:00.000Z', '2026-04-06T06:00:00.000Z'],
    // Of 23 hours, after one of 24.
    ['today', '2026-03-08T18:00:00Z', '2026-03-07T07:00:00.000Z', '2026-03-08T07:00:00.000Z'],
    ['last-week', '2026-03-18T12:00:00Z', '2026-03-02T07:00:00.000Z', '2026-03-09T06:00:00.000Z'],
  ] as const)('of %s at %s', (preset, now, from, until) => {
    expect(iso(periodBefore(presetPeriod(preset, at(now), zone, '04-06'), zone))).toEqual([from, until]);
  });

  it('ends where the period begins, and is neither empty nor much longer or shorter', () => {
    const moment = fc.integer({ min: at('2000-01-01'), max: at('2040-01-01') });
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 400 * 86_400_000 }), (fromMs, length) => {
        const before = periodBefore({ fromMs, untilMs: fromMs + length }, zone);
        expect(before.untilMs).toBe(fromMs);
        expect(Math.abs(fromMs - before.fromMs - length)).toBeLessThanOrEqual(4 * 86_400_000);
        expect(before.fromMs).toBeLessThan(fromMs);
      }),
    );
  });
});

describe('--compare', () => {
  let file: string;
  beforeEach(async () => {
    file = aFile();
    const store = await open({ file });
    await furnish(store);
    const utah = { calledE164: '+18016424655' };
    const months = [
      ['2026-02-10T12:00:00Z', 1, 60_000],
      ['2026-02-11T12:00:00Z', 1, 60_000],
      ['2026-02-12T12:00:00Z', 2, 30_000],
      ['2026-03-12T12:00:00Z', 1, 90_000],
      ['2026-01-12T12:00:00Z', 1, 900_000],
    ] as const;
    for (const [index, [startedAt, accountId, billableMs]] of months.entries()) {
      await store.save(call(`call-${index}`, startedAt, { ...utah, accountId, billableMs }));
    }
    await store.close();
  });

  const rowsOf = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const { out, err, code } = await report(file, 'usage-by-account', '--format', 'json', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return (JSON.parse(out) as { rows: Record<string, unknown>[] }).rows;
  };

  it('has what reports of both periods have, and the change; an account that only called before, too', async () => {
    const [now, before] = [
      await rowsOf('--preset', 'last-month'),
      await rowsOf('--from', '2026-02-01', '--to', '2026-02-28'),
    ];
    const compared = await rowsOf('--preset', 'last-month', '--compare');
    expect(compared.map(({ account }) => account)).toEqual(['Smith & Co', '=cmd|"/c calc"!A1']);
    for (const row of compared) {
      for (const key of ['calls', 'billableMs']) {
        const [present, past] = [now, before].map((rows) => rows.find(({ account }) => account === row['account']));
        expect(row[key]).toBe(present?.[key] ?? 0);
        expect(row[`${key}Before`]).toBe(past?.[key] ?? 0);
      }
    }
    expect(compared).toMatchObject([
      {
        calls: 1,
        callsBefore: 2,
        callsChange: -0.5,
        billableMs: 90_000,
        billableMsBefore: 120_000,
        billableMsChange: -0.25,
      },
      { calls: 0, callsBefore: 1, callsChange: -1 },
    ]);
  });

  it('says in every format which period that was', async () => {
    for (const format of ['table', 'csv', 'xlsx', 'pdf']) {
      const { code, out } = await report(
        file,
        'usage-by-account',
        '--preset',
        'last-month',
        '--compare',
        '--format',
        format,
      );
      expect(code).toBe(0);
      if (format === 'table') expect(out).toContain('Before: 2026-02-01 to 2026-02-28 (America/Denver).');
    }
  });

  it.each([
    [['calls', '--compare'], '--compare is for summaries: calls is none'],
    [['top-destinations', '--group', 'day', '--compare'], '--compare: by day, two periods have nothing in common'],
    [['usage-by-account', '--then-by', 'week', '--compare'], '--compare: by week, two periods have nothing in common'],
  ])('is refused where there is nothing to compare: %j', async (args, why) => {
    const { code, err } = await report(file, ...args);
    expect({ code, says: err.includes(why) }).toEqual({ code: 2, says: true });
  });
});
