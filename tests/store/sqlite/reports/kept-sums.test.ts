import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { SummaryPiece, SummaryQuery } from '../../../../src/reports/report.ts';
import { registerFunctions } from '../../../../src/store/sqlite/reports/expressions.ts';
import { prepareHourSums } from '../../../../src/store/sqlite/reports/hours/hour-sums.ts';
import { keepSums } from '../../../../src/store/sqlite/reports/hours/kept-sums.ts';
import { openUpkeep } from '../../../../src/store/sqlite/reports/hours/upkeep.ts';
import { randomCalls } from '../../../reports/random-calls.ts';
import { furnish } from '../../../reports/site.ts';
import { runs } from '../../../support/random.ts';
import { temporaryStores } from '../temporary.ts';

const { open, aFile } = temporaryStores();

const hourMs = 3_600_000;
const firstMs = Date.parse('2026-03-08T00:00:00Z');
const always = { fromMs: firstMs, untilMs: firstMs + 8 * hourMs };

async function laidBy(): Promise<string> {
  const file = aFile();
  const store = await open({ file });
  await furnish(store);
  const calls = randomCalls({
    ...{ count: 200, seed: 1, firstMs, steps: 8 * 60, stepMs: 60_000, offsMs: [0, 1] },
    accounts: [
      { accountId: 1, accountName: 'Smith & Co', departmentId: 1 },
      { accountId: 2, accountName: 'Other' },
      { accountId: 99, accountName: 'Gone' },
      {},
    ],
  });
  for (const call of calls) await store.save(call);
  await store.close();
  await layBy(file);
  return file;
}

async function layBy(file: string): Promise<void> {
  const upkeep = openUpkeep(file);
  await upkeep.layBy(always, always.untilMs + hourMs);
  upkeep.close();
}

/** One connection that keeps what it added up, however quick that was, and how often it added up. */
function keeping(file: string) {
  const db = new Database(file, { readonly: true });
  const sum = prepareHourSums(db, registerFunctions(db));
  let made = 0;
  const counted: typeof sum = (query) => {
    made += 1;
    return sum(query);
  };
  return { sum: keepSums(db, counted, 0), made: () => made, close: () => db.close() };
}

const texts = (pieces: Iterable<SummaryPiece>): string[] =>
  [...pieces]
    .map((piece) => JSON.stringify(piece, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort();

function anew(file: string, query: SummaryQuery): string[] {
  const db = new Database(file, { readonly: true });
  const found = texts(prepareHourSums(db, registerFunctions(db))(query));
  db.close();
  return found;
}

const callAt = (choice: number): string =>
  `(SELECT call_id FROM call_records ORDER BY call_id LIMIT 1 OFFSET ${choice % 200})`;
const changes: Record<string, (choice: number) => string> = {
  'a call moves': (at) => `UPDATE call_records SET account_id = 2 WHERE call_id = ${callAt(at)}`,
  'a call gets longer': (at) =>
    `UPDATE call_records SET billable_ms = billable_ms + 1000 WHERE call_id = ${callAt(at)}`,
  'a price changes': (at) =>
    `UPDATE call_prices SET charge_micros = charge_micros + 1 WHERE is_current = 1 AND kind = 'priced' AND call_id = ${callAt(at)}`,
  'a call is erased': (at) => `DELETE FROM call_records WHERE call_id = ${callAt(at)}`,
  'an account is named otherwise': (at) => `UPDATE accounts SET name = 'Name ${at}' WHERE id = 1`,
  'an account goes': () => 'DELETE FROM accounts WHERE id = 2',
  'a department is named otherwise': (at) => `UPDATE departments SET name = 'Department ${at}' WHERE id = 1`,
  'a phone is named otherwise': (at) => `UPDATE extensions SET name = 'Phone ${at}'`,
  nothing: () => '',
};

/** Few, so that each is asked for again and again. */
const queries: readonly SummaryQuery[] = [
  { period: always, groupings: ['account'], filters: {}, top: { limit: 2, order: 'calls' } },
  { period: always, groupings: ['department', 'extension'], filters: {} },
  { period: always, groupings: [], filters: {} },
  { period: { ...always, untilMs: firstMs + 4 * hourMs }, groupings: ['day'], filters: {} },
];

const aStep = fc.record({
  change: fc.constantFrom(...Object.keys(changes)),
  choice: fc.nat(),
  laysBy: fc.boolean(),
  query: fc.constantFrom(...queries),
});

describe('sums that are kept', () => {
  it('are those that would be added up now, whatever changed since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 40, maxLength: 40 }), async (steps) => {
        const file = await laidBy();
        const kept = keeping(file);
        const db = new Database(file);
        for (const { change, choice, laysBy, query } of steps) {
          db.exec(changes[change]?.(choice) ?? '');
          if (laysBy) await layBy(file);
          expect(texts(kept.sum(query))).toEqual(anew(file, query));
        }
        kept.close();
        db.close();
      }),
      { numRuns: runs(3), endOnFailure: true },
    );
  }, 120_000);

  it('are not added up again while nothing changed of their hours, whatever else is called meanwhile', async () => {
    const file = await laidBy();
    const kept = keeping(file);
    const db = new Database(file);
    const query = {
      period: { ...always, untilMs: firstMs + 4 * hourMs },
      groupings: ['account' as const],
      filters: {},
    };
    const first = texts(kept.sum(query));
    db.exec(`UPDATE call_records SET billable_ms = billable_ms + 1 WHERE started_at >= ${firstMs + 4 * hourMs}`);
    expect(texts(kept.sum(query))).toEqual(first);
    expect(kept.made()).toBe(1);
    db.exec(`UPDATE call_records SET billable_ms = billable_ms + 1 WHERE started_at < ${firstMs + 4 * hourMs}`);
    expect(texts(kept.sum(query))).not.toEqual(first);
    expect(kept.made()).toBe(2);
    kept.close();
    db.close();
  });
});
