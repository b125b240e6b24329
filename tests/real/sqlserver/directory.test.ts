import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { unrestricted } from '../../../src/words/directory.ts';
import type { LocalStore } from '../../../src/store/sqlite/store.ts';
import { openSqlServerStore, type SqlServerStore } from '../../../src/store/sqlserver/store.ts';
import { run, type Ran } from '../../cli/run.ts';
import { addWithEveryField } from '../../store/fields-contract.ts';
import { plainAccount } from '../../store/records.ts';
import { eventually, startTestController } from '../../support/controller.ts';
import { quickest, underLoad } from '../../support/load.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { dropLogin, sharedDatabase, type TestDatabase } from './server.ts';

const login = 'of_an_administrator';
const password = 'Of-a-test-1';

let database: TestDatabase;
let folder: string;
let name: string;
beforeAll(async () => {
  database = await sharedDatabase();
  folder = mkdtempSync(join(tmpdir(), 'billing-directory-'));
  name = `${database.name}_${login}`;
  for (const text of [
    `CREATE LOGIN ${name} WITH PASSWORD = '${password}'`,
    `CREATE USER ${name} FOR LOGIN ${name}`,
    `EXEC sp_addrolemember 'billing_admin', '${name}'`,
  ]) {
    await database.pool.request().batch(text);
  }
});
afterAll(async () => {
  await dropLogin(database.pool, name);
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});
beforeEach(() => database.empty());

/** With no more rights than the role billing_admin has. */
const command = (...args: string[]): Promise<Ran> =>
  run(args, {
    BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString
      .replace(/User Id=[^;]*/i, `User Id=${name}`)
      .replace(/Password=[^;]*/i, `Password=${password}`),
    BILLING_DATA_DIR: join(folder, 'data'),
  });

describe('extensions and departments on a SQL Server', () => {
  it('are maintained there by an administrator’s login', async () => {
    expect(await command('extensions', 'add', '--number', '201', '--name', 'Lobby', '--department', 'Front')).toEqual({
      ...{ code: 0, stdout: 'Added 201 (Lobby).\n', stderr: '' },
    });
    const file = join(folder, 'extensions.csv');
    writeFileSync(file, 'number,name,department,allowed call types\n201,Bar,Front,internal\n202,,Sales,\n2 3,,,\n');
    const refused = await command('extensions', 'import', file);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('extensions.csv:4: number must be');
    writeFileSync(file, 'number,name,department,allowed call types\n201,Bar,Front,internal\n202,,Sales,\n');
    expect((await command('extensions', 'import', file)).stdout).toBe('Added 1 and changed 1 extensions.\n');
    expect((await command('extensions', 'change', '201', '--maximum-digits', '4')).code).toBe(0);
    expect((await command('extensions', 'list')).stdout.split('\n')).toEqual([
      'NUMBER  NAME  DEPARTMENT  LIMITS',
      '201     Bar   Front       up to 4 digits; internal',
      '202           Sales',
      '',
    ]);
    expect(await command('departments', 'remove', 'sales')).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('Department "Sales" is in use by 1 extension: ') },
    });
    expect((await command('extensions', 'remove', '202')).stdout).toBe('Removed 202.\n');
    expect((await command('departments', 'remove', 'sales')).stdout).toBe('Removed Sales.\n');
    expect((await command('departments', 'rename', 'front', 'Desk')).stdout).toBe('Renamed front to Desk.\n');
    expect(JSON.parse((await command('departments', 'list', '--json')).stdout)).toMatchObject({
      departments: [{ name: 'Desk', callerNumber: null, mail: '', accounts: 0, extensions: 1 }],
    });
    const { recordset } = await database.pool.request().query('SELECT Number, MostDigits FROM dbo.Extensions');
    expect(recordset).toEqual([{ Number: '201', MostDigits: 4 }]);
  });

  it('can be deleted even if their lists cannot be read', async () => {
    await database.pool
      .request()
      .batch(`INSERT INTO dbo.Extensions (Number, Name, BlockedPrefixes) VALUES ('201', N'Lobby', 'nonsense')`);
    expect((await command('extensions', 'list')).stdout).toMatch(
      /201 .* off: dbo\.Extensions, Id \d+, BlockedPrefixes/,
    );
    expect(await command('extensions', 'remove', '201')).toMatchObject({ code: 0, stdout: 'Removed 201 (Lobby).\n' });
    expect((await command('extensions', 'list')).stdout).toBe('No extensions.\n');
  });
});

