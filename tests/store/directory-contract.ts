import { describe, expect, it } from '@jest/globals';
import { unrestricted, type ExtensionInput } from '../../src/words/directory.ts';
import type { CallRecordReader, CallRecordStore } from '../../src/store/ports/call-records.ts';
import type { DirectoryAdmin } from '../../src/store/ports/directory-admin.ts';
import type { DirectoryLookup } from '../../src/store/ports/directory-lookup.ts';
import { anAccount, closedRecord, department, extensionDefaults, plainAccount } from './records.ts';

type Store = DirectoryLookup & DirectoryAdmin & CallRecordStore & CallRecordReader;

const phone = (number: string, changes: Partial<ExtensionInput> = {}): ExtensionInput => ({
  ...{ number, name: `Phone ${number}`, department: null, restriction: unrestricted },
  ...changes,
});

const departmentNames = async (store: Store): Promise<string[]> =>
  (await store.listDepartments()).map(({ name }) => name);

export function extensionContract(store: () => Store): void {
  describe('extensions', () => {
    it('are added with every field as given', async () => {
      const { restriction } = anAccount;
      const added = await store().addExtension({ number: '201', name: 'Lobby', department: 'Front', restriction });
      const [front] = await store().listDepartments();
      expect(added).toEqual({
        ...{ id: added.id, number: '201', name: 'Lobby', departmentId: front?.id, restriction },
        ...{ ...extensionDefaults, departmentCallerNumber: null },
      });
      expect(await store().findExtension('201')).toEqual(added);
    });

    it('keep their caller numbers, place and default account', async () => {
      const payer = await store().addAccount(plainAccount('777'));
      const shown = { callerNumber: '+18016420201', callbackNumber: '+18016420202', place: 'Salle \u00e9 214' };
      const given = { ...shown, defaultAccountId: payer.id };
      const added = await store().addExtension(phone('201', given));
      expect(added).toMatchObject(given);
      expect(await store().findExtension('201')).toEqual(added);
      expect(await store().listExtensions()).toEqual([added]);
      // Another code and name are the same account.
      await store().updateAccount('777', { code: '888', name: 'renamed' });
      expect(await store().findAccountById(added.defaultAccountId ?? 0)).toMatchObject({ code: '888' });
      expect(await store().updateExtension('201', { place: '' })).toEqual({ ...added, place: '' });
      expect(await store().importExtensions([phone('201', given), phone('202', given)])).toEqual({
        ...{ added: 1, updated: 1 },
      });
      expect(await store().findExtension('202')).toMatchObject(given);
      // Replaced as a whole.
      await store().importExtensions([phone('202')]);
      expect(await store().findExtension('202')).toMatchObject(extensionDefaults);
    });

    it.each([
      ['a caller number that is no E.164', { callerNumber: '8016420201' }],
      ['an extension as call-back number', { callbackNumber: '+201' }],
      ['letters in a number', { callerNumber: '+1801642020x' }],
      ['a line break behind a number', { callerNumber: '+18016420201\n' }],
      ['digits of another script', { callerNumber: '+1801642\u0660201' }],
      ['superscript digits', { callerNumber: '+1801642020\u00b2' }],
      ['a payer that is not there', { defaultAccountId: 987_654 }],
    ])('with %s are refused', async (_what, wrong) => {
      const adding = store().addExtension(phone('201', wrong));
      await expect(adding).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      const importing = store().importExtensions([phone('202'), phone('201', wrong)]);
      await expect(importing).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      expect(await store().listExtensions()).toEqual([]);
    });

    it('are not added twice: the first stays', async () => {
      const first = await store().addExtension(phone('201'));
      const second = store().addExtension(phone('201', { name: 'second', department: 'Made for nothing' }));
      await expect(second).rejects.toMatchObject({ name: 'StoreError', code: 'duplicate' });
      expect(await store().listExtensions()).toEqual([first]);
      expect(await store().listDepartments()).toEqual([]);
    });

    it.each([
      ['no number', { number: '' }],
      ['minimum digits over maximum digits', { restriction: { ...unrestricted, minimumDigits: 5, maximumDigits: 4 } }],
    ])('with %s are refused', async (_what, wrong) => {
      const adding = store().addExtension({ ...phone('201'), ...wrong });
      await expect(adding).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      expect(await store().listExtensions()).toEqual([]);
    });

    it('change only as given, including the number', async () => {
      const { restriction } = anAccount;
      const before = await store().addExtension(phone('201', { department: 'Front', restriction }));
      expect(await store().updateExtension('201', { name: 'Bar' })).toEqual({ ...before, name: 'Bar' });
      const moved = await store().updateExtension('201', { number: '202', department: null });
      expect(moved).toEqual({ ...before, number: '202', name: 'Bar', departmentId: null });
      expect(await store().findExtension('201')).toBeNull();
      expect(await store().findExtension('202')).toEqual(moved);
      expect(await store().updateExtension('201', { name: 'nobody' })).toBeNull();
    });

    it('cannot take a number that another one has', async () => {
      await store().addExtension(phone('201'));
      const other = await store().addExtension(phone('202'));
      const taking = store().updateExtension('202', { number: '201' });
      await expect(taking).rejects.toMatchObject({ name: 'StoreError', code: 'duplicate' });
      expect(await store().findExtension('202')).toEqual(other);
    });

    it('are deleted while their call records stay; a new one with that number is another extension', async () => {
      const first = await store().addExtension(phone('201'));
      const last = await store().addExtension(phone('202'));
      const record = closedRecord('a', { extension: '202', extensionId: last.id });
      await store().save(record);
      expect(await store().removeExtension('202')).toEqual({ id: last.id, number: '202', name: 'Phone 202' });
      expect(await store().findExtension('202')).toBeNull();
      expect(await store().findExtension('2'.repeat(70_000))).toBeNull();
      expect(await store().listExtensions()).toEqual([first]);
      expect(await store().findCallRecord('a')).toEqual(record);
      expect(await store().removeExtension('202')).toBeNull();
      expect((await store().addExtension(phone('202'))).id).toBeGreaterThan(last.id);
    });
  });

  describe('import of extensions', () => {
    it('adds new numbers and replaces known ones', async () => {
      const { restriction } = anAccount;
      const old = await store().addExtension(phone('201', { department: 'Front', restriction }));
      const many = Array.from({ length: 500 }, (_, index) => phone(String(1000 + index), { department: 'Sales' }));
      expect(await store().importExtensions([phone('201', { name: 'Bar' }), ...many])).toEqual({
        added: 500,
        updated: 1,
      });
      expect(await store().findExtension('201')).toEqual({
        ...old,
        ...{ name: 'Bar', departmentId: null, restriction: unrestricted },
      });
      expect(await store().importExtensions(many.map((input) => ({ ...input, restriction })))).toEqual({
        added: 0,
        updated: 500,
      });
      expect(await store().findExtension('1499')).toMatchObject({ name: 'Phone 1499', restriction });
      expect(await store().listExtensions()).toHaveLength(501);
      expect(await departmentNames(store())).toEqual(['Front', 'Sales']);
    });

    it('changes nothing at all if one extension is wrong', async () => {
      const before = await store().addExtension(phone('201'));
      const wrong = phone('203', { restriction: { ...unrestricted, minimumDigits: 5, maximumDigits: 4 } });
      const importing = store().importExtensions([phone('201', { name: 'renamed', department: 'New' }), wrong]);
      await expect(importing).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      expect(await store().listExtensions()).toEqual([before]);
      expect(await store().listDepartments()).toEqual([]);
    });

    it('refuses a number that occurs twice, and accepts an empty list', async () => {
      const importing = store().importExtensions([phone('201'), phone('201')]);
      await expect(importing).rejects.toMatchObject({ name: 'StoreError', code: 'duplicate' });
      expect(await store().importExtensions([])).toEqual({ added: 0, updated: 0 });
      expect(await store().listExtensions()).toEqual([]);
    });
  });
}

