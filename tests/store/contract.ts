import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unrestricted } from '../../src/words/directory.ts';
import type { CallRecordReader, CallRecordStore } from '../../src/store/ports/call-records.ts';
import type { DirectoryAdmin } from '../../src/store/ports/directory-admin.ts';
import type { PhoneLockStore } from '../../src/store/ports/phone-locks.ts';
import type { DirectoryLookup } from '../../src/store/ports/directory-lookup.ts';
import { departmentContract, extensionContract } from './directory-contract.ts';
import { fieldsContract } from './fields-contract.ts';
import { locksContract } from './locks-contract.ts';
import {
  accountDefaults,
  anAccount,
  closedRecord,
  fullRecord,
  openRecord,
  plainAccount,
  department as noDepartment,
} from './records.ts';

/** What both stores have. */
type Store = DirectoryLookup &
  DirectoryAdmin &
  CallRecordStore &
  CallRecordReader &
  PhoneLockStore & { close(): Promise<void> };

export type OpenedStore = { store: Store; dispose(): Promise<void> };

/** What every store does, whatever engine is under it. `open` answers a new, empty store. */
export function storeContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name}: the contract of a store`, () => {
    let opened: OpenedStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.dispose());

    directoryContract(() => store);
    importContract(() => store);
    fieldsContract(() => store);
    locksContract(() => store);
    extensionContract(() => store);
    departmentContract(() => store);
    callRecordContract(() => store);
  });
}

function directoryContract(store: () => Store): void {
  describe('directory', () => {
    it('finds an account by its code, with every field as given', async () => {
      const added = await store().addAccount(anAccount);
      const { department, ...rest } = anAccount;
      const departments = await store().listDepartments();
      expect(departments).toEqual([{ ...noDepartment, id: added.departmentId, name: department }]);
      expect(added).toEqual({
        ...accountDefaults,
        ...{ id: added.id, departmentId: added.departmentId, departmentCallerNumber: null },
        ...rest,
      });
      expect(await store().findAccountById(added.id)).toEqual(added);
      expect(await store().findAccountByCode('12345')).toEqual(added);
    });

    it('finds no code that was not added, nor a part of one', async () => {
      await store().addAccount(plainAccount('12345'));
      for (const code of ['1234', '123456', '012345', '', '1234%', "' OR 1=1 --"]) {
        expect(await store().findAccountByCode(code)).toBeNull();
      }
    });

    it('distinguishes codes that differ in leading zeros', async () => {
      await store().addAccount(plainAccount('0012', 'two zeros'));
      await store().addAccount(plainAccount('012', 'one zero'));
      expect((await store().findAccountByCode('0012'))?.name).toBe('two zeros');
      expect((await store().findAccountByCode('012'))?.name).toBe('one zero');
    });

    it('refuses a second account with the same code and keeps the first', async () => {
      await store().addAccount(plainAccount('12345', 'first'));
      const second = store().addAccount({ ...plainAccount('12345', 'second'), department: 'Made for nothing' });
      await expect(second).rejects.toMatchObject({ name: 'StoreError', code: 'duplicate' });
      expect((await store().findAccountByCode('12345'))?.name).toBe('first');
      expect(await store().listDepartments()).toEqual([]);
    });

    it.each([
      ['a code with a letter', { code: '12a45' }],
      ['an empty code', { code: '' }],
      ['a code of 21 digits', { code: '123456789012345678901' }],
      ['an empty name', { name: '' }],
      ['valid until before valid from', { validFromMs: 2, validUntilMs: 1 }],
      ['a caller number that is no E.164', { callerNumber: '101' }],
      ['minimum digits over maximum digits', { restriction: { ...unrestricted, minimumDigits: 5, maximumDigits: 4 } }],
    ])('refuses %s', async (_what, wrong) => {
      const adding = store().addAccount({ ...plainAccount('12345'), ...wrong });
      await expect(adding).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      expect(await store().listAccounts()).toEqual([]);
    });

    it('changes only what is given', async () => {
      const before = await store().addAccount(anAccount);
      const after = await store().updateAccount('12345', { enabled: false });
      expect(after).toEqual({ ...before, enabled: false });
      expect(await store().findAccountByCode('12345')).toEqual(after);
    });

    it('moves an account to another code and department, or to none', async () => {
      const before = await store().addAccount(anAccount);
      const moved = await store().updateAccount('12345', { code: '777', department: 'Sales' });
      expect(moved).toMatchObject({ id: before.id, code: '777' });
      expect(moved?.departmentId).not.toBe(before.departmentId);
      expect(await store().findAccountByCode('12345')).toBeNull();
      expect(await store().updateAccount('777', { department: null })).toMatchObject({ departmentId: null });
    });

    it('returns null if there is no account to change', async () => {
      expect(await store().updateAccount('999', { enabled: false })).toBeNull();
    });

    it('lists accounts by code, by part of code or name, by state, and up to a limit', async () => {
      await store().addAccount(plainAccount('300', 'Ames 50% off'));
      await store().addAccount(plainAccount('100', 'Baker_Street'));
      await store().addAccount({ ...plainAccount('200', 'Cole'), enabled: false });
      const codes = async (...filter: Parameters<Store['listAccounts']>) =>
        (await store().listAccounts(...filter)).map(({ code }) => code);
      expect(await codes()).toEqual(['100', '200', '300']);
      expect(await codes({ search: '20' })).toEqual(['200']);
      expect(await codes({ search: 'baker' })).toEqual(['100']);
      expect(await codes({ search: '%' })).toEqual(['300']);
      expect(await codes({ search: '_' })).toEqual(['100']);
      expect(await codes({ enabled: true })).toEqual(['100', '300']);
      expect(await codes({ enabled: false })).toEqual(['200']);
      expect(await codes({ limit: 2 })).toEqual(['100', '200']);
    });

    it('creates a department once, whatever the case of its name', async () => {
      const one = await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
      const two = await store().addAccount({ ...plainAccount('2'), department: 'LEGAL' });
      expect(two.departmentId).toBe(one.departmentId);
      expect(await store().listDepartments()).toEqual([{ ...noDepartment, id: one.departmentId, name: 'Legal' }]);
    });
  });
}

function importContract(store: () => Store): void {
  describe('import', () => {
    it('adds new codes and changes known ones', async () => {
      const old = await store().addAccount(anAccount);
      const result = await store().importAccounts([
        { ...plainAccount('12345', 'Renamed'), department: 'Sales' },
        { ...plainAccount('2'), department: 'Sales' },
        plainAccount('3'),
      ]);
      expect(result).toEqual({ added: 2, updated: 1 });
      const renamed = await store().findAccountByCode('12345');
      expect(renamed).toMatchObject({ id: old.id, name: 'Renamed', restriction: unrestricted, customerNumbers: [] });
      expect((await store().findAccountByCode('2'))?.departmentId).toBe(renamed?.departmentId);
    });

    it('changes nothing at all if one account is wrong', async () => {
      const before = await store().addAccount(anAccount);
      const importing = store().importAccounts([
        plainAccount('12345', 'Renamed'),
        { ...plainAccount('2'), department: 'New' },
        plainAccount('not digits'),
      ]);
      await expect(importing).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      expect(await store().listAccounts()).toEqual([before]);
      expect((await store().listDepartments()).map(({ name }) => name)).toEqual(['Legal']);
    });

    it('refuses a code that occurs twice', async () => {
      const importing = store().importAccounts([plainAccount('1', 'a'), plainAccount('1', 'b')]);
      await expect(importing).rejects.toMatchObject({ name: 'StoreError', code: 'duplicate' });
      expect(await store().listAccounts()).toEqual([]);
    });

    it('accepts an empty list', async () => {
      expect(await store().importAccounts([])).toEqual({ added: 0, updated: 0 });
    });
  });
}

function callRecordContract(store: () => Store): void {
  describe('call records', () => {
    it('gives back every field as it was saved', async () => {
      await store().save(openRecord('open'));
      await store().save(closedRecord('closed'));
      expect(await store().findCallRecord('open')).toEqual(openRecord('open'));
      expect(await store().findCallRecord('closed')).toEqual(closedRecord('closed'));
      expect(await store().findCallRecord('unknown')).toBeNull();
      expect(await store().findCallRecord('x'.repeat(70_000))).toBeNull();
    });

    it('gives back a value in each field that the table of call records has, as long as its column takes', async () => {
      const record = fullRecord();
      await store().save(record);
      expect(await store().findCallRecord(record.callId)).toEqual(record);
    });

    it('replaces a record while it is open', async () => {
      await store().save(openRecord('a'));
      await store().save(openRecord('a', { code: '12345', keyedNumber: '101' }));
      await store().save(closedRecord('a'));
      expect(await store().listCallRecords()).toEqual([closedRecord('a')]);
    });

    it('never changes a record that an event closed, without an error', async () => {
      const seen = closedRecord('a', { closedBy: 'event', estimated: false });
      await store().save(seen);
      expect(await store().save({ ...seen, billableMs: 1, outcome: 'failed' })).toBe('saved');
      expect(await store().save(openRecord('a'))).toBe('call-over');
      expect(await store().findCallRecord('a')).toEqual(seen);
    });

    it('keeps the order of saves of one call made at once', async () => {
      const seen = closedRecord('a', { closedBy: 'event', estimated: false });
      const saves = [openRecord('a'), openRecord('a', { code: '1' }), seen, openRecord('a')];
      await Promise.all(saves.map((record) => store().save(record)));
      expect(await store().findCallRecord('a')).toEqual(seen);
    });

    it('lists the newest first, by period and by state, up to a limit', async () => {
      const at = (callId: string, startedAtMs: number) => openRecord(callId, { startedAtMs });
      await store().save(at('a', 1000));
      await store().save(at('c', 3000));
      await store().save(closedRecord('b', { startedAtMs: 2000 }));
      const ids = async (...filter: Parameters<Store['listCallRecords']>) =>
        (await store().listCallRecords(...filter)).map(({ callId }) => callId);
      expect(await ids()).toEqual(['c', 'b', 'a']);
      expect(await ids({ fromMs: 2000 })).toEqual(['c', 'b']);
      expect(await ids({ untilMs: 2000 })).toEqual(['a']);
      expect(await ids({ fromMs: 2000, untilMs: 3000 })).toEqual(['b']);
      expect(await ids({ open: true })).toEqual(['c', 'a']);
      expect(await ids({ open: false })).toEqual(['b']);
      expect(await ids({ limit: 1 })).toEqual(['c']);
    });

    it('accepts a record whose account and extension are not in the directory', async () => {
      const record = closedRecord('a', { accountId: 4711, departmentId: 4712, extensionId: 4713 });
      await store().save(record);
      expect(await store().findCallRecord('a')).toEqual(record);
    });

    it('refuses an impossible record, and accepts those saved with it', async () => {
      const saves = await Promise.allSettled([
        store().save(openRecord('before')),
        store().save(openRecord('wrong', { startedAtMs: Number.NaN })),
        store().save(openRecord('after')),
      ]);
      expect(saves.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(saves[1]).toMatchObject({ reason: { name: 'StoreError', code: 'invalid' } });
      expect((await store().listCallRecords()).map(({ callId }) => callId).sort()).toEqual(['after', 'before']);
    });

    it('writes what is waiting before it closes, and refuses what comes later', async () => {
      const saving = store().save(openRecord('a'));
      const closing = store().close();
      expect(await saving).toBe('saved');
      await closing;
      await expect(store().save(openRecord('b'))).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
      await expect(store().findAccountByCode('1')).rejects.toMatchObject({ name: 'StoreError', code: 'unavailable' });
      await store().close();
    });
  });
}
