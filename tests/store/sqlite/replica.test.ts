import { describe, expect, it } from '@jest/globals';
import { unrestricted, type Extension } from '../../../src/words/directory.ts';
import { defaultSettings } from '../../../src/rating/rate-table-settings.ts';
import type { RatesBatch, RateTableCopy, StoredRate } from '../../../src/store/ports/rate-replica.ts';
import type { DirectoryBatch } from '../../../src/store/ports/replica-store.ts';
import { addWithEveryField } from '../fields-contract.ts';
import { fullRate, termsOf } from '../rates-contract.ts';
import { department, extensionDefaults, storedAccount } from '../records.ts';
import { temporaryStores } from './temporary.ts';

const { open } = temporaryStores();

const phone: Extension = {
  ...{ id: 5, number: '201', name: '', departmentId: 3, restriction: unrestricted, ...extensionDefaults },
  ...{ defaultAccountId: 1, place: 'Lobby', callbackNumber: '+18016429201', departmentCallerNumber: null },
};
const batch = (changes: Partial<DirectoryBatch>): DirectoryBatch => ({
  ...{ departments: [], accounts: [], extensions: [], destinations: [], removed: [], complete: [], position: null },
  ...changes,
});

it('takes an extension before the account that pays for it, and keeps it when codes are swapped', async () => {
  const store = await open();
  const departments = [{ ...department, id: 3, name: 'Front', callerNumber: '+18016420100' }];
  await store.applyDirectory(batch({ departments, extensions: [phone] }));
  expect(await store.findExtension('201')).toEqual({ ...phone, departmentCallerNumber: '+18016420100' });
  expect(await store.findAccountById(1)).toBeNull();
  await store.applyDirectory(batch({ accounts: [storedAccount(1, '111'), storedAccount(2, '222')] }));
  // Account 2 gives its code to account 1: it is written anew.
  await store.applyDirectory(batch({ accounts: [storedAccount(1, '222'), storedAccount(2, '111')] }));
  expect(await store.findAccountById(1)).toMatchObject({ code: '222' });
  expect(await store.findExtension('201')).toMatchObject({ defaultAccountId: 1, place: 'Lobby' });
});

it('is as old as the reading that made it whole, from the same moment on as it has a position', async () => {
  const store = await open();
  await store.applyDirectory(batch({ accounts: [storedAccount(1, '111')] }));
  expect([await store.directoryPosition(), await store.freshAtMs()]).toEqual([null, null]);
  await store.applyDirectory(batch({ position: '7', asOfMs: 5_000 }));
  expect([await store.directoryPosition(), await store.freshAtMs()]).toEqual(['7', 5_000]);
  await store.applyDirectory(batch({ position: '8' }));
  expect([await store.directoryPosition(), await store.freshAtMs()]).toEqual(['8', 5_000]);
});

it('copies every field of accounts, extensions, departments and destinations', async () => {
  const origin = await open();
  const { account, extension } = await addWithEveryField(origin);
  const departments = await origin.listDepartments();
  const destinations = await origin.listDestinations();
  const copy = await open();
  await copy.applyDirectory(batch({ departments, destinations, accounts: [account], extensions: [extension] }));
  expect(await copy.findAccountByCode(account.code)).toEqual(account);
  expect(await copy.findExtension(extension.number)).toEqual(extension);
  expect(await copy.listDepartments()).toEqual(departments);
  expect(destinations).toHaveLength(1);
  expect(await copy.listDestinations()).toEqual(destinations);
  // Written over what is there, too.
  const changed = { ...storedAccount(account.id, '5'), departmentId: account.departmentId };
  await copy.applyDirectory(batch({ accounts: [changed] }));
  await copy.applyDirectory(batch({ accounts: [account] }));
  expect(await copy.findAccountByCode(account.code)).toEqual(account);
});

describe('a copy of a rate table', () => {
  const table = (version: number): RateTableCopy => ({
    ...{ id: 1, name: 'std', currency: 'USD', ...defaultSettings('USD'), isDefault: false, version },
  });
  const rate = (id: number, version: number): StoredRate => ({
    ...{ id, tableId: 1, version, ...termsOf(fullRate), prefix: String(id) },
  });
  const rates = (changes: Partial<RatesBatch>): RatesBatch => ({
    ...{ tables: null, rates: [], removedRates: [], complete: null, assignments: [], position: null },
    ...changes,
  });
  const piece = (version: number, afterId: number, upToId: number) =>
    rates({ rates: [rate(upToId, version)], complete: { tableId: 1, version, afterId, upToId } });

  it('goes on where it was interrupted, and nowhere else', async () => {
    const store = await open();
    expect(await store.copiedUpTo(1, 2)).toBe(0);
    await store.applyRates(rates({ tables: [table(1)], rates: [rate(3, 1)] }));
    await store.applyRates(piece(2, 0, 10));
    await store.applyRates(piece(2, 10, 20));
    expect([await store.copiedUpTo(1, 1), await store.copiedUpTo(1, 2)]).toEqual([0, 20]);
    await store.applyRates(rates({ tables: [table(2)] }));
    // Were the removal of what is left of version 1 interrupted here, its highest id would say nothing about those below.
    expect([await store.copiedUpTo(1, 1), await store.copiedUpTo(1, 2)]).toEqual([0, 0]);
  });

  it('that was copied as a whole leaves nobody the table that another backup gave them', async () => {
    const store = await open();
    const to = (accountId: number, tableId: number) => ({ to: 'account' as const, id: accountId, tableId });
    const tableOf = async (accountId: number) =>
      (await store.rateTableOf({ accountId, departmentId: null }))?.table.name;
    await store.applyRates(rates({ tables: [table(1)], assignments: [to(1, 1), to(2, 1), to(900, 1)] }));
    const all = (afterId: number, upToId: number, ...assignments: RatesBatch['assignments']) =>
      rates({ assignments, allAssigned: { to: 'account', afterId, upToId } });
    await store.applyRates(all(0, 500, to(2, 1)));
    expect([await tableOf(1), await tableOf(2), await tableOf(900)]).toEqual([undefined, 'std', 'std']);
    await store.applyRates(all(500, 1000));
    expect([await tableOf(2), await tableOf(900)]).toEqual(['std', undefined]);
  });
});