export function departmentContract(store: () => Store): void {
  describe('departments', () => {
    it('are listed with the number of accounts and extensions in each', async () => {
      await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
      await store().addAccount({ ...plainAccount('2'), department: 'Legal' });
      await store().addExtension(phone('201', { department: 'Legal' }));
      await store().addDepartment({ name: 'Empty' });
      expect(await store().listDepartmentUse()).toEqual([
        expect.objectContaining({ name: 'Empty', accounts: 0, extensions: 0 }),
        expect.objectContaining({ name: 'Legal', accounts: 2, extensions: 1 }),
      ]);
    });

    it('are added once, whatever the case of the name', async () => {
      const legal = await store().addDepartment({ name: 'Legal' });
      await expect(store().addDepartment({ name: 'LEGAL' })).rejects.toMatchObject({
        ...{ name: 'StoreError', code: 'duplicate', message: 'There is already a department "Legal".' },
      });
      expect(await store().listDepartments()).toEqual([legal]);
    });

    it('are imported if they are missing', async () => {
      await store().addDepartment({ name: 'Legal' });
      expect(await store().importDepartments(['legal', 'Sales', 'Sales', 'Front'].map((name) => ({ name })))).toEqual({
        ...{ added: 2, changed: 0 },
      });
      expect(await departmentNames(store())).toEqual(['Front', 'Legal', 'Sales']);
    });

    it('are read page by page, by name, each once, and found by name, client, matter or a whole code', async () => {
      const names = ['Beta', 'alpha', 'Alpha', 'gamma', 'delta'];
      for (const [at, name] of names.entries()) {
        await store().addAccount({
          code: `70${at}`,
          name,
          client: at === 3 ? 'Höhn' : '',
          department: at < 2 ? 'Sales' : null,
        });
      }
      const seen: string[] = [];
      let after: { name: string; id: number } | undefined;
      for (;;) {
        const page = await store().pageAccounts({ limit: 2, ...(after === undefined ? {} : { after }) });
        seen.push(...page.map(({ name }) => name.toLowerCase()));
        after = page.at(-1);
        if (page.length < 2) break;
      }
      expect(seen).toEqual(['alpha', 'alpha', 'beta', 'delta', 'gamma']);
      expect(await store().countAccounts()).toBe(5);
      expect((await store().listCodes()).map(({ code }) => code)).toEqual(['700', '701', '702', '703', '704']);
      expect((await store().listCodes())[3]).toMatchObject({ code: '703', enabled: true });
      expect((await store().codesAmong(['703', '7', '123456789012345678901', '701'])).toSorted()).toEqual([
        '701',
        '703',
      ]);
      expect(await store().codesAmong([])).toEqual([]);
      const found = async (page: object) => (await store().pageAccounts({ limit: 9, ...page })).map(({ code }) => code);
      expect(await found({ search: 'ALPH' })).toEqual(['701', '702']);
      expect(await found({ search: 'höh' })).toEqual(['703']);
      expect(await found({ search: '704' })).toEqual([]);
      expect(await found({ search: '70', searchesCodes: true })).toEqual([]);
      expect(await found({ search: '704', searchesCodes: true })).toEqual(['704']);
      expect(await found({ search: '%' })).toEqual([]);
      expect(await found({ search: 'x'.repeat(60_000) })).toEqual([]);
      expect(await store().listAccounts({ search: 'x'.repeat(60_000) })).toEqual([]);
      const longest = '12345678901234567890';
      await store().addAccount(plainAccount(longest));
      expect(await found({ search: longest, searchesCodes: true })).toEqual([longest]);
      expect(await found({ search: `${longest}1`, searchesCodes: true })).toEqual([]);
      const named = async (name: string) => (await store().accountsNamed(name)).map(({ code }) => code);
      expect(await named('ALPHA')).toEqual(['701', '702']);
      expect(await named('alph')).toEqual([]);
      expect(await named('x'.repeat(60_000))).toEqual([]);
      await store().updateAccount('700', { enabled: false });
      expect(await found({ enabled: false })).toEqual(['700']);
      const [sales] = await store().listDepartments();
      expect(await found({ departmentId: sales?.id ?? 0 })).toEqual(['701', '700']);
    });

    it('have a caller number, which is read with their accounts and extensions', async () => {
      const legal = await store().addDepartment({ name: 'Legal', callerNumber: '+18016420100' });
      expect(legal.callerNumber).toBe('+18016420100');
      await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
      await store().addExtension(phone('201', { department: 'Legal' }));
      const read = async () => [
        (await store().findAccountByCode('1'))?.departmentCallerNumber,
        (await store().findExtension('201'))?.departmentCallerNumber,
        (await store().listAccounts())[0]?.departmentCallerNumber,
      ];
      expect(await read()).toEqual(['+18016420100', '+18016420100', '+18016420100']);
      expect(await store().updateDepartment('LEGAL', { callerNumber: '+442079460000' })).toEqual({
        ...{ ...legal, callerNumber: '+442079460000' },
      });
      expect(await read()).toEqual(['+442079460000', '+442079460000', '+442079460000']);
      expect(await store().updateExtension('201', { department: null })).toMatchObject({
        departmentCallerNumber: null,
      });
      expect(await store().importDepartments([{ name: 'legal', callerNumber: null }, { name: 'Sales' }])).toEqual({
        ...{ added: 1, changed: 1 },
      });
      expect((await read())[0]).toBeNull();
      expect(await store().updateDepartment('nobody', { callerNumber: null })).toBeNull();
      await expect(store().updateDepartment('Legal', { callerNumber: '101' })).rejects.toMatchObject({
        code: 'invalid',
      });
    });

    it('keep their accounts and extensions when renamed, even if only the case changes', async () => {
      const account = await store().addAccount({ ...plainAccount('1'), department: 'Sale' });
      const renamed = await store().updateDepartment('sale', { name: 'Sales' });
      expect(renamed).toEqual({ ...department, id: account.departmentId, name: 'Sales' });
      expect(await store().updateDepartment('Sales', { name: 'SALES' })).toEqual({ ...renamed, name: 'SALES' });
      expect(await departmentNames(store())).toEqual(['SALES']);
      expect(await store().findAccountByCode('1')).toEqual(account);
      expect(await store().updateDepartment('Sale', { name: 'x' })).toBeNull();
    });

    it('cannot take the name of another one', async () => {
      await store().addDepartment({ name: 'Legal' });
      await store().addDepartment({ name: 'Sales' });
      const taking = store().updateDepartment('Sales', { name: 'LEGAL' });
      await expect(taking).rejects.toMatchObject({
        code: 'duplicate',
        message: expect.stringMatching(/already a department "Legal"/),
      });
      expect(await departmentNames(store())).toEqual(['Legal', 'Sales']);
    });

    it('can be deleted only when empty', async () => {
      await store().addAccount({ ...plainAccount('1'), department: 'Legal' });
      await store().addExtension(phone('201', { department: 'Legal' }));
      await store().addExtension(phone('202', { department: 'Legal' }));
      await expect(store().removeDepartment('legal')).rejects.toMatchObject({
        code: 'invalid',
        message:
          'Department "Legal" is in use by 1 account and 2 extensions: give them another department, or none, first.',
      });
      await store().updateAccount('1', { department: null });
      await store().removeExtension('201');
      await expect(store().removeDepartment('legal')).rejects.toMatchObject({
        message: expect.stringMatching(/in use by 1 extension:/),
      });
      await store().updateExtension('202', { department: null });
      const [legal] = await store().listDepartments();
      const record = closedRecord('a', { departmentId: legal?.id ?? null });
      await store().save(record);
      expect(await store().removeDepartment('legal')).toEqual(legal);
      expect(await store().listDepartments()).toEqual([]);
      expect(await store().removeDepartment('legal')).toBeNull();
      // A department that comes later must not get the calls of one that is gone.
      expect((await store().addDepartment({ name: 'Sales' })).id).toBeGreaterThan(legal?.id ?? 0);
      expect(await store().findCallRecord('a')).toEqual(record);
    });

    it('cannot be without a name', async () => {
      await expect(store().addDepartment({ name: '' })).rejects.toMatchObject({ name: 'StoreError', code: 'invalid' });
      await store().addDepartment({ name: 'Legal' });
      await expect(store().updateDepartment('Legal', { name: '' })).rejects.toMatchObject({ code: 'invalid' });
      expect(await departmentNames(store())).toEqual(['Legal']);
    });
  });
}
