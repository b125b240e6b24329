import { afterEach, describe, expect, it } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { openForReading, openForWriting } from '../../../src/store/sqlite/database.ts';
import { readDirectory } from '../../../src/store/sqlite/directory/directory.ts';
import { prepareRateLookup, type RateLookup } from '../../../src/store/sqlite/rates/rate-lookup.ts';
import { prepareRateReplica } from '../../../src/store/sqlite/replication/rates.ts';
import { prepareCommit } from '../../../src/store/sqlite/records/commit.ts';
import { fromRow, selectCallRecords, toRow, type CallRecordRow } from '../../../src/store/sqlite/records/rows.ts';
import { callRecordFieldNames, callRecordFields, type CallRecord } from '../../../src/words/call-record.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import { randomFrom, runs, seed } from '../../support/random.ts';
import { rateTerms, ratesSource } from '../rates-contract.ts';
import { openRecord, plainAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { aFile, open } = temporaryStores();

const opened: Database[] = [];
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});
const keep = (db: Database): Database => {
  opened.push(db);
  return db;
};

/** Some of them longer than what numbers that begin alike are remembered by. */
const prefixes = ['', '1', '18', '1801', '1801642', '18016424', '180164246', '18016424655', '44', '4420'];
const numbers = ['+18016424655', '+18016420000', '+18015550100', '+442071234567', '+1801642', '+33123'];

/** Anybody's change, by its kind: through the store, by what copies SQL Server, or by a program that knows SQL. */
const changes = [
  'import',
  'default',
  'department',
  'account',
  'price',
  'remove',
  'add',
  'copy',
  'copy tables',
  'undone',
  'phone',
  'number of department',
] as const;
const aChange = fc.record({
  kind: fc.constantFrom(...changes),
  table: fc.constantFrom('one', 'two'),
  prefix: fc.constantFrom(...prefixes),
  price: fc.integer({ min: 1, max: 1_000_000 }),
  to: fc.constantFrom('one', 'two', null),
});
type Change = (typeof aChange extends fc.Arbitrary<infer T> ? T : never) & object;