describe('a controller’s copy', () => {
  let store: SqlServerStore;
  beforeEach(async () => {
    store = await openSqlServerStore(database.config);
  });

  it('has every field of accounts, extensions and departments', async () => {
    const { account, extension } = await addWithEveryField(store);
    const controller = await startTestController({ 'sqlserver.connectionString': database.connectionString });
    try {
      const copy = controller.store;
      await eventually(async () => ((await copy.directoryPosition()) === null ? null : true));
      expect(await copy.findAccountByCode(account.code)).toEqual(account);
      expect(await copy.findExtension(extension.number)).toEqual(extension);
      expect(await copy.listDepartments()).toEqual(await store.listDepartments());
    } finally {
      await controller.dispose();
      await store.close();
    }
  });

  it('has a phone’s and its department’s numbers, its place and who pays, whatever happens to the account', async () => {
    const payer = await store.addAccount({ ...plainAccount('1'), callerNumber: '+18016420500', anonymous: true });
    await store.addAccount(plainAccount('2'));
    const shown = { callerNumber: '+18016420201', callbackNumber: '+18016429201', place: 'Room \u00e9 214' };
    const given = { ...shown, defaultAccountId: payer.id };
    await store.addExtension({ number: '201', name: '', department: 'Front', restriction: unrestricted, ...given });
    const controller = await startTestController({ 'sqlserver.connectionString': database.connectionString });
    try {
      const copy = controller.store;
      const soon = (is: () => Promise<boolean>) => eventually(async () => ((await is()) ? true : null));
      await soon(async () => (await copy.directoryPosition()) !== null);
      expect(await copy.findExtension('201')).toMatchObject(given);
      expect(await copy.findAccountById(payer.id)).toMatchObject({ callerNumber: '+18016420500', anonymous: true });
      await store.updateDepartment('Front', { callerNumber: '+18016420100' });
      await soon(async () => (await copy.findExtension('201'))?.departmentCallerNumber === '+18016420100');
      // Codes that change places are the same accounts: the phone's payer stays who it was.
      const plain = (text: string) => database.pool.request().batch(text);
      for (const [from, to] of [
        ['1', '9'],
        ['2', '1'],
        ['9', '2'],
      ]) {
        await plain(`UPDATE dbo.Accounts SET Code = '${to ?? ''}' WHERE Code = '${from ?? ''}'`);
      }
      await soon(async () => (await copy.findAccountByCode('2'))?.id === payer.id);
      expect(await copy.findExtension('201')).toMatchObject(given);
      await plain(`DELETE FROM dbo.Accounts WHERE Code = '2'`);
      await soon(async () => (await copy.findExtension('201'))?.defaultAccountId === null);
      await expect(plain(`UPDATE dbo.Extensions SET CallbackNumber = '201'`)).rejects.toThrow(/CallbackNumber/i);
    } finally {
      await controller.dispose();
      await store.close();
    }
  });

  it('follows every change of extensions and departments within a second, removals included', () =>
    oneAtATime(async () => {
      await store.saveRateTable('Standard', { currency: 'USD' });
      await store.addAccount(plainAccount('1'));
      const controller = await startTestController({ 'sqlserver.connectionString': database.connectionString });
      try {
        const copy = controller.store;
        await eventually(() => copy.findAccountByCode('1'));
        const slowestMs = await quickest(underLoad(1000), () => followEach(store, copy));
        expect(slowestMs).toBeLessThan(underLoad(1000));
      } finally {
        await controller.dispose();
        await store.close();
      }
    }));
});

/** Changes one thing after the other, and back again; answers how many milliseconds the copy took with the slowest. */
async function followEach(store: SqlServerStore, copy: LocalStore): Promise<number> {
  let slowestMs = 0;
  const follows = async (is: () => Promise<boolean>): Promise<void> => {
    const beganMs = performance.now();
    await eventually(async () => ((await is()) ? true : null));
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
  };
  const assigned = async () => (await copy.listRateTables())[0]?.departments ?? null;
  await store.updateAccount('1', { department: 'Sales' });
  await store.assignRateTable({ department: 'Sales' }, 'Standard');
  await follows(async () => (await assigned()) === 1);

  const phone = { number: '201', name: 'Lobby', department: 'Front', restriction: unrestricted };
  const added = await store.addExtension(phone);
  await follows(async () => (await copy.findExtension('201'))?.id === added.id);
  await store.updateExtension('201', { number: '209', department: null });
  await follows(async () => (await copy.findExtension('209'))?.departmentId === null);
  expect(await copy.findExtension('201')).toBeNull();
  await store.importExtensions([
    { ...phone, number: '209', restriction: { ...unrestricted, maximumDigits: 4 } },
    { ...phone, number: '300' },
  ]);
  await follows(async () => (await copy.listExtensions()).length === 2);
  expect((await copy.findExtension('209'))?.restriction.maximumDigits).toBe(4);
  await store.removeExtension('209');
  await follows(async () => (await copy.findExtension('209')) === null);

  const names = async () => (await copy.listDepartments()).map(({ name: one }) => one).join();
  await store.updateDepartment('Front', { name: 'Desk' });
  await follows(async () => (await names()) === 'Desk,Sales');
  await store.updateAccount('1', { department: null });
  await store.removeDepartment('Sales');
  await follows(async () => (await names()) === 'Desk');
  await follows(async () => (await assigned()) === 0);
  expect(await copy.findAccountByCode('1')).toMatchObject({ departmentId: null });

  await store.removeExtension('300');
  await store.removeDepartment('Desk');
  await follows(async () => (await names()) === '' && (await copy.listExtensions()).length === 0);
  return slowestMs;
}
