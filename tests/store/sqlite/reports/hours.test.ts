import { copyFileSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { CallRecord } from '../../../../src/words/call-record.ts';
import { groupings } from '../../../../src/reports/report.ts';
import type { Grouping, ReportFilters, SummaryPiece } from '../../../../src/reports/report.ts';
import { migrate, migrationsFolder } from '../../../../src/store/sqlite/migrate.ts';
import { pack, unpack } from '../../../../src/store/sqlite/packed.ts';
import { openUpkeep } from '../../../../src/store/sqlite/reports/hours/upkeep.ts';
import { registerFunctions } from '../../../../src/store/sqlite/reports/expressions.ts';
import { openLocalReports } from '../../../../src/store/sqlite/reports/reports.ts';
import { plainSums } from '../../../../src/store/sqlite/reports/summary.ts';
import { call, furnish } from '../../../reports/site.ts';
import { temporaryStores } from '../temporary.ts';

const { open, aFile } = temporaryStores();

const hourMs = 3_600_000;
const firstMs = Date.parse('2026-03-08T00:00:00Z');
const always = { fromMs: firstMs - 24 * hourMs, untilMs: firstMs + 24 * hourMs };

/** In an order of their own, with amounts that can be compared. */
function comparable(pieces: readonly SummaryPiece[]): string[] {
  return pieces
    .map(({ keys, costMicros, chargeMicros, ...rest }) => {
      const named = keys.map(({ key, label }) => [key, label]);
      return JSON.stringify([named, String(costMicros), String(chargeMicros), Object.entries(rest).sort()]);
    })
    .sort();
}

async function reported(file: string, query: Query): Promise<SummaryPiece[]> {
  const source = openLocalReports(file);
  try {
    const pieces: SummaryPiece[] = [];
    for await (const piece of source.summarize(query)) pieces.push(piece);
    return pieces;
  } finally {
    await source.close();
  }
}

function plain(file: string, query: Query): SummaryPiece[] {
  const db = new Database(file, { readonly: true });
  try {
    registerFunctions(db);
    return plainSums(db, query);
  } finally {
    db.close();
  }
}

type Query = Parameters<typeof plainSums>[1];

/** Lays by what there is as if it were a day later. */
async function layBy(file: string, nowMs = always.untilMs + hourMs): Promise<number> {
  const upkeep = openUpkeep(file);
  try {
    return await upkeep.layBy(always, nowMs);
  } finally {
    upkeep.close();
  }
}

/** Runs statements as a person with another program would. */
function change(file: string, ...statements: string[]): void {
  const db = new Database(file);
  for (const statement of statements) db.exec(statement);
  db.close();
}

const parties: Partial<CallRecord>[] = [
  { accountId: 1, accountName: 'Smith & Co', departmentId: 1, calledE164: '+18016424655', callType: 'national' },
  { accountId: 2, accountName: 'Other', departmentId: 2, calledE164: '+4930123456', callType: 'international' },
  { accountId: 99, accountName: 'Gone', departmentId: 98, calledE164: '+442079460000', callType: 'international' },
  { calledNumber: '101', callType: 'internal' },
  { calledE164: '+80012345678' },
];

const aCall = fc.record({
  minute: fc.integer({ min: 0, max: 6 * 60 }),
  party: fc.constantFrom(...parties),
  billableMs: fc.constantFrom(0, 0, 1, 61_500, 3_599_999),
  extension: fc.constantFrom('201', '202', '2\'"3'),
  outcome: fc.constantFrom('busy' as const, 'refused' as const, 'abandoned' as const),
});

const step = fc.oneof(
  fc.record({ kind: fc.constant('calls' as const), calls: fc.array(aCall, { minLength: 1, maxLength: 30 }) }),
  fc.record({ kind: fc.constant('lay-by' as const), atHour: fc.integer({ min: 0, max: 8 }) }),
  fc.record({ kind: fc.constant('rerate' as const), table: fc.constantFrom('default', 'euro') }),
  fc.record({
    kind: fc.constant('sql' as const),
    statement: fc.constantFrom(
      "UPDATE call_records SET account_id = 1, account_name = 'Smith & Co' WHERE account_id = 2 AND started_at % 3 = 0",
      `UPDATE call_records SET started_at = started_at + ${hourMs} WHERE rowid % 4 = 1`,
      'UPDATE call_records SET ended_at = NULL WHERE rowid % 5 = 1',
      'UPDATE call_prices SET charge_micros = charge_micros + 7 WHERE is_current = 1 AND charge_micros % 2 = 0',
      'DELETE FROM call_prices WHERE rowid_of_nothing',
      'DELETE FROM call_records WHERE rowid % 6 = 2',
    ),
  }),
);

const aQuery = fc.record({
  groupings: fc.uniqueArray(fc.constantFrom<Grouping>(...groupings), { minLength: 1, maxLength: 2 }),
  filters: fc.constantFrom<ReportFilters>(
    {},
    {},
    { account: 'smith & CO' },
    { account: 'gone' },
    { destination: 'united kingdom' },
    { destination: 'UTAH', answered: true },
    { country: 'de', minDurationMs: 2 },
    { extension: '2\'"3', outcome: 'refused' },
    { minChargeMicros: 60_000, maxChargeMicros: 900_000 },
    { unrated: true },
    { currency: 'EUR' },
    { currency: null },
    { departmentId: null },
    { number: '1801' },
  ),
  fromMinute: fc.integer({ min: -30, max: 200 }),
  minutes: fc.integer({ min: 1, max: 400 }),
});

describe('hours stored for reports', () => {
  it('agree with the records, whatever happens to those before, between and after', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 7 }),
        fc.array(aQuery, { minLength: 6, maxLength: 6 }),
        async (steps, queries) => {
          const file = aFile();
          const store = await open({ file });
          await furnish(store);
          let made = 0;
          for (const one of steps) {
            switch (one.kind) {
              case 'calls':
                await Promise.all(
                  one.calls.map(({ minute, party, billableMs, extension, outcome }) => {
                    const changes = billableMs > 0 ? { billableMs } : { outcome };
                    const startedAtMs = firstMs + minute * 60_000 - (minute % 2);
                    return store.save(call(`c${(made += 1)}`, startedAtMs, { ...party, ...changes, extension }));
                  }),
                );
                break;
              case 'lay-by':
                await layBy(file, firstMs + one.atHour * hourMs);
                break;
              case 'rerate':
                await store.saveRateTable(one.table, { isDefault: true });
                await store.rerate({ ...always, madeBy: 'anna' });
                break;
              case 'sql':
                change(file, one.statement.replace('rowid_of_nothing', 'length(call_id) = 2'));
            }
          }
          await store.close();
          for (const { groupings: by, filters, fromMinute, minutes } of queries) {
            const fromMs = firstMs + fromMinute * 60_000 + 1;
            const query = { period: { fromMs, untilMs: fromMs + minutes * 60_000 }, groupings: by, filters };
            expect(comparable(await reported(file, query))).toEqual(comparable(plain(file, query)));
          }
          await layBy(file);
          const all: Query = { period: always, groupings: ['account', 'destination'], filters: {} };
          expect(comparable(await reported(file, all))).toEqual(comparable(plain(file, all)));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are read instead of the records, except for the present hour', async () => {
    const file = aFile();
    const store = await open({ file });
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => store.save(call(`c${at}`, firstMs + at * 600_000, { billableMs: 60_000 }))),
    );
    const query: Query = { period: always, groupings: ['hour'], filters: {} };
    expect(await layBy(file, firstMs + 4 * hourMs + 1)).toBe(4);
    expect(await layBy(file, firstMs + 4 * hourMs + 1)).toBe(0);
    const before = comparable(await reported(file, query));
    // What the triggers say is taken back: nothing but the rows laid by can tell of the calls.
    change(
      file,
      'DELETE FROM call_records WHERE started_at < 1772942400000',
      'DELETE FROM report_stale_hours WHERE hour < 492484',
    );
    expect(comparable(await reported(file, query))).toEqual(before);
    await store.close();
  });

  it('are known to be missing in a file from before they existed', async () => {
    const file = aFile();
    mkdirSync(dirname(file));
    const folder = mkdtempSync(join(dirname(file), 'sql-'));
    const before = readdirSync(migrationsFolder).filter((name) => name < '0005');
    for (const name of before) copyFileSync(join(migrationsFolder, name), join(folder, name));
    const db = new Database(file);
    migrate(db, folder);
    const insert = db.prepare(
      `INSERT INTO call_records (call_id, switch_name, controller, entry, extension, caller_name, code, keyed_number,
  started_at, ended_at, billable_ms, estimated) VALUES (?, 'fs1', 'c1', 'prompted', '201', '', '', '', ?, ?, 0, 0)`,
    );
    for (let at = 0; at < 10; at += 1) insert.run(`c${at}`, firstMs + at * 1_200_000, firstMs);
    insert.run('open', firstMs, null);
    migrate(db);
    db.close();
    const query: Query = { period: always, groupings: ['extension'], filters: {} };
    expect(await reported(file, query)).toMatchObject([{ calls: 10 }]);
    expect(await layBy(file)).toBe(4);
    expect(await reported(file, query)).toMatchObject([{ calls: 10 }]);
  });

  it('are stored again when calls change between two of them', async () => {
    const file = aFile();
    const store = await open({ file });
    await store.save(call('first', firstMs, { billableMs: 60_000 }));
    await store.save(call('second', firstMs + hourMs, { billableMs: 60_000 }));
    const upkeep = openUpkeep(file);
    // Between the two hours the event loop turns.
    const laidBy = upkeep.layBy(always, always.untilMs, {
      onProgress: (done) => {
        if (done === 1) change(file, 'UPDATE call_records SET billable_ms = 1');
      },
    });
    expect(await laidBy).toBe(2);
    upkeep.close();
    const query: Query = { period: always, groupings: ['outcome'], filters: {} };
    expect(await reported(file, query)).toMatchObject([{ billableMs: 2 }]);
    await store.close();
  });
});

describe('packed numbers', () => {
  it('come back as they were, in as few bytes as hold them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(255), fc.nat(65_535), fc.maxSafeNat())), (values) => {
        expect([...unpack(pack(values))]).toEqual(values);
        // Where it lies in other bytes makes no difference.
        const within = Buffer.concat([Buffer.from([7, 7, 7]), pack(values)]);
        expect([...unpack(within.subarray(3))]).toEqual(values);
      }),
    );
    expect([[255], [256], [65_536], [2 ** 32]].map((values) => pack(values).length)).toEqual([2, 3, 5, 9]);
  });

  it('are whole and not negative, and other bytes are refused', () => {
    for (const value of [-1, 0.5, 2 ** 53, NaN]) expect(() => pack([value])).toThrow(RangeError);
    for (const bytes of ['', '03ff', '09', '0100']) {
      expect(() => unpack(Buffer.from(bytes, 'hex'))).toThrow(RangeError);
    }
  });
});
