import type { CallRecord } from '../../src/words/call-record.ts';
import { readCallRecords } from '../../src/store/sqlserver/records/records.ts';
import { createDatabase } from '../../tests/real/sqlserver/server.ts';
import { startProxy } from '../../tests/support/proxy.ts';
import type { Random } from './random.ts';

/** A SQL Server that controllers reach through a network which fails. */
export type MortalServer = {
  /** Settings of a controller, by flag. */
  flags: Readonly<Record<string, string>>;
  addAccount(code: string, blockedPrefixes: string): Promise<void>;
  /** Lets the network fail at once; answers how, and what to call when it is to be well again. */
  fail(random: Random): { how: string; heal: () => Promise<void> };
  records(): Promise<CallRecord[]>;
  drop(): Promise<void>;
};

/** A new database on the server that BILLING_TEST_SQLSERVER names, and a proxy before it. */
export async function startServer(): Promise<MortalServer> {
  const database = await createDatabase();
  const proxy = await startProxy({ host: database.config.server, port: database.config.port ?? 1433 });
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    flags: {
      '--sqlserver-connection-string': database.connectionString.replace(
        /Server=[^;]*/i,
        `Server=127.0.0.1,${proxy.port}`,
      ),
      ...{ '--sqlserver-sync-ms': '300', '--sqlserver-lookup-ms': '500' },
      ...{ '--sqlserver-connect-timeout-ms': '5000', '--sqlserver-request-timeout-ms': '5000' },
    },
    async addAccount(code, blockedPrefixes) {
      await database.pool
        .request()
        .input('code', code)
        .input('blocked', blockedPrefixes)
        .query(`INSERT INTO dbo.Accounts (Code, Name, BlockedPrefixes) VALUES (@code, 'Chaos', @blocked)`);
    },
    fail(random) {
      switch (random.below(6)) {
        case 0:
          proxy.cut();
          return { how: 'link to SQL Server closed', heal: nothing };
        case 1:
          proxy.reset();
          return { how: 'link to SQL Server reset', heal: nothing };
        case 2:
          proxy.resetAfter(random.between(0, 20_000), 2);
          return { how: 'link to SQL Server reset within a request', heal: nothing };
        case 3:
          proxy.halfOpen();
          return { how: 'link to SQL Server half open', heal: nothing };
        case 4:
          proxy.stall();
          return { how: 'link to SQL Server stalled', heal: () => Promise.resolve().then(() => proxy.resume()) };
        default:
          void proxy.stop();
          return { how: 'SQL Server away', heal: () => proxy.start() };
      }
    },
    records: () => readCallRecords(database.pool, database.name).listCallRecords(),
    async drop() {
      await proxy.close();
      await database.drop();
    },
  };
}
