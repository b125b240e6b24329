import { describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../src/words/call-record.ts';
import { composeReport } from '../../src/reports/compose.ts';
import type { ReportRequest } from '../../src/reports/request.ts';
import { countryFinder } from '../../src/reports/country.ts';
import { zoneNamed } from '../../src/words/zone.ts';
import type { Grouping, ReportFilters } from '../../src/reports/report.ts';
import { openLocalReports } from '../../src/store/sqlite/reports/reports.ts';
import type { CallPrice } from '../../src/store/ports/rate-store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { temporaryStores } from '../store/sqlite/temporary.ts';
import { randomCalls } from './random-calls.ts';
import { call, furnish, timeZone } from './site.ts';

const { open, aFile } = temporaryStores();
const zone = zoneNamed(timeZone);
const firstMs = Date.parse('2026-02-20T00:00:00Z');
const period = { fromMs: Date.parse('2026-02-25T07:00:00Z'), untilMs: Date.parse('2026-03-15T06:00:00Z') };

type Known = { record: CallRecord; price: CallPrice['price'] | null };

/** What a person would say that the call is grouped under; in ways that the code under test does not use. */
const groupOf: Record<Grouping, (known: Known) => string | null> = {
  account: ({ record }) => ({ 1: 'Smith & Co', 2: '=cmd|"/c calc"!A1' })[record.accountId ?? 0] ?? null,
  department: ({ record }) => ({ 1: 'Legal', 2: 'Tax' })[record.departmentId ?? 0] ?? null,
  extension: ({ record }) => record.extension,
  destination: (known) => (known.price?.kind === 'priced' ? known.price.destination : groupOf.country(known)),
  country: ({ record: { calledE164 } }) => {
    if (calledE164 === null) return null;
    return calledE164.startsWith('+1') ? 'United States' : calledE164.startsWith('+49') ? 'Germany' : 'United Kingdom';
  },
  'call-type': ({ record }) => record.callType,
  day: ({ record }) => localText(record).slice(0, 10),
  week: ({ record }) => {
    const [year = 0, month = 1, day = 1] = localText(record).slice(0, 10).split('-').map(Number);
    // In 2026, 1 January is a Thursday: week 1 began on 29 December.
    const days = (Date.UTC(year, month - 1, day) - Date.UTC(2025, 11, 29)) / 86_400_000;
    return `2026-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
  },
  month: ({ record }) => localText(record).slice(0, 7),
  hour: ({ record }) => `${localText(record).slice(11, 13)}:00`,
  outcome: ({ record }) => record.outcome,
  reason: ({ record }) => record.reason,
  entry: ({ record }) => record.entry,
};

/** `2026-03-08 03:00:00` in Denver. Clocks there are 7 hours behind UTC, and 6 from 8 March 09:00 UTC on. */
function localText({ startedAtMs }: CallRecord): string {
  const hours = startedAtMs < Date.parse('2026-03-08T09:00:00Z') ? 7 : 6;
  return new Date(startedAtMs - hours * 3_600_000).toISOString().replace('T', ' ');
}

function sumsOf(calls: readonly Known[], groupings: readonly Grouping[]): Map<string, Record<string, number>> {
  const sums = new Map<string, Record<string, number>>();
  for (const known of calls) {
    const key = groupings.map((grouping) => groupOf[grouping](known) ?? '(none)').join(' / ');
    const sum = sums.get(key) ?? { calls: 0, answered: 0, refused: 0, billableMs: 0, unrated: 0 };
    sums.set(key, sum);
    const add = (name: string, value: number) => (sum[name] = (sum[name] ?? 0) + value);
    const { record, price } = known;
    add('calls', 1);
    add('answered', Number(record.answeredAtMs !== null));
    add('refused', Number(record.outcome === 'refused'));
    add('billableMs', record.billableMs);
    add('unrated', Number(record.answeredAtMs !== null && (price === null || price.kind === 'unrated')));
    if (price?.kind === 'priced') {
      add(`cost${price.currency}`, price.costMicros);
      add(`charge${price.currency}`, price.chargeMicros);
    }
  }
  return sums;
}

async function reported(
  source: ReturnType<typeof openLocalReports>,
  groupings: readonly [Grouping, Grouping?],
  filters: ReportFilters,
): Promise<Map<string, Record<string, number>>> {
  const [group, thenBy] = groupings;
  const request: ReportRequest = {
    ...{ name: 'usage-by-account', period, zone, filters, filterTexts: [], group, askedAtMs: 0 },
    ...(thenBy === undefined ? {} : { thenBy }),
  };
  const document = await composeReport(request, source);
  const levels = thenBy === undefined ? 1 : 2;
  const lines = new Map<string, Record<string, number>>();
  for await (const rows of document.rows) {
    for (const row of rows) {
      const counts: Record<string, number> = {};
      for (const [at, { key }] of document.columns.entries()) {
        const isDerived = ['answerRate', 'averageMs', 'placed'].includes(key);
        const cell = row[at] ?? null;
        if (at >= levels && !isDerived && cell !== null) counts[key] = Number(cell);
      }
      lines.set(row.slice(0, levels).join(' / '), counts);
    }
  }
  return lines;
}

async function saved(store: Store, records: readonly CallRecord[]): Promise<Known[]> {
  await Promise.all(records.map((record) => store.save(record)));
  const known: Known[] = [];
  for (const record of records) {
    const [newest] = await store.listCallPrices(record.callId);
    known.push({ record, price: newest?.isCurrent === true ? newest.price : null });
  }
  return known;
}

describe('figures', () => {
  it('are plain sums over the records, by every grouping and pair of groupings, also after rerating', async () => {
    const file = aFile();
    const store = await open({ file });
    await furnish(store);
    const records = randomCalls({
      ...{ count: 1200, seed: 5 },
      accounts: [
        { accountId: 1, departmentId: 1 },
        { accountId: 2, departmentId: 2 },
        { accountId: null, departmentId: null },
      ],
      // Over the change of clocks of 8 March, by the half hour, so that many calls are at the edges of hours and days.
      ...{ firstMs, steps: 48 * 30, stepMs: 1_800_000, offsMs: [0, 0, -1, 1] },
    });
    await saved(store, records);
    // From now on the other table is the default one: prices of a new version, and no destination for Utah.
    await store.saveRateTable('euro', { isDefault: true });
    await store.rerate({ fromMs: firstMs + 15 * 86_400_000, untilMs: period.untilMs, madeBy: 'anna' });
    const known = await saved(store, []);
    for (const record of records) {
      const current = (await store.listCallPrices(record.callId)).find(({ isCurrent }) => isCurrent);
      known.push({ record, price: current?.price ?? null });
    }
    const within = known.filter(
      ({ record }) => record.startedAtMs >= period.fromMs && record.startedAtMs < period.untilMs,
    );
    expect(within.length).toBeGreaterThan(500);
    const source = openLocalReports(file);
    try {
      const all = Object.keys(groupOf) as Grouping[];
      for (const [at, grouping] of all.entries()) {
        expect(await reported(source, [grouping], {})).toEqual(sumsOf(within, [grouping]));
        const second = all[(at + 5) % all.length] ?? 'day';
        expect(await reported(source, [grouping, second], {})).toEqual(sumsOf(within, [grouping, second]));
      }
      const filterCases: [ReportFilters, (known: Known) => boolean][] = [
        [{ account: 'smith & co' }, ({ record }) => record.accountId === 1],
        [{ accountId: null }, ({ record }) => record.accountId === null],
        [{ department: 'Tax' }, ({ record }) => record.departmentId === 2],
        [{ extension: '202' }, ({ record }) => record.extension === '202'],
        [{ country: 'us' }, ({ record }) => record.calledE164?.startsWith('+1') === true],
        [{ destination: 'Utah' }, ({ price }) => price?.kind === 'priced' && price.destination === 'Utah'],
        [{ callType: 'internal' }, ({ record }) => record.callType === 'internal'],
        [
          { gateway: 'backup', outcome: 'answered' },
          ({ record }) => record.gateway === 'backup' && record.outcome === 'answered',
        ],
        [{ outcome: 'busy', entry: 'direct' }, ({ record }) => record.outcome === 'busy' && record.entry === 'direct'],
        [{ authorizedBy: 'anna' }, ({ record }) => record.authorizedBy === 'Anna'],
        [{ reason: 'code-unknown' }, ({ record }) => record.reason === 'code-unknown'],
        [{ number: '+1801' }, ({ record }) => record.calledE164?.startsWith('+1801') === true],
        [{ number: '10' }, ({ record }) => record.calledNumber === '101'],
        [
          { minDurationMs: 60_000, maxDurationMs: 120_000 },
          ({ record }) => record.billableMs >= 60_000 && record.billableMs <= 120_000,
        ],
        [
          { minChargeMicros: 100_000, maxChargeMicros: 400_000 },
          ({ price }) => price?.kind === 'priced' && price.chargeMicros >= 100_000 && price.chargeMicros <= 400_000,
        ],
        [{ answered: true }, ({ record }) => record.answeredAtMs !== null],
        [{ unrated: true }, ({ record, price }) => record.answeredAtMs !== null && price?.kind === 'unrated'],
      ];
      for (const [filters, holds] of filterCases) {
        const expected = sumsOf(within.filter(holds), ['account']);
        expect(expected.size).toBeGreaterThan(0);
        expect({ filters, lines: await reported(source, ['account'], filters) }).toEqual({ filters, lines: expected });
      }
    } finally {
      await source.close();
    }
  });

  it('of single calls have every call once, in order, however many pieces they are read in', async () => {
    const file = aFile();
    const store = await open({ file });
    // Many calls that started at the same moment, over the edge of a piece.
    const records = Array.from({ length: 2300 }, (_, at) => call(`c${at}`, firstMs + Math.floor(at / 700)));
    await Promise.all(records.map((record) => store.save(record)));
    const source = openLocalReports(file);
    const seen: string[] = [];
    for await (const calls of source.calls({ period: { fromMs: firstMs, untilMs: period.untilMs }, filters: {} })) {
      expect(calls.length).toBeLessThanOrEqual(1000);
      seen.push(...calls.map(({ startedAtMs, callId }) => `${startedAtMs} ${callId}`));
    }
    await source.close();
    expect(seen).toEqual(records.map(({ startedAtMs, callId }) => `${startedAtMs} ${callId}`).sort());
  });
});

it('tell countries with the same country code apart, and know numbers that belong to no country', () => {
  const countryOf = countryFinder();
  const numbers = ['+18016424655', '+14165550123', '+18765550123', '+77012345678', '+80012345678', null];
  expect(numbers.map(countryOf)).toEqual(['US', 'CA', 'JM', 'KZ', null, null]);
});
