import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import type { Check } from '../../../src/web/health.ts';
import { connect } from '../../../src/store/sqlserver/connect.ts';
import { run as billing } from '../../cli/run.ts';
import { eventually, happens, startTestController } from '../../support/controller.ts';
import { createDatabase, dropLogin, type TestDatabase } from './server.ts';

const roles = ['controller', 'report', 'admin'] as const;
type Role = (typeof roles)[number];
const password = 'Of-a-test-1';

let database: TestDatabase;
const login = (role: Role): string => `${database.name}_${role}`;
beforeAll(async () => {
  database = await createDatabase();
  for (const role of roles) {
    await database.pool.request().batch(`CREATE LOGIN ${login(role)} WITH PASSWORD = '${password}'`);
    await database.pool.request().batch(`CREATE USER ${login(role)} FOR LOGIN ${login(role)}`);
    await database.pool.request().batch(`EXEC sp_addrolemember 'billing_${role}', '${login(role)}'`);
  }
  await database.pool.request().batch(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith & Co')`);
});
afterAll(async () => {
  for (const role of roles) {
    await dropLogin(database.pool, login(role));
  }
  await database.drop();
});

const stringOf = (role: Role): string =>
  database.connectionString
    .replace(/User Id=[^;]*/i, `User Id=${login(role)}`)
    .replace(/Password=[^;]*/i, `Password=${password}`);

async function as(role: Role, statements: readonly string[]): Promise<string[]> {
  const pool = await connect({ ...database.config, user: login(role), password }, () => undefined);
  const refused: string[] = [];
  try {
    for (const statement of statements) {
      await pool
        .request()
        .batch(statement)
        .catch((error: unknown) => refused.push(`${statement}: ${String(error)}`));
    }
  } finally {
    await pool.close();
  }
  return refused;
}

const newCall = (callId: string): string =>
  `INSERT INTO dbo.CallRecords (CallId, SwitchName, Controller, EntryMode, Extension, CallerName, Code, KeyedNumber, StartedAt, BillableMs, Estimated)
VALUES ('${callId}', 'fs1', 'c', 'direct', '201', 'n', '1', '2', SYSUTCDATETIME(), 0, 0)`;
const march = `@From = '2026-03-01', @Until = '2026-04-01'`;
const reports = [
  `EXEC dbo.usp_ReportUsage ${march}`,
  `EXEC dbo.usp_ReportCalls ${march}`,
  `EXEC dbo.usp_ReportTopDestinations ${march}`,
  `EXEC dbo.usp_ReportTopCalls ${march}`,
  'EXEC dbo.usp_ReportUnusedAccounts',
];
const tables = ['Departments', 'Accounts', 'Extensions', 'CallRecords', 'Rates', 'RateTables'];
const changes = (table: string): string[] => {
  const column = table === 'Rates' ? 'Destination' : 'Name';
  return [`UPDATE dbo.${table} SET ${column} = ${column}`, `DELETE FROM dbo.${table}`];
};

describe('roles', () => {
  it('a controller copies and records, and changes nothing that it did not write', async () => {
    expect(
      await as('controller', [...tables.map((table) => `SELECT TOP (1) * FROM dbo.${table}`), newCall('a')]),
    ).toEqual([]);
    const forbidden = [
      ...['Departments', 'Accounts', 'Extensions', 'Rates', 'RateTables'].flatMap(changes),
      `INSERT INTO dbo.Accounts (Code, Name) VALUES ('9', 'own')`,
      'DELETE FROM dbo.CallRecords',
      'DELETE FROM dbo.DirectoryChanges',
      'EXEC dbo.usp_PruneChanges',
    ];
    expect(await as('controller', forbidden)).toHaveLength(forbidden.length);
  });

  it('a report writer reads everything but billing codes', async () => {
    const { recordset } = await database.pool.request().query<{ Relation: string; Name: string }>(
      `SELECT TABLE_NAME AS Relation, COLUMN_NAME AS Name FROM INFORMATION_SCHEMA.COLUMNS
WHERE LOWER(TABLE_NAME) IN ('accounts', 'callrecords')`,
    );
    const readable = recordset.filter(({ Name }) => Name.toLowerCase() !== 'code');
    expect(readable.length).toBeGreaterThan(recordset.length / 2);
    const allowed = [
      ...readable.map(({ Relation, Name }) => `SELECT TOP (1) ${Name} FROM dbo.${Relation}`),
      ...['Departments', 'Extensions', 'Rates', 'RateTables', 'CallMoves', 'ReportCalls', 'ReportCallsLocal'].map(
        (relation) => `SELECT TOP (1) * FROM dbo.${relation}`,
      ),
      ...reports,
    ];
    expect(await as('report', allowed)).toEqual([]);
    const secrets = [
      'SELECT Code FROM dbo.Accounts',
      'SELECT * FROM dbo.Accounts',
      `SELECT Id FROM dbo.Accounts WHERE Code LIKE '1%'`,
      'SELECT COUNT(*) FROM dbo.Accounts GROUP BY Code',
      'SELECT Id FROM dbo.Accounts ORDER BY Code',
      'SELECT Code FROM dbo.CallRecords',
      'SELECT * FROM dbo.CallRecords',
      `SELECT CallId FROM dbo.CallRecords WHERE Code = '1'`,
      'SELECT * FROM dbo.AccountsImport',
    ];
    expect(await as('report', secrets)).toHaveLength(secrets.length);
    const forbidden = [
      newCall('b'),
      'DELETE FROM dbo.CallRecords',
      `INSERT INTO dbo.Accounts (Code, Name) VALUES ('9', 'x')`,
    ];
    expect(await as('report', forbidden)).toHaveLength(forbidden.length);
  });

  it('an administrator maintains the directory and rates, changes who pays for a call, and runs reports', async () => {
    const allowed = [
      `INSERT INTO dbo.Departments (Name) VALUES (N'Sales')`,
      `INSERT INTO dbo.Accounts (Code, Name) VALUES ('2', N'b')`,
      `UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '2'`,
      `DELETE FROM dbo.Accounts WHERE Code = '2'`,
      `INSERT INTO dbo.Extensions (Number, Name) VALUES ('201', N'Lobby')`,
      `INSERT INTO dbo.RateTables (Name, Currency) VALUES (N'Standard', 'USD')`,
      `INSERT INTO dbo.Rates (TableId, Prefix, Destination, PriceMicros) SELECT Id, '1801', N'Utah', 5000 FROM dbo.RateTables`,
      'EXEC dbo.usp_PruneChanges',
      ...reports,
      'SELECT TOP (1) * FROM dbo.ReportCallsLocal',
      `INSERT INTO dbo.CallMoves (CallId, MovedAt, MovedBy, Why, ToAccountId, ToAccountName)
VALUES ('a', SYSUTCDATETIME(), N'Anna', N'wrong code', 1, N'Smith & Co')`,
      `UPDATE dbo.CallRecords SET AccountId = 1, ChargeMicros = 1 WHERE CallId = 'a'`,
    ];
    expect(await as('admin', allowed)).toEqual([]);
    const forbidden = [newCall('c'), 'UPDATE dbo.CallRecords SET BillableMs = 0', 'DELETE FROM dbo.CallRecords'];
    expect(await as('admin', forbidden)).toHaveLength(forbidden.length);
  });

  it('the rights of billing_controller are enough for a controller, and check says so', async () => {
    const checked = await billing(['sqlserver', 'check'], {
      BILLING_SQLSERVER_CONNECTION_STRING: stringOf('controller'),
    });
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^login .*, billing_controller$/m);
    const controller = await startTestController({ 'sqlserver.connectionString': stringOf('controller') });
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
    try {
      await eventually(() => controller.store.findAccountByCode('12345'));
      const { callId } = await simulator.placeCall({ dialled: '9', keys: ['12345**8016424655#'], outOfKeys: 'hang-up' })
        .finished;
      const row = await eventually(async () => {
        const { recordset } = await database.pool
          .request()
          .query<{ Outcome: string | null }>(`SELECT Outcome FROM dbo.CallRecords WHERE CallId = '${callId}'`);
        return recordset[0]?.Outcome ?? null;
      });
      expect(row).toBe('answered');
    } finally {
      simulator.close();
      await controller.dispose();
    }
  });

  it('a controller whose login lacks rights names the GRANTs, and tries again with growing pauses', async () => {
    const controller = await startTestController({
      'sqlserver.connectionString': stringOf('report'),
      'log.level': 'info',
    });
    try {
      await eventually(() =>
        Promise.resolve(controller.logged().includes('GRANT INSERT ON dbo.CallRecords') ? true : null),
      );
      await new Promise((resolve) => setTimeout(resolve, 5000));
      expect(controller.logged()).not.toContain('SQL Server answers');
      const lines = controller.logged().split('\n');
      expect(lines.filter((line) => line.includes('lacks rights')).length).toBeLessThan(8);
    } finally {
      await controller.dispose();
    }
  });

  it('a right that is taken away while a controller runs stops what needs it alone, which names the GRANT', async () => {
    const controller = await startTestController({
      'sqlserver.connectionString': stringOf('controller'),
      'sqlserver.lookupMs': '10000',
      'http.port': '0',
      'log.level': 'info',
    });
    const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
    const batch = (text: string) => database.pool.request().batch(text);
    const dial = async (code: string): Promise<string> => {
      const keys = [`${code}**8016424655#`];
      const call = await simulator.placeCall({ dialled: '9', keys, outOfKeys: 'hang-up' }).finished;
      expect(call.answered).toBe(true);
      return call.callId;
    };
    const arrived = (callId: string) =>
      eventually(async () => {
        const { recordset } = await database.pool
          .request()
          .query<{ N: number }>(
            `SELECT 1 AS N FROM dbo.CallRecords WHERE CallId = '${callId}' AND EndedAt IS NOT NULL`,
          );
        return recordset[0] ?? null;
      });
    const named = (what: RegExp) => happens(() => what.test(controller.logged()));
    const heldUp = async (): Promise<string | null> => {
      const health = (await (await fetch(`http://127.0.0.1:${controller.webAddress()?.port ?? 0}/healthz`)).json()) as {
        warnings: Check[];
      };
      return health.warnings.find(({ name }) => name === 'link-held-up')?.problem ?? null;
    };
    const nameOf = async (code: string) => (await controller.store.findAccountByCode(code))?.name ?? null;
    try {
      await eventually(() => controller.store.findAccountByCode('12345'));
      // Records, and what is noted of what was sent, by which a restore is noticed: codes are still made and revoked.
      await batch('REVOKE INSERT ON dbo.CallRecords FROM billing_controller');
      await batch('REVOKE INSERT ON dbo.ControllerMarks FROM billing_controller');
      await batch('REVOKE UPDATE ON dbo.ControllerMarks FROM billing_controller');
      await batch('REVOKE SELECT ON dbo.RateChanges FROM billing_controller');
      const waiting = await dial('12345');
      await named(/call records are not sent until .*GRANT INSERT ON dbo\.CallRecords to it/);
      await named(/GRANT INSERT ON dbo\.ControllerMarks; GRANT UPDATE ON dbo\.ControllerMarks to it/);
      await named(/rates are not copied until .*GRANT SELECT ON dbo\.RateChanges to it/);
      await batch(`UPDATE dbo.Accounts SET Name = N'renamed' WHERE Code = '12345'`);
      await eventually(async () => ((await nameOf('12345')) === 'renamed' ? true : null));
      await batch(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('777', N'new')`);
      await dial('777');
      // The directory: calls are still recorded there.
      await batch('GRANT INSERT ON dbo.CallRecords TO billing_controller');
      await batch('REVOKE SELECT ON dbo.DirectoryChanges FROM billing_controller');
      await arrived(waiting);
      await named(/the directory is not copied until .*GRANT SELECT ON dbo\.DirectoryChanges to it/);
      await arrived(await dial('12345'));
      expect(await heldUp()).toContain('GRANT SELECT ON dbo.DirectoryChanges');
      await batch('GRANT SELECT ON dbo.DirectoryChanges TO billing_controller');
      await batch(`UPDATE dbo.Accounts SET Name = N'again' WHERE Code = '12345'`);
      await eventually(async () => ((await nameOf('12345')) === 'again' ? true : null));
      await batch('GRANT SELECT ON dbo.RateChanges TO billing_controller');
      await batch('GRANT INSERT, UPDATE ON dbo.ControllerMarks TO billing_controller');
      for (const what of ['call records are not sent', 'the directory is not copied', 'rates are not copied'])
        await named(new RegExp(`mended: ${what}`));
      await eventually(async () => ((await heldUp()) === null ? true : null));
      // The same again is news again.
      await batch('REVOKE SELECT ON dbo.DirectoryChanges FROM billing_controller');
      await happens(() => controller.logged().split('the directory is not copied until').length === 3);
      expect(controller.logged()).not.toContain('SQL Server is unreachable');
    } finally {
      for (const [kinds, table] of [
        ['INSERT', 'CallRecords'],
        ['INSERT, UPDATE', 'ControllerMarks'],
        ['SELECT', 'RateChanges'],
        ['SELECT', 'DirectoryChanges'],
      ])
        await batch(`GRANT ${kinds ?? ''} ON dbo.${table ?? ''} TO billing_controller`);
      simulator.close();
      await controller.dispose();
    }
  });

  it('a controller that begins without some of its rights does what the others are for', async () => {
    const parts = ['Controllers', 'LedgerShares', 'PhoneLocks', 'Requests', 'LedgerTransfers', 'CallMonths', 'Rates'];
    const batch = (text: string) => database.pool.request().batch(text);
    for (const table of parts) await batch(`REVOKE SELECT ON dbo.${table} FROM billing_controller`);
    const controller = await startTestController({
      'sqlserver.connectionString': stringOf('controller'),
      'log.level': 'info',
    });
    try {
      await eventually(() => controller.store.findAccountByCode('12345'));
      for (const table of parts)
        await happens(() => new RegExp(`GRANT SELECT ON dbo.${table}\\b`).test(controller.logged()));
    } finally {
      for (const table of parts) await batch(`GRANT SELECT ON dbo.${table} TO billing_controller`);
      await controller.dispose();
    }
  });

  it('check names the rights that a login lacks', async () => {
    const checked = await billing(['sqlserver', 'check'], { BILLING_SQLSERVER_CONNECTION_STRING: stringOf('report') });
    expect(checked.code).toBe(1);
    expect(checked.stderr).toMatch(/this login lacks .*INSERT on dbo\.CallRecords.*billing_controller/);
  });
});
