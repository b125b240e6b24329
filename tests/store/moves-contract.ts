import { expect, it } from '@jest/globals';
import type { RateTerms } from '../../src/rating/rate.ts';
import type { MoveStore } from '../../src/store/ports/move-store.ts';
import type { Store } from '../../src/store/ports/store.ts';
import { plainAccount } from './records.ts';
import { call } from '../reports/site.ts';
import { plainTerms } from '../support/rates.ts';

type MovingStore = MoveStore &
  Pick<
    Store,
    | 'addAccount'
    | 'save'
    | 'findCallRecord'
    | 'importRates'
    | 'saveRateTable'
    | 'assignRateTable'
    | 'listDepartments'
    | 'close'
  >;

const startedAt = '2026-03-08T12:00:00Z';
const rate = (priceMicros: number, more: Partial<RateTerms> = {}): RateTerms => ({
  ...{ prefix: '1', destination: 'USA', priceMicros, connectFeeMicros: 0, ...plainTerms },
  ...{
    firstIncrementMs: 60_000,
    nextIncrementMs: 60_000,
    minimumChargeMicros: 0,
    validFromMs: null,
    validUntilMs: null,
  },
  ...more,
});

export async function importTable(
  store: Pick<Store, 'importRates'>,
  table: string,
  priceMicros: number,
  more: Partial<RateTerms> = {},
): Promise<void> {
  await store.importRates(table, {
    name: 'rates.csv',
    currency: () => 'USD',
    async *batches() {
      yield await Promise.resolve([{ line: 2, rates: [rate(priceMicros, more)] }]);
    },
  });
}

/** What moving calls has to do in either store. */
export function movesContract(open: () => Promise<MovingStore>): void {
  async function furnished() {
    const store = await open();
    const smith = await store.addAccount({ ...plainAccount('1001', 'Smith'), department: 'Legal' });
    const jones = await store.addAccount({ ...plainAccount('1002', 'Jones'), department: 'Tax' });
    const parties = { accountId: smith.id, accountName: 'Smith', departmentId: smith.departmentId };
    const dialled = { calledE164: '+18015550100', callType: 'national' as const, code: '1001' };
    return { store, smith, jones, record: call('a', startedAt, { ...parties, ...dialled, billableMs: 60_000 }) };
  }
  const asked = { callId: 'a', toAccountCode: '1002', why: ' keyed the wrong code ', movedBy: ' Anna ' };

  it('charges the call to the other account and its department, and records who, when, from, to and why', async () => {
    const { store, smith, jones, record } = await furnished();
    await store.save(record);
    const before = Date.now();
    const { move, charge } = await store.moveCall(asked);
    expect(charge).toBeNull();
    expect(await store.findCallRecord('a')).toEqual({
      ...record,
      accountId: jones.id,
      accountName: 'Jones',
      departmentId: jones.departmentId,
    });
    expect(await store.listMoves({ callId: 'a' })).toEqual([move]);
    expect(move).toMatchObject({
      ...{ callId: 'a', movedBy: 'Anna', why: 'keyed the wrong code' },
      ...{ fromAccountId: smith.id, fromAccountName: 'Smith', fromDepartmentId: smith.departmentId },
      ...{ toAccountId: jones.id, toAccountName: 'Jones', toDepartmentId: jones.departmentId },
    });
    // DATETIME2(3) and the two clocks are of one machine.
    expect(Math.abs(move.movedAtMs - before)).toBeLessThan(60_000);
    // And back: the trail has both, the last first.
    const back = await store.moveCall({ ...asked, toAccountCode: '1001', why: 'it was right' });
    expect(await store.findCallRecord('a')).toEqual(record);
    expect(await store.listMoves()).toEqual([back.move, move]);
    expect(await store.listMoves({ limit: 1 })).toEqual([back.move]);
  });

  it('prices the call by the table of the account that pays now', async () => {
    const { store, record } = await furnished();
    await importTable(store, 'default', 100_000);
    await store.saveRateTable('default', { isDefault: true });
    await importTable(store, 'cheap', 10_000);
    await store.assignRateTable({ accountCode: '1002' }, 'cheap');
    await store.save(record);
    const { charge } = await store.moveCall(asked);
    expect(charge?.to).toEqual({ currency: 'USD', chargeMicros: 10_000 });
    // By what it costs now: the table has changed, but not whose it is.
    await importTable(store, 'cheap', 20_000);
    await store.assignRateTable({ accountCode: '1001' }, 'cheap');
    expect((await store.moveCall({ ...asked, toAccountCode: '1001' })).charge).toBeNull();
  });

  it('persists when the record is corrected afterwards', async () => {
    const { store, jones, record } = await furnished();
    await store.save({ ...record, closedBy: 'heartbeat', estimated: true, billableMs: 30_000 });
    await store.moveCall(asked);
    await store.save({ ...record, closedBy: 'json-cdr' });
    expect(await store.findCallRecord('a')).toMatchObject({
      ...{ accountId: jones.id, accountName: 'Jones', departmentId: jones.departmentId },
      ...{ closedBy: 'json-cdr', billableMs: 60_000 },
    });
  });

  it.each<[string, Partial<typeof asked>, string]>([
    ['an unknown call', { callId: 'nobody' }, 'There is no call nobody.'],
    ['an unknown account', { toAccountCode: '9' }, 'No account has this code.'],
    ['the account that pays', { toAccountCode: '1001' }, 'Call a is already charged to Smith.'],
    ['a call that is up', { callId: 'up' }, 'Call up is still up: move it once it is over.'],
    ['nobody', { movedBy: ' ' }, 'Say in 1 to 200 characters who moves the call.'],
    ['no reason', { why: '' }, 'Say in 1 to 400 characters why the call is moved.'],
    ['a reason too long', { why: 'x'.repeat(401) }, 'Say in 1 to 400 characters why the call is moved.'],
  ])('refuses %s, and changes nothing', async (_, changes, message) => {
    const { store, record } = await furnished();
    await store.save(record);
    await store.save({ ...record, callId: 'up', endedAtMs: null, closedBy: null, outcome: null });
    await expect(store.moveCall({ ...asked, ...changes })).rejects.toMatchObject({ code: 'invalid', message });
    expect(await store.findCallRecord('a')).toEqual(record);
    expect(await store.listMoves()).toEqual([]);
  });
}
