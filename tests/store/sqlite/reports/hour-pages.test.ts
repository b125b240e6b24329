import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { CallsQuery, ReportedCall, ReportFilters } from '../../../../src/reports/report.ts';
import { clockIn, summarize, topOf } from '../../../../src/reports/summary.ts';
import { listCalls } from '../../../../src/store/sqlite/reports/calls.ts';
import { registerFunctions } from '../../../../src/store/sqlite/reports/expressions.ts';
import { openUpkeep } from '../../../../src/store/sqlite/reports/hours/upkeep.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { zoneNamed } from '../../../../src/words/zone.ts';
import { randomCalls } from '../../../reports/random-calls.ts';
import { furnish } from '../../../reports/site.ts';
import { runs } from '../../../support/random.ts';
import { temporaryStores } from '../temporary.ts';

const { open, aFile } = temporaryStores();

const hourMs = 3_600_000;
const firstMs = Date.parse('2026-03-08T00:00:00Z');
const hours = 8;
const always = { fromMs: firstMs - hourMs, untilMs: firstMs + (hours + 1) * hourMs };
const zone = zoneNamed('America/Denver');

/** Several calls at the same moments, too. */
const callsOf = (seed: number) =>
  randomCalls({
    ...{ count: 300, seed, firstMs, steps: hours * 60, stepMs: 60_000, offsMs: [0, 0, -1, 59_999] },
    accounts: [
      { accountId: 1, accountName: 'Smith & Co', departmentId: 1 },
      { accountId: 2, accountName: 'Other', departmentId: 2 },
      { accountId: 99, accountName: 'Gone', departmentId: 98 },
      {},
    ],
    furtherNumbers: [{ calledE164: null, calledNumber: '0041*7' }, { calledE164: '+800123456789012345' }],
  });

async function storedCalls(seed: number, { laysBy }: { laysBy: boolean }): Promise<string> {
  const file = aFile();
  const store = await open({ file });
  await furnish(store);
  for (const call of callsOf(seed)) await store.save(call);
  await store.close();
  // The last two hours are still open.
  if (laysBy) await layBy(file, firstMs + (hours - 2) * hourMs);
  return file;
}

async function layBy(file: string, nowMs: number): Promise<number> {
  const upkeep = openUpkeep(file);
  const count = await upkeep.layBy(always, nowMs);
  upkeep.close();
  return count;
}

async function listed(file: string, query: CallsQuery): Promise<ReportedCall[]> {
  const source = openLocalReports(file);
  const calls: ReportedCall[] = [];
  for await (const piece of source.calls(query)) calls.push(...piece);
  await source.close();
  return calls;
}

/** From the records alone, one number after the other. */
async function plain(file: string, { limit = Infinity, ...query }: CallsQuery): Promise<ReportedCall[]> {
  const db = new Database(file, { readonly: true });
  registerFunctions(db);
  const { number, ...filters } = query.filters;
  const begins = (one: string): boolean => one.replace(/^\+/, '').startsWith((number ?? '').replace(/^\+/, ''));
  const calls: ReportedCall[] = [];
  for await (const piece of listCalls(db, { byTime: () => null, largest: () => null }, { ...query, filters }))
    calls.push(...piece.filter((call) => begins(call.number)));
  db.close();
  return calls.slice(0, limit);
}

function change(file: string, statement: string): void {
  const db = new Database(file);
  db.exec(statement);
  db.close();
}

/** So many calls, long ago, of numbers that are asked for here that these are no few: they are looked for in hours. */
function crowd(file: string): void {
  const db = new Database(file);
  const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all('call_records').map(String);
  const given: Record<string, string> = {
    call_id: 'lower(hex(randomblob(16)))',
    started_at: '1000 + n.value',
    called_e164: "CASE n.value % 3 WHEN 0 THEN '+4930123456' WHEN 1 THEN '+18005550199' ELSE '+101' END",
  };
  db.exec(`INSERT INTO call_records (${columns.join(', ')})
WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 3100)
SELECT ${columns.map((column) => given[column] ?? `c.${column}`).join(', ')}
FROM n, (SELECT * FROM call_records WHERE ended_at IS NOT NULL LIMIT 1) c`);
  db.close();
}

const aQuery = fc.record({
  filters: fc.constantFrom<ReportFilters>(
    ...[
      { outcome: 'refused' as const },
      { reason: 'code-unknown' as const },
      { country: 'de' },
      { unrated: true as const },
    ],
    ...[
      { destination: 'united kingdom' },
      { destination: 'Nowhere' },
      { department: 'none such', answered: true as const },
    ],
    ...[{ number: '+4930' }, { number: '1' }, { number: '0041*' }, { number: '80012345678901' }, { number: '101' }],
    ...[
      { number: '49', outcome: 'busy' as const },
      { minDurationMs: 60_000, departmentId: 1 },
      { answered: true as const },
    ],
    ...[{ number: '800', gateway: 'carrier' }, { maxChargeMicros: 900_000, callType: 'national' as const }, {}],
    ...[{ currency: 'EUR' }, { currency: null }, { currency: 'USD', minChargeMicros: 1 }],
  ),
  order: fc.constantFrom('time' as const, 'latest' as const, 'charge' as const, 'duration' as const),
  limit: fc.constantFrom(1, 2, 7, 50, 500),
  fromMinute: fc.integer({ min: -30, max: 300 }),
  minutes: fc.integer({ min: 1, max: 600 }),
});

const queryOf = ({
  filters,
  order,
  limit,
  fromMinute,
  minutes,
}: typeof aQuery extends fc.Arbitrary<infer Q> ? Q : never): CallsQuery => {
  const fromMs = firstMs + fromMinute * 60_000 + 1;
  return { filters, order, limit, period: { fromMs, untilMs: fromMs + minutes * 60_000 } };
};

