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

  it('undoes re-ratings in any order, and not what a move or a correction priced since; the history is complete', async () => {
    const special = await office.addAccount(plainAccount('2', 'Special'));
    await importTable(office, 'special', 70_000);
    await office.assignRateTable({ accountCode: '2' }, 'special');
    const startedAtMs = 1_780_000_000_000;
    const one = closedRecord('d', { accountId: special.id, departmentId: null, closedBy: 'json-cdr', startedAtMs });
    const sentOf = sentBy(countryFinder());
    const minute = { ...one, billableMs: 60_000, accountId: (await office.findAccountByCode('1'))?.id ?? null };
    const save = (record: typeof one, micros: number) =>
      saveRecords(
        database.pool,
        database.name,
        [
          sentOf(record, {
            ...{
              kind: 'priced',
              currency: 'USD',
              costMicros: micros,
              chargeMicros: micros,
              billedMs: record.billableMs,
            },
            ...{
              tableId: 1,
              rateId: 1,
              rateVersion: 1,
              prefix: '1',
              destination: 'USA',
              arithmetic: `${record.billableMs}`,
            },
          }),
        ],
        { priceMoved: () => Promise.resolve(null) },
      );
    const period = { fromMs: startedAtMs, untilMs: startedAtMs + 1, madeBy: 'Anna' };
    const rerate = async (micros: number) => {
      await importTable(office, 'default', micros);
      return (await office.rerate(period)).id ?? 0;
    };
    const charge = async () =>
      Number(
        (
          await database.pool
            .request()
            .query<{ c: string }>("SELECT ChargeMicros AS c FROM dbo.CallRecords WHERE CallId = 'd'")
        ).recordset[0]?.c,
      );
    const history = async () =>
      (
        await database.pool
          .request()
          .query<{ c: string; now: boolean }>(
            "SELECT ChargeMicros AS c, IsCurrent AS now FROM dbo.CallPriceHistory WHERE CallId = 'd' ORDER BY Version",
          )
      ).recordset.map(({ c, now }) => (now ? -Number(c) : Number(c)));

    await save(minute, 10_000);
    const [first, second] = [await rerate(20_000), await rerate(30_000)];
    expect(await office.undoRerating(first, 'Ben')).toMatchObject({ calls: 1, changed: 0 });
    expect(await charge()).toBe(30_000);
    expect(await office.undoRerating(second, 'Ben')).toMatchObject({ calls: 1, changed: 1 });
    expect(await charge()).toBe(10_000);
    expect(await history()).toEqual([10_000, 20_000, 30_000, -10_000]);

    const third = await rerate(40_000);
    await office.moveCall({ callId: 'd', toAccountCode: '2', why: 'x', movedBy: 'Anna' });
    expect(await charge()).toBe(70_000);
    expect(await office.undoRerating(third, 'Ben')).toMatchObject({ changed: 0 });
    expect(await charge()).toBe(70_000);
    expect(await history()).toEqual([10_000, 20_000, 30_000, 10_000, 40_000, -70_000]);

    await importTable(office, 'special', 80_000);
    const { id: fourth } = await office.rerate(period);
    expect(await charge()).toBe(80_000);
    await save({ ...minute, billableMs: 120_000, closedBy: 'event' }, 160_000);
    expect(await office.undoRerating(fourth ?? 0, 'Ben')).toMatchObject({ changed: 0 });
    expect(await charge()).toBe(160_000);
    await importTable(office, 'special', 90_000);
    expect((await office.rerate(period)).changed).toBe(1);
    expect(await history()).toEqual([10_000, 20_000, 30_000, 10_000, 40_000, 70_000, 80_000, 160_000, -180_000]);
  });
});
