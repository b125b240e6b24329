import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../../scripts/chaos/controller.ts';
import { listMigrations } from '../../../src/store/sqlserver/migrate.ts';
import { run, type Ran } from '../../cli/run.ts';
import { createDatabase, dropLogin, type TestDatabase } from './server.ts';

let base: string;
let root: string;
let ports: string[];
let database: TestDatabase;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'billing-codes-install-sql-'));
  const [esl = 0, sip = 0] = await freePorts(2);
  ports = ['--esl-port', String(esl), '--sip-port', String(sip)];
  database = await createDatabase(true);
});
afterAll(async () => {
  rmSync(base, { recursive: true, force: true });
  await database.drop();
});
beforeEach(() => {
  root = mkdtempSync(join(base, 'root-'));
  mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  mkdirSync(join(root, 'etc', 'freeswitch'), { recursive: true });
  const program = join(root, 'usr', 'bin', 'freeswitch');
  writeFileSync(program, '#!/bin/sh\necho "FreeSWITCH version: 1.10.12-release~64bit"\n', { mode: 0o755 });
});

const last = listMigrations().length;
const install = (...args: string[]): Promise<Ran> =>
  run(['install', '--root', root, '--migrate', '--3cx-host', '10.0.0.2', ...ports, ...args]);
const to = (connectionString: string): string[] => ['--sqlserver-connection-string', connectionString];
const changed = (part: RegExp, text: string): string => database.connectionString.replace(part, text);

function tree(): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file, entry.isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'folder'];
    }),
  );
}

async function version(): Promise<number> {
  const { recordset } = await database.pool
    .request()
    .query<{ V: number | null }>(
      `IF OBJECT_ID('dbo.SchemaMigrations') IS NULL SELECT 0 AS V ELSE SELECT MAX(Version) AS V FROM dbo.SchemaMigrations`,
    );
  return recordset[0]?.V ?? 0;
}

/** As before the last migrations: each of them may be run again. */
const takeBack = (versions: number): Promise<unknown> =>
  database.pool.request().batch(`DELETE FROM dbo.SchemaMigrations WHERE Version > ${last - versions}`);

function expectRefused(ran: Ran, before: Record<string, string>, why: RegExp): void {
  expect(ran).toMatchObject({ code: 1 });
  expect(ran.stderr).toMatch(/^billing-codes install: [^\n]*; everything is as it was\n$/);
  expect(ran.stderr).toMatch(why);
  expect(ran.stderr).not.toContain('mistaken');
  expect(tree()).toEqual(before);
}

describe('billing-codes install, with SQL Server', () => {
  it('leaves nothing behind where the server is away or the password is wrong', async () => {
    const before = tree();
    const [port = 0] = await freePorts(1);
    expectRefused(await install(...to(changed(/,\d+;/, `,${port};`))), before, /127\.0\.0\.1/);
    expectRefused(await install(...to(changed(/Password=[^;]*/, 'Password=mistaken'))), before, /[Ll]ogin failed/);
    expect(await version()).toBe(0);
  });

  it('makes the schema at first, keeps an edited file and brings the schema up to date at an upgrade', async () => {
    const fresh = await install(...to(database.connectionString));
    expect(fresh).toMatchObject({ code: 0, stderr: '' });
    expect(fresh.stdout).toContain(`from version 0 to ${last}`);
    expect(await version()).toBe(last);

    const dialplan = join(root, 'etc', 'freeswitch', 'dialplan', 'billing.xml');
    const edited = readFileSync(dialplan, 'utf8').replace('hold_music=silence', 'hold_music=local_stream://moh');
    writeFileSync(dialplan, edited);
    await takeBack(1);

    // What is to be changed comes to nothing with the schema.
    const before = tree();
    const settings = join(root, 'etc', 'billing-codes', 'billing-codes.json');
    const kept = readFileSync(settings, 'utf8');
    writeFileSync(settings, kept.replace(/Password=[^;"]*/, 'Password=mistaken'));
    const wrong = tree();
    expectRefused(await install('--carrier-host', 'sip.example.com'), wrong, /[Ll]ogin failed/);
    writeFileSync(settings, kept);
    expect(tree()).toEqual(before);
    expect(await version()).toBe(last - 1);

    const upgraded = await install('--carrier-host', 'sip.example.com');
    expect(upgraded).toMatchObject({ code: 0, stderr: '' });
    expect(upgraded.stdout).toContain(`from version ${last - 1} to ${last}`);
    expect(await version()).toBe(last);
    expect(readFileSync(dialplan, 'utf8')).toBe(edited);
    expect(readFileSync(settings, 'utf8')).toBe(kept);
    expect(readFileSync(join(root, 'etc', 'freeswitch', 'vars_billing.xml'), 'utf8')).toContain('sip.example.com');

    const again = await install();
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain(`the schema is up to date (version ${last})`);
  });

  it('needs no right to change a schema that is up to date, and says who has to where it is not', async () => {
    const login = `${database.name}_controller`;
    await database.pool.request().batch(`CREATE LOGIN ${login} WITH PASSWORD = 'Controller-test-1'`);
    try {
      await database.pool.request().batch(`CREATE USER ${login} FOR LOGIN ${login}`);
      await database.pool.request().batch(`ALTER ROLE billing_controller ADD MEMBER ${login}`);
      const asController = changed(/User Id=[^;]*/, `User Id=${login}`).replace(
        /Password=[^;]*/,
        'Password=Controller-test-1',
      );
      const before = tree();
      await takeBack(1);
      expectRefused(
        await install(...to(asController)),
        before,
        /a login that owns the database \(db_owner\) must do that: billing-codes migrate/,
      );
      expect(await version()).toBe(last - 1);
      expect((await run(['migrate', ...to(database.connectionString)])).code).toBe(0);
      expect(await install(...to(asController))).toMatchObject({ code: 0, stderr: '' });
    } finally {
      await dropLogin(database.pool, login);
    }
  });
});
