import { expect, it } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import { openForReading, openForWriting } from '../../../src/store/sqlite/database.ts';
import { prepareRateLookup } from '../../../src/store/sqlite/rates/rate-lookup.ts';
import { prepareCommit } from '../../../src/store/sqlite/records/commit.ts';
import { toRow } from '../../../src/store/sqlite/records/rows.ts';
import { rateTerms, ratesSource } from '../rates-contract.ts';
import { openRecord } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

type Asked = { sql: string; values: unknown[] };

/** What a connection is asked from now on, each statement with the values that it had last. */
function listenTo(db: Database): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  const prepare = db.prepare.bind(db);
  db.prepare = ((sql: string) => {
    const statement = prepare(sql);
    const [get, all] = [statement.get.bind(statement), statement.all.bind(statement)];
    const note = (values: unknown[]): void => void asked.set(sql, { sql, values });
    statement.get = (...values: unknown[]) => {
      note(values);
      return get(...values);
    };
    statement.all = (...values: unknown[]) => {
      note(values);
      return all(...values);
    };
    return statement;
  }) as typeof db.prepare;
  return asked;
}

const times = 200;
const rounds = 40;

function fastest(ask: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const begunMs = performance.now();
    for (let time = 0; time < times; time += 1) ask();
    best = Math.min(best, performance.now() - begunMs);
  }
  return best;
}

/** How many times as long it takes with values that are given anew as with values that were given once and for all. */
function timesLonger(db: Database, { sql, values }: Asked): number {
  const given = db.prepare(sql).bind(...values);
  const anew = db.prepare(sql);
  const [once, each] = [fastest(() => given.all()), fastest(() => anew.all(...values))];
  return each / once;
}

it('what is asked of the file with each call is planned once, not with each value', async () => {
  const file = aFile();
  const store = await open({ file });
  await store.importRates('standard', ratesSource([rateTerms('1'), rateTerms('1801')]));
  const writing = openForWriting({ file });
  const asked = listenTo(writing);
  const commit = prepareCommit(writing);
  const called = { ...{ calledE164: '+18016424655', callType: 'national' as const }, bridgedAtMs: 1_769_000_000_500 };
  const placed = openRecord('call-1', called);
  const amounts = [
    { unit: 'USD', amount: 1_000_000 },
    { unit: 'calls', amount: 1 },
  ];
  commit([toRow(placed)], new Map([[0, { amounts, timesOutMs: 1_769_100_000_000 }]]));
  const times = { answeredAtMs: 1_769_000_001_000, endedAtMs: 1_769_000_061_000, billableMs: 60_000 };
  commit([toRow({ ...placed, ...times, outcome: 'answered', closedBy: 'event' })]);
  const reading = openForReading(file);
  try {
    const read = listenTo(reading);
    const lookup = prepareRateLookup(reading);
    const table = lookup.tableOf({ accountId: null, departmentId: null })?.table;
    expect(lookup.ratesFor(table?.id ?? 0, '+18016424655')).toHaveLength(2);
    expect(asked.size + read.size).toBeGreaterThan(8);
    const slowOf = (db: Database, all: Map<string, Asked>): string[] =>
      [...all.values()].filter((one) => timesLonger(db, one) > 2.5).map(({ sql }) => sql);
    expect([...slowOf(writing, asked), ...slowOf(reading, read)]).toEqual([]);
  } finally {
    reading.close();
    writing.close();
  }
}, 60_000);
