import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countryFinder } from '../../../src/reports/country.ts';
import type { PriceChange } from '../../../src/store/ports/rate-store.ts';
import { saveRecords } from '../../../src/store/sqlserver/records/commit.ts';
import { sentBy } from '../../../src/store/sqlserver/records/rows.ts';
import { importTable } from '../../store/moves-contract.ts';
import { closedRecord, plainAccount } from '../../store/records.ts';
import { openOffice, type Office } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
let office: Office;
beforeAll(async () => {
  database = await sharedDatabase();
  office = await openOffice(database.config);
});
afterAll(async () => {
  await office.close();
  await database.drop();
});

const charges = async () =>
  (
    await database.pool
      .request()
      .query<object>('SELECT CallId, ChargeMicros, PriceKind FROM dbo.CallRecords ORDER BY CallId')
  ).recordset;

describe('re-rating from any machine', () => {
  it('prices the calls of all controllers again, is not undone by a record that comes again, and can be undone', async () => {
    const smith = await office.addAccount(plainAccount('1', 'Smith'));
    await importTable(office, 'default', 100_000);
    await office.saveRateTable('default', { isDefault: true });
    const calls = [
      closedRecord('a', { accountId: smith.id, departmentId: null, controller: 'one', closedBy: 'event' }),
      closedRecord('b', { accountId: smith.id, departmentId: null, controller: 'two', closedBy: 'json-cdr' }),
      closedRecord('c', { outcome: 'busy', answeredAtMs: null, billableMs: 0 }),
    ];
    const sentOf = sentBy(countryFinder());
    const send = () =>
      saveRecords(
        database.pool,
        database.name,
        calls.map((call) => sentOf(call, null)),
        { priceMoved: () => Promise.resolve(null) },
      );
    await send();

    const period = { fromMs: calls[0]?.startedAtMs ?? 0, untilMs: Date.now() + 86_400_000, madeBy: 'Anna' };
    expect(await office.rerate({ ...period, dryRun: true })).toEqual({ id: null, calls: 2, changed: 2 });
    const changes: PriceChange[] = [];
    const { id, ...counts } = await office.rerate({ ...period, onChange: (change) => changes.push(change) });
    expect(counts).toEqual({ calls: 2, changed: 2 });
    expect(changes.map(({ callId, to }) => [callId, to?.kind])).toEqual([
      ['a', 'priced'],
      ['b', 'priced'],
    ]);
    const priced = [
      { CallId: 'a', ChargeMicros: '200000', PriceKind: 'priced' },
      { CallId: 'b', ChargeMicros: '200000', PriceKind: 'priced' },
      { CallId: 'c', ChargeMicros: null, PriceKind: null },
    ];
    expect(await charges()).toEqual(priced);
    expect(await office.rerate(period)).toEqual({ id: null, calls: 2, changed: 0 });

    await send();
    expect(await charges()).toEqual(priced);

    const [made] = await office.listReratings();
    expect(made).toMatchObject({ id, madeBy: 'Anna', calls: 2, isUndone: false });
    expect((await office.undoRerating(id ?? 0, 'Ben')).changed).toBe(2);
    expect((await charges()).map((row) => ({ ...row }))).toEqual(
      priced.map((row) => ({ ...row, ChargeMicros: null, PriceKind: row.PriceKind === null ? null : 'unrated' })),
    );
    await expect(office.undoRerating(id ?? 0, 'Ben')).rejects.toThrow(/undone already/);
  });
});