async function newSite() {
  const file = aFile();
  const store = await open({ file });
  await store.addAccount({ ...plainAccount('100'), department: 'Legal' });
  await store.addExtension({ number: '201', name: 'Desk', department: 'Legal', restriction: unrestricted });
  await store.importRates('one', ratesSource([rateTerms('1')]));
  await store.importRates('two', ratesSource([rateTerms('1801')]));
  const db = keep(openForWriting({ file }));
  const idOf = db.prepare<[string], { id: number; version: number }>(
    'SELECT id, version FROM rate_tables WHERE name = ?',
  );
  const replica = prepareRateReplica(db);
  const apply = db.transaction(replica.apply);
  const none = { removedRates: [], complete: null, tables: null, assignments: [], position: null };

  async function make({ kind, table, prefix, price, to }: Change): Promise<void> {
    const { id, version } = idOf.get(table) ?? { id: 0, version: 0 };
    switch (kind) {
      case 'import':
        await store.importRates(
          table,
          ratesSource([rateTerms(prefix, { priceMicros: price }), rateTerms('1')].slice(prefix === '1' ? 1 : 0)),
        );
        return;
      case 'default':
        await store.saveRateTable(table, { isDefault: true });
        return;
      case 'department':
        await store.assignRateTable({ department: 'Legal' }, to);
        return;
      case 'account':
        await store.assignRateTable({ accountCode: '100' }, to);
        return;
      case 'price':
        db.prepare('UPDATE rates SET price_micros = ? WHERE table_id = ?').run(price, id);
        return;
      case 'remove':
        db.prepare('DELETE FROM rates WHERE table_id = ? AND prefix = ?').run(id, prefix);
        return;
      case 'add':
        db.prepare(
          `INSERT OR IGNORE INTO rates (table_id, version, prefix, destination, connect_fee_micros, price_micros, first_increment_ms, next_increment_ms, minimum_charge_micros)
VALUES (?, ?, ?, '', 0, ?, 1, 1, 0)`,
        ).run(id, version, prefix, price);
        return;
      case 'copy': {
        // The id of a rate that applies now goes to one of another version: REPLACE takes it away.
        const rate = db.prepare<[], { id: number }>('SELECT id FROM rates ORDER BY id LIMIT 1').get();
        const row = { ...rateTerms(prefix, { priceMicros: price }), id: rate?.id ?? 1, tableId: id, currency: 'USD' };
        apply.immediate({ ...none, rates: [{ ...row, version: version + 7 }] });
        return;
      }
      case 'copy tables':
        db.prepare('UPDATE rate_tables SET version = ? WHERE id = ?').run(version + (price % 2), id);
        return;
      case 'undone':
        db.exec('BEGIN IMMEDIATE');
        db.prepare('UPDATE rates SET price_micros = ? WHERE table_id = ?').run(price, id);
        inside(writing);
        db.exec('ROLLBACK');
        return;
      case 'phone':
        await store.updateExtension('201', { name: `Desk ${price}` });
        return;
      case 'number of department':
        db.prepare("UPDATE departments SET caller_number = ? WHERE name = 'Legal'").run(
          `+1801555${1000 + (price % 9000)}`,
        );
    }
  }

  const account = await store.findAccountByCode('100');
  const payers = [
    { accountId: null, departmentId: null },
    { accountId: account?.id ?? 0, departmentId: account?.departmentId ?? 0 },
    { accountId: null, departmentId: account?.departmentId ?? 0 },
  ];
  const seen = (lookup: RateLookup): unknown =>
    payers.map((payer) => {
      const assigned = lookup.tableOf(payer);
      return [assigned, numbers.map((number) => (assigned === null ? [] : lookup.ratesFor(assigned.table.id, number)))];
    });
  const writing = prepareRateLookup(db);
  const inside = (lookup: RateLookup): void => void seen(lookup);
  const reading = keep(openForReading(file));
  const [remembering, phones] = [prepareRateLookup(reading), readDirectory(reading)];
  return {
    make,
    async remembered() {
      return { reading: seen(remembering), writing: seen(writing), phone: await phones.findExtension('201') };
    },
    async read() {
      const fresh = openForReading(file);
      try {
        const rates = seen(prepareRateLookup(fresh));
        return { reading: rates, writing: rates, phone: await readDirectory(fresh).findExtension('201') };
      } finally {
        fresh.close();
      }
    },
  };
}

describe('what is remembered of the file', () => {
  it('is what stands there, whoever changed it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aChange, { minLength: 25, maxLength: 25 }), async (made) => {
        const site = await newSite();
        for (const change of made) {
          await site.make(change);
          expect({ change, ...(await site.remembered()) }).toEqual({ change, ...(await site.read()) });
        }
      }),
      { numRuns: runs(15), seed },
    );
  }, 120_000);
});

/** Another value than before, as far as the field can have one. */
function changed(record: CallRecord, random: (below: number) => number): CallRecord {
  const values = Object.fromEntries(
    callRecordFieldNames
      .filter((name) => name !== 'callId' && name !== 'endedAtMs' && random(4) === 0)
      .map((name) => {
        const { type, ...field } = callRecordFields[name];
        if ('otherwise' in field && field.otherwise === null && random(3) === 0) return [name, null];
        if (type.kind === 'flag') return [name, random(2) === 1];
        return [name, type.kind === 'ascii' || type.kind === 'text' ? `v${random(3)}` : random(3)];
      }),
  ) as Partial<CallRecord>;
  return { ...record, ...values };
}

describe('a record that is open', () => {
  it('is what was saved last, whatever of it changed', async () => {
    const file = aFile();
    await open({ file });
    const db = keep(openForWriting({ file }));
    const commit = prepareCommit(db);
    const stored = db.prepare<[string], CallRecordRow>(`${selectCallRecords} WHERE call_id = ?`);
    const random = randomFrom(seed);
    for (let call = 0; call < runs(200); call += 1) {
      const callId = `call-${call}`;
      let record = openRecord(callId);
      for (let save = 0; save < 6; save += 1) {
        record = changed(record, random);
        if (save === 5)
          record = { ...record, endedAtMs: record.startedAtMs + 60_000, outcome: 'answered', closedBy: 'event' };
        const { failures } = commit([toRow(record)]);
        expect([...failures.values()]).toEqual([]);
        const row = stored.get(callId);
        expect(row === undefined ? null : fromRow(row)).toEqual(record);
      }
    }
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
