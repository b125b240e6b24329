import { createSocket, type Socket } from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run, type Ran } from '../../cli/run.ts';
import { createDatabase, type TestDatabase } from './server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase(true);
});
afterAll(() => database.drop());

const billing = (args: readonly string[], connectionString = database.connectionString): Promise<Ran> =>
  run(args, { BILLING_SQLSERVER_CONNECTION_STRING: connectionString });
const changed = (part: RegExp, to: string): string => database.connectionString.replace(part, to);
const batch = (text: string) => database.pool.request().batch(text);

describe('the first contact with a SQL Server', () => {
  it.each([['master'], ['tempdb'], ['model'], ['msdb']])('refuses to migrate %s', async (name) => {
    const ran = await billing(['migrate'], changed(/Database=[^;]*/, `Database=${name}`));
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^billing-codes: [^\n]+\n$/);
    // Babelfish has no model.
    if (name !== 'model') expect(ran.stderr).toMatch(/belongs to SQL Server itself.*sqlserver\.database/);
  });

  it('names a database of its own where check or a controller meets master, and not a migration', async () => {
    const ran = await billing(['sqlserver', 'check'], changed(/Database=[^;]*/, 'Database=master'));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/master belongs to SQL Server itself.*sqlserver\.database/);
    expect(ran.stderr).not.toContain('billing-codes migrate');
  });

  it('refuses a connection string that names no database', async () => {
    const ran = await billing(['migrate'], changed(/;Database=[^;]*/, ''));
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^billing-codes: no database is named: .*sqlserver\.database/);
  });

  it('names trustServerCertificate where the certificate is self-signed', async () => {
    const ran = await billing(['sqlserver', 'check'], changed(/Encrypt=false/, 'Encrypt=true'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^billing-codes: .*certificate.*sqlserver\.trustServerCertificate/);
  });

  it('says that integrated security is not supported', async () => {
    for (const text of ['Integrated Security=SSPI', 'Trusted_Connection=yes']) {
      const ran = await billing(['sqlserver', 'check'], `Server=127.0.0.1;Database=x;${text}`);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toMatch(/integrated security is not supported.*User Id and Password/);
    }
  });
});

describe('a named instance', () => {
  /** SQL Server Browser, as far as a client asks it (MS-SQLR, 2.2.5). */
  let browser: Socket;
  beforeAll(async () => {
    browser = createSocket('udp4');
    browser.on('message', (asked, { port, address }) => {
      const name = asked.subarray(1).toString('latin1').replaceAll('\0', '');
      if (!/^(?:SQLX)?$/i.test(name)) return;
      const answer = Buffer.from(
        `ServerName;HERE;InstanceName;SQLX;IsClustered;No;Version;16.0.1000.6;tcp;${database.config.port ?? 1433};;`,
      );
      const head = Buffer.from([5, 0, 0]);
      head.writeUInt16LE(answer.length, 1);
      browser.send(Buffer.concat([head, answer]), port, address);
    });
    await new Promise<void>((resolve) => browser.bind(1434, '127.0.0.1', resolve));
  });
  afterAll(() => void browser.close());

  const at = (server: string) => changed(/Server=[^;]*/, `Server=${server}`);

  it('is found by its name', async () => {
    const ran = await billing(['migrate', '--dry-run'], at('127.0.0.1\\SQLX'));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('127.0.0.1\\SQLX/');
  });

  it('is not looked up where a port is named, which counts', async () => {
    const ran = await billing(['migrate', '--dry-run'], at(`127.0.0.1\\NOSUCH,${database.config.port ?? 1433}`));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });

  it('that Browser does not know is a line that says so', async () => {
    const ran = await run(['migrate', '--dry-run', '--sqlserver-connect-timeout-ms', '3000'], {
      BILLING_SQLSERVER_CONNECTION_STRING: at('127.0.0.1\\NOSUCH'),
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^billing-codes: .*127\.0\.0\.1\\NOSUCH.*SQL Server Browser.*1434.*sqlserver\.port/);
  });
});

describe('check', () => {
  it('finds what is missing of the schema, an empty clock, and one that another machine overwrote', async () => {
    expect((await billing(['migrate'])).code).toBe(0);
    expect(await billing(['sqlserver', 'check'])).toMatchObject({ code: 0, stderr: '' });

    await batch('DROP PROCEDURE dbo.usp_ReportCalls');
    await batch('DELETE FROM dbo.SchemaMigrations WHERE Version = 5');
    const lacking = await billing(['sqlserver', 'check']);
    expect(lacking.code).toBe(1);
    expect(lacking.stderr).toContain('the schema lacks 0005-upkeep.sql, dbo.usp_ReportCalls: run');

    await batch('DELETE FROM dbo.SiteClock');
    expect((await billing(['sqlserver', 'check'])).stderr).toMatch(/dbo\.SiteClock is empty.*billing-codes migrate/);

    const tokyo = (...args: string[]) =>
      run(['migrate', ...args, '--site-time-zone', 'Asia/Tokyo'], {
        BILLING_SQLSERVER_CONNECTION_STRING: database.connectionString,
      });
    await billing(['migrate']);
    expect((await tokyo('--dry-run')).stdout).toMatch(/would become those of site\.timeZone here, Asia\/Tokyo/);
    expect((await billing(['migrate'])).stdout).not.toContain('another time zone');
    expect((await tokyo()).stdout).toMatch(/all reports in T-SQL become those of site\.timeZone here, Asia\/Tokyo/);
    expect((await billing(['sqlserver', 'check'])).stderr).toMatch(/another time zone than site\.timeZone here, UTC/);
  });
});
