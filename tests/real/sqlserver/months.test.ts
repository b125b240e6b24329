import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { price, type Price } from '../../../src/rating/price.ts';
import { allowanceFor, monthAt, monthBegins } from '../../../src/rating/month.ts';
import { findRate } from '../../../src/rating/find-rate.ts';
import { plainRules } from '../../../src/rating/rules.ts';
import { recordSender } from '../../../src/store/sqlserver/records/sender.ts';
import { monthCalls, monthModel } from '../../store/month-histories.ts';
import { importTable } from '../../store/moves-contract.ts';
import { closedRecord, plainAccount } from '../../store/records.ts';
import { openOffice, type Office } from './office.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

const unit = 1_000_000;
const startedAtMs = (place: number): number => 1_769_000_000_000 + place * 1000;

let database: TestDatabase;
let office: Office;
beforeAll(async () => {
  database = await sharedDatabase();
  office = await openOffice(database.config);
  await office.addAccount({ ...plainAccount('1'), includedMinutes: 3 });
  await office.addAccount(plainAccount('2'));
  await importTable(office, 'default', 2 * unit);
  await office.saveRateTable('default', { isDefault: true });
  await importTable(office, 'special', 4 * unit, { tiers: '2:2' });
  await office.assignRateTable({ accountCode: '2' }, 'special');
});
afterAll(async () => {
  await office.close();
  await database.drop();
});

const call = (place: number, minutes: number, accountId: number, nth = 0): CallRecord =>
  closedRecord(`call ${place}`, {
    ...{ startedAtMs: startedAtMs(place), accountId, departmentId: null, controller: `controller ${place % 2}` },
    ...{ closedBy: 'controller', estimated: true, hangupCause: `${nth}`, outcome: 'answered' },
    ...{
      answeredAtMs: startedAtMs(place) + 7,
      billableMs: minutes * 60_000,
      endedAtMs: startedAtMs(place) + 600_000 + nth,
    },
  });

/** As a controller does that knows of no other call of the month: whatever is free is free for this one. */
async function provisional({
  accountId,
  departmentId,
  calledE164: e164,
  callType,
  ...record
}: CallRecord): Promise<Price> {
  const table = (await office.rateTableOf({ accountId, departmentId }))?.table ?? null;
  const candidates = table === null || e164 === null ? [] : await office.ratesFor(table.id, e164);
  const account = accountId === null ? null : await office.findAccountById(accountId);
  const atMs = record.answeredAtMs ?? 0;
  const month = {
    month: monthAt(atMs, 'UTC'),
    allowanceMs: allowanceFor(account, { callType, e164 }),
    place: monthBegins,
  };
  const found = findRate({ callingE164: null, table, e164, atMs }, candidates);
  return price({ answered: true, billableMs: record.billableMs, callType }, found, [], month);
}

const send = async (...records: CallRecord[]): Promise<void> => {
  const entries = await Promise.all(
    records.map(async (record) => ({ record, price: await provisional(record), country: null })),
  );
  await recordSender(database.pool, database.name, plainRules)(entries);
};

const charges = async (): Promise<(number | null)[]> => {
  const { recordset } = await database.pool
    .request()
    .query<{ CallId: string; ChargeMicros: string | null }>('SELECT CallId, ChargeMicros FROM dbo.CallRecords');
  return Array.from({ length: monthCalls }, (_, place) => {
    const charge = recordset.find(({ CallId }) => CallId === `call ${place}`)?.ChargeMicros ?? null;
    return charge === null ? null : Number(charge) / unit;
  });
};

describe('a month of which minutes are free, on SQL Server', () => {
  it('has one price for each call, whichever controller sends which first, and after re-rating, undoing, moves and corrections', async () => {
    const model = monthModel();
    const account = await office.findAccountByCode('1');
    const id = account?.id ?? 0;
    const minutes = [1, 2, 2, 1];
    minutes.forEach((count, place) => model.arrive(place, count));
    // Two controllers at once, the later calls first.
    await Promise.all([send(call(3, 1, id), call(1, 2, id)), send(call(2, 2, id))]);
    await send(call(0, 1, id));
    expect(await charges()).toEqual(model.charges());

    const period = { fromMs: startedAtMs(1), untilMs: startedAtMs(3), madeBy: 'Anna' };
    model.site.price = 5;
    await importTable(office, 'default', 5 * unit);
    model.rerate(1, 3);
    const { id: rerating } = await office.rerate(period);
    expect(await charges()).toEqual(model.charges());
    expect((await office.rerate(period)).changed).toBe(0);

    model.move(0);
    await office.moveCall({ callId: 'call 0', toAccountCode: '2', why: 'x', movedBy: 'anna' });
    expect(await charges()).toEqual(model.charges());

    model.correct(1, 4);
    await send(call(1, 4, id, 1));
    expect(await charges()).toEqual(model.charges());

    model.undo(1);
    await office.undoRerating(rerating ?? 0, 'Ben');
    expect(await charges()).toEqual(model.charges());

    model.move(2);
    await office.moveCall({ callId: 'call 2', toAccountCode: '2', why: 'x', movedBy: 'anna' });
    expect(await charges()).toEqual(model.charges());

    model.arrive(4, 3);
    await send(call(4, 3, id));
    expect(await charges()).toEqual(model.charges());

    const { recordset: versions } = await database.pool
      .request()
      .query<{ IsCurrent: boolean }>(
        `SELECT IsCurrent FROM dbo.CallPriceHistory WHERE CallId = 'call 2' ORDER BY Version`,
      );
    expect(versions.map(({ IsCurrent }) => IsCurrent)).toEqual(versions.map((_, at) => at === versions.length - 1));
  });
});
