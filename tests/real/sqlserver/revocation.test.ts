import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import { readCallRecords } from '../../../src/store/sqlserver/records/records.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { startSlowLine, type SlowLine } from '../../support/slow-line.ts';
import { openOffice } from './office.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

/** Mass changes, and how long the others may take on a machine with much else to do. */
const accounts = Number(process.env['BILLING_TEST_ACCOUNTS'] ?? 30_000);
const patienceMs = 120_000;
/** They wait for each other, and for those of other suites. */
const longMs = 4 * patienceMs;
const roundTripMs = 40;

let database: TestDatabase;
let line: SlowLine;
let controller: TestController;
beforeAll(async () => {
  database = await sharedDatabase();
  await oneAtATime(async () => {
    for (let at = 0; at < accounts; at += 1000) {
      const rows = Array.from({ length: 1000 }, (_, index) => `('${1_000_000 + at + index}', N'a')`);
      await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ${rows.join(', ')}`);
    }
  });
  const [, host = '', port = ''] = /Server=([^,;]+),(\d+)/i.exec(database.connectionString) ?? [];
  line = await startSlowLine({ host, port: Number(port) }, roundTripMs);
  controller = await startTestController({
    'sqlserver.connectionString': database.connectionString.replace(`${host},${port}`, `127.0.0.1,${line.port}`),
    'sqlserver.lookupMs': '5000',
    'log.level': 'info',
  });
  await caughtUp();
}, longMs);
afterAll(async () => {
  await controller.dispose();
  line.close();
  await database.drop();
}, patienceMs);

const run = (text: string) => database.pool.request().batch(text);
const kept = async (): Promise<number> =>
  (JSON.parse((await controller.store.directoryPosition()) ?? '{"last":-1}') as { last: number }).last;
const lastChange = async (): Promise<number> => {
  const { recordset } = await database.pool
    .request()
    .query<{ n: string | null }>('SELECT MAX(Id) AS n FROM dbo.DirectoryChanges');
  return Number(recordset[0]?.n ?? 0);
};
async function caughtUp(): Promise<void> {
  const last = await lastChange();
  await eventually(async () => ((await kept()) >= last ? true : null), patienceMs);
}
const refused = (code: string): Promise<true> =>
  eventually(
    async () => ((await controller.store.findAccountByCode(code))?.enabled === true ? null : true),
    patienceMs,
  );

describe(`behind a change of ${accounts} rows, at ${roundTripMs} ms a round trip`, () => {
  it.each([
    ['disabled', 'UPDATE dbo.Accounts SET Enabled = 0 WHERE Code =', '1000100'],
    ['deleted', 'DELETE FROM dbo.Accounts WHERE Code =', '1000200'],
    ['given another code', `UPDATE dbo.Accounts SET Code = '77' WHERE Code =`, '1000300'],
  ])(
    'a code that is %s is refused long before the rest is copied, even if as many changes follow',
    (_, statement, code) =>
      oneAtATime(async () => {
        await run(`UPDATE dbo.Accounts SET Name = Name + N'x'`);
        await run(`${statement} '${code}'`);
        const since = performance.now();
        const follows = run(`UPDATE dbo.Accounts SET Name = Name + N'y'`);
        await refused(code);
        const tookMs = performance.now() - since;
        // Of what was before it, and of what follows, much is still to come.
        await follows;
        const left = (await lastChange()) - (await kept());
        await caughtUp();
        const allMs = performance.now() - since;
        process.stdout.write(`refused after ${Math.round(tookMs)} ms, all copied after ${Math.round(allMs)} ms\n`);
        expect(left).toBeGreaterThan(0);
        expect(tookMs).toBeLessThan(allMs / 3);
      }),
    longMs,
  );

  it(
    'a code is refused while an import is under way, and while what it wrote is copied',
    () =>
      oneAtATime(async () => {
        const [revoked, left] = ['1000400', '1000401'];
        const inputs = Array.from({ length: accounts }, (_, index) => String(1_000_000 + index))
          .filter((code) => code !== revoked && code !== left)
          .map((code) => ({ code, name: 'imported', department: null, enabled: true }));
        const office = await openOffice({ ...database.config, server: '127.0.0.1', port: line.port });
        try {
          let isOver = false;
          const importing = office.importAccounts(inputs).finally(() => (isOver = true));
          await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '${revoked}'`);
          const since = performance.now();
          await refused(revoked);
          const tookMs = performance.now() - since;
          expect(isOver).toBe(false);
          await importing;
          await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '${left}'`);
          const after = performance.now();
          await refused(left);
          const tookAfterMs = performance.now() - after;
          await caughtUp();
          const allMs = performance.now() - after;
          process.stdout.write(
            `during an import of ${inputs.length} accounts refused after ${Math.round(tookMs)} ms, right after it after ` +
              `${Math.round(tookAfterMs)} ms; all copied after ${Math.round(allMs)} ms\n`,
          );
          expect(tookAfterMs).toBeLessThan(allMs / 3);
        } finally {
          await office.close();
        }
      }),
    longMs,
  );

  it(
    'a code is refused while a transaction stays open that changed others, and one that it takes away itself once it is over',
    () =>
      oneAtATime(async () => {
        const transaction = database.pool.transaction();
        await transaction.begin();
        const within = (text: string) => transaction.request().batch(text);
        await within(`UPDATE dbo.Accounts SET Name = N'open' WHERE Code < '1000500'`);
        await within(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '1000700'`);
        await run(`UPDATE dbo.Accounts SET Enabled = 0 WHERE Code = '1000600'`);
        const since = performance.now();
        await refused('1000600');
        const tookMs = performance.now() - since;
        expect((await controller.store.findAccountByCode('1000700'))?.enabled).toBe(true);
        await transaction.commit();
        const after = performance.now();
        await refused('1000700');
        const tookAfterMs = performance.now() - after;
        process.stdout.write(
          `beside an open transaction refused after ${Math.round(tookMs)} ms, by it ${Math.round(tookAfterMs)} ms after its end\n`,
        );
        await eventually(
          async () => ((await controller.store.findAccountByCode('1000450'))?.name === 'open' ? true : null),
          patienceMs,
        );
      }),
    longMs,
  );

  it(
    'the first call of a new code costs what the second does, and is of its department',
    () =>
      oneAtATime(async () => {
        await run(`INSERT INTO dbo.RateTables (Name, Currency, Version) VALUES (N'std', 'USD', 1), (N'own', 'USD', 0)`);
        await run('INSERT INTO dbo.DefaultRateTable (TableId) SELECT Id FROM dbo.RateTables WHERE Version = 1');
        await run(`INSERT INTO dbo.Rates (TableId, Version, Prefix, Destination, ConnectFeeMicros, PriceMicros)
SELECT Id, Version, '1', N'', CASE Version WHEN 1 THEN 1000000 ELSE 20000 END, 0 FROM dbo.RateTables`);
        await run(`UPDATE dbo.Accounts SET Name = Name + N'z'`);
        await run(`INSERT INTO dbo.Departments (Name) VALUES (N'Sales');
INSERT INTO dbo.Accounts (Code, Name, DepartmentId) SELECT '555', N'new', Id FROM dbo.Departments;
INSERT INTO dbo.DepartmentRateTables (DepartmentId, TableId) SELECT d.Id, t.Id FROM dbo.Departments d, dbo.RateTables t WHERE t.Name = N'own'`);
        const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}`, paceMs: 0 });
        const record = async () => {
          const call = simulator.placeCall({ dialled: '9', keys: ['555**8016424655#'], outOfKeys: 'hang-up' });
          const { callId } = await call.finished;
          return eventually(async () => {
            const found = await readCallRecords(database.pool, database.name).findCallRecord(callId);
            return found?.endedAtMs == null ? null : found;
          }, patienceMs);
        };
        const first = await record();
        await caughtUp();
        const second = await record();
        simulator.close();
        const { recordset: departments } = await database.pool
          .request()
          .query<{ Id: number }>('SELECT Id FROM dbo.Departments');
        expect([first.departmentId, second.departmentId]).toEqual([departments[0]?.Id, departments[0]?.Id]);
        const charges = async () => {
          const { recordset } = await database.pool.request().query('SELECT ChargeMicros FROM dbo.CallRecords');
          return recordset.length === 2 && recordset.every((row: object) => Object.values(row)[0] !== null)
            ? recordset
            : null;
        };
        expect(await eventually(charges, patienceMs)).toEqual([{ ChargeMicros: '20000' }, { ChargeMicros: '20000' }]);
      }),
    longMs,
  );
});