describe('lists that hours give', () => {
  it('are those of the records, from page to page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(aQuery, { minLength: 40, maxLength: 40 }), async (seed, queries) => {
        const file = await storedCalls(seed, { laysBy: true });
        for (const [at, query] of queries.map(queryOf).entries()) {
          if (at === queries.length / 2) crowd(file);
          const found = await listed(file, query);
          expect(found).toEqual(await plain(file, query));
          const last = found.at(-1);
          if (last === undefined || query.order === 'charge' || query.order === 'duration') continue;
          const next = { ...query, after: { startedAtMs: last.startedAtMs, callId: last.callId } };
          expect(await listed(file, next)).toEqual(await plain(file, next));
        }
      }),
      { numRuns: runs(3) },
    );
  }, 120_000);

  it('are read from hours, where these have all that is asked for', async () => {
    const file = await storedCalls(1, { laysBy: true });
    crowd(file);
    const period = { fromMs: firstMs, untilMs: firstMs + 4 * hourMs };
    const reason = 'code-unknown' as const;
    const [byReason, byNumber] = await Promise.all([
      listed(file, { period, filters: { reason } }),
      listed(file, { period, filters: { number: '4930' } }),
    ]);
    expect([byReason.length > 5, byNumber.length > 5]).toEqual([true, true]);
    // Hours say that there is none: the records are not looked through.
    change(file, 'DELETE FROM report_hours');
    expect(await listed(file, { period, filters: { reason } })).toEqual([]);
    expect(await listed(file, { period, filters: { number: '4930' } })).toEqual([]);
  });

  it('are read from the records where an index has them: of one outcome, and of numbers that few calls had', async () => {
    const file = await storedCalls(1, { laysBy: true });
    const period = { fromMs: firstMs, untilMs: firstMs + 4 * hourMs };
    change(file, 'DELETE FROM report_hours');
    for (const filters of [{ outcome: 'refused' as const }, { number: '4930' }]) {
      const found = await listed(file, { period, filters });
      expect(found.length).toBeGreaterThan(5);
      expect(found).toEqual(await plain(file, { period, filters }));
    }
  });

  it('find a number no longer that was shortened, and the hour is laid by again without it', async () => {
    const file = await storedCalls(2, { laysBy: true });
    const query: CallsQuery = {
      period: { fromMs: firstMs, untilMs: firstMs + 4 * hourMs },
      filters: { number: '4930123456' },
    };
    const before = await listed(file, query);
    expect(before.length).toBeGreaterThan(5);
    const shorten = `UPDATE call_records SET called_e164 = '+49', called_number = NULL, keyed_number = '', shortened_at = 1
WHERE called_e164 = '+4930123456'`;
    change(file, shorten);
    const numbersLeft = (): unknown => {
      const db = new Database(file, { readonly: true });
      const left = db.prepare('SELECT count(*) AS count FROM report_numbers WHERE numbers IS NOT NULL').pluck().get();
      db.close();
      return left;
    };
    const hoursWith = new Set(before.map(({ startedAtMs }) => Math.floor(startedAtMs / hourMs))).size;
    expect(hoursWith).toBe(4);
    expect(await listed(file, query)).toEqual([]);
    const left = Number(numbersLeft());
    expect(await layBy(file, always.untilMs + hourMs)).toBeGreaterThanOrEqual(hoursWith);
    expect(Number(numbersLeft())).toBeGreaterThan(left);
    expect(await listed(file, query)).toEqual([]);
    const rest: CallsQuery = { ...query, filters: { number: '49' } };
    expect((await listed(file, rest)).length).toBe(before.length);
    expect(await listed(file, rest)).toEqual(await plain(file, rest));
  });

  it('are not laid by with a number that is shortened while the hour is read', async () => {
    const file = await storedCalls(3, { laysBy: false });
    const upkeep = openUpkeep(file);
    await upkeep.layBy(always, always.untilMs + hourMs, {
      onProgress: (done) => {
        if (done === 1)
          change(file, "UPDATE call_records SET called_e164 = '+49', shortened_at = 1 WHERE called_e164 LIKE '+4930%'");
      },
    });
    upkeep.close();
    const query: CallsQuery = { period: always, filters: { number: '4930' } };
    expect(await listed(file, query)).toEqual([]);
    expect(await listed(file, { ...query, filters: { number: '49' } })).toEqual(
      await plain(file, { ...query, filters: { number: '49' } }),
    );
  });
});

describe('the largest groups', () => {
  it('are the first ones of all of them, with the same totals', async () => {
    const files = await Promise.all([0, 1, 2].map((seed) => storedCalls(seed, { laysBy: true })));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.constantFrom(
          'account' as const,
          'extension' as const,
          'destination' as const,
          'department' as const,
          'day' as const,
        ),
        fc.constantFrom(null, 'outcome' as const),
        fc.constantFrom('calls' as const, 'duration' as const),
        fc.integer({ min: 1, max: 4 }),
        async (file, first, second, order, limit) => {
          const source = openLocalReports(file);
          const given = [first, ...(second === null ? [] : [second])];
          const query = { period: always, groupings: given, filters: {}, clock: clockIn(zone) };
          const top = topOf(given, limit, order);
          const options = { groupings: given, zone, order, limit };
          const whole = await summarize(source.summarize(query), options);
          const some = await summarize(source.summarize({ ...query, ...(top === null ? {} : { top }) }), options);
          await source.close();
          expect(some).toEqual(whole);
          expect(some.lines.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: runs(25) },
    );
  }, 120_000);
});
