import { exec } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerProcess, freePorts, type ControllerProcess } from '../../../scripts/chaos/controller.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/freeswitch.ts';
import type { CallResult } from '../../../src/simulator/script.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import { eventually } from '../../support/controller.ts';
import { startProxy, type Proxy } from '../../support/proxy.ts';
import { sharedDatabase, type TestDatabase } from './server.ts';

/** How long the stall lasts; the full minute of the requirement takes a variable, as nobody waits for it at every run. */
const stallMs = Number(process.env['BILLING_TEST_STALL_SECONDS'] ?? '5') * 1000;
/** A command that restarts the server; without it the proxy does what such a server does: reset, refuse, come back. */
const restartCommand = process.env['BILLING_TEST_SQLSERVER_RESTART'] ?? '';
const callsPerFault = 200;
/** A call that waited for SQL Server would take as long as a look-up's deadline at least. */
const lookupMs = 2000;
/** What a machine with other work may take longer from one second to the next; far from a look-up's deadline. */
const unnoticedMs = lookupMs / 5;
/** How long the link may take to come back there: a login takes seconds then. */
const backMs = 120_000;

let database: TestDatabase;
let proxy: Proxy;
const folder = mkdtempSync(join(tmpdir(), 'billing-codes-faults-'));
/** A process of its own, so that what the test does costs it nothing. */
let controller: ControllerProcess;
/** The controller's own database, read beside it. */
let local: LocalStore;
let simulator: Simulator;
const placed: CallResult[] = [];

beforeAll(async () => {
  database = await sharedDatabase();
  proxy = await startProxy({ host: database.config.server, port: database.config.port ?? 1433 });
  await run(`INSERT INTO dbo.Accounts (Code, Name) VALUES ('12345', 'Smith & Co')`);
  const [eslPort = 0, httpPort = 0] = await freePorts(2);
  controller = controllerProcess({
    ...{ name: 'faults', folder, eslPort, httpPort },
    flags: {
      '--sqlserver-connection-string': database.connectionString.replace(
        /Server=[^;]*/i,
        `Server=127.0.0.1,${proxy.port}`,
      ),
      '--sqlserver-sync-ms': '200',
      '--sqlserver-lookup-ms': String(lookupMs),
      '--sqlserver-connect-timeout-ms': '5000',
      '--sqlserver-request-timeout-ms': '5000',
      '--call-settle-ms': '50',
      '--call-settle-after-talk-ms': '500',
    },
  });
  await controller.start();
  local = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  simulator = createSimulator({ controllers: `127.0.0.1:${eslPort}` });
  await eventually(() => local.findAccountByCode('12345'));
  // The first calls pay for code that has not run yet.
  await callsWithin(callsPerFault, 3000);
});
afterAll(async () => {
  simulator.close();
  await local.close();
  await controller.stop();
  await proxy.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (text: string) => database.pool.request().batch(text);
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Places calls, evenly spread; answers how long each took from the last digit to the bridge, milliseconds. */
async function callsWithin(count: number, ms: number): Promise<number[]> {
  const delays: number[] = [];
  const calls: Promise<CallResult>[] = [];
  for (let index = 0; index < count; index += 1) {
    let keyedAtMs = 0;
    calls.push(
      simulator.placeCall({
        ...{ dialled: '9', keys: ['12345**8016424655#'], outOfKeys: 'hang-up' },
        onDialogue(event) {
          if (event.kind === 'keyed') keyedAtMs = event.atMs;
          if (event.kind === 'calling') delays.push(event.atMs - keyedAtMs);
        },
      }).finished,
    );
    await sleep(ms / count);
  }
  placed.push(...(await Promise.all(calls)));
  return delays;
}

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? NaN;

/** Every call so far is in SQL Server, closed and as it was. */
const allThere = (withinMs: number): Promise<true> =>
  eventually(async () => {
    const { waiting } = await local.outboxCounts();
    const { recordset } = await database.pool
      .request()
      .query<{ n: number }>('SELECT COUNT(*) AS n FROM dbo.CallRecords WHERE EndedAt IS NOT NULL');
    return waiting === 0 && recordset[0]?.n === placed.length ? true : null;
  }, withinMs);

/** Calls go on for as long as the fault does, no slower than before it, and then all of them arrive. */
async function during(name: string, ms: number, fault: () => Promise<void>): Promise<void> {
  const calm = await callsWithin(callsPerFault, Math.min(ms, 5000));
  const [delays] = await Promise.all([callsWithin(callsPerFault, ms), fault()]);
  const overAtMs = Date.now();
  await allThere(backMs);
  const figures = [0.5, 0.99, 1].map((q) => `${quantile(delays, q).toFixed(1)}/${quantile(calm, q).toFixed(1)}`);
  process.stdout.write(
    `${name}: last digit to bridge, ms, with the fault/without: median ${figures[0] ?? ''}, 99 % ${figures[1] ?? ''}, ` +
      `most ${figures[2] ?? ''}; all records there ${Date.now() - overAtMs} ms after it\n`,
  );
  expect(delays).toHaveLength(callsPerFault);
  expect(quantile(delays, 0.5)).toBeLessThan(Math.max(unnoticedMs, quantile(calm, 0.5) + 20));
  expect(quantile(delays, 0.99)).toBeLessThan(lookupMs);
}

describe('calls while the connection to SQL Server', () => {
  it('is cut, again and again', async () => {
    await during('cut', 4000, async () => {
      for (let times = 0; times < 8; times += 1) {
        await sleep(450);
        proxy.cut();
      }
    });
  });

  it('is stalled: open, and no byte moves', async () => {
    await during('stall', stallMs, async () => {
      proxy.stall();
      await sleep(stallMs);
      proxy.resume();
    });
  });

  it('is half open: the other end is gone without notice', async () => {
    await during('half-open', 5000, async () => {
      await sleep(500);
      proxy.halfOpen();
    });
  });

  it('is reset in the middle of batches', async () => {
    await during('reset in mid-batch', 5000, async () => {
      for (const bytes of [900, 2500, 6000, 15_000, 30_000]) {
        proxy.resetAfter(bytes, 2);
        await eventually(() => Promise.resolve(proxy.resetsLeft() === 0 ? true : null), backMs);
      }
    });
  });

  it('is gone with its server, which returns', async () => {
    await during('restart', 5000, async () => {
      await sleep(500);
      await proxy.stop();
      const isRefused = () => /SQL Server is unreachable.*ECONNREFUSED/.test(controller.logged());
      await eventually(() => Promise.resolve(isRefused() ? true : null), backMs);
      await proxy.start();
    });
  });

  if (restartCommand !== '') {
    it('is gone with its server, which is really restarted', async () => {
      await during('real restart', 8000, async () => {
        await sleep(500);
        await promisify(exec)(restartCommand);
      });
    });
  }

  it('all have their record, once, and it says what happened', async () => {
    const { recordset } = await database.pool
      .request()
      .query<{ CallId: string; BillableMs: string; Outcome: string }>(
        'SELECT CallId, BillableMs, Outcome FROM dbo.CallRecords',
      );
    expect(recordset).toHaveLength(placed.length);
    expect(placed.length).toBeGreaterThanOrEqual(1000);
    const truth = new Map(placed.map(({ callId, billableMs }) => [callId, billableMs]));
    expect(truth.size).toBe(placed.length);
    expect(recordset.filter((row) => truth.get(row.CallId) !== Number(row.BillableMs))).toEqual([]);
    expect(new Set(recordset.map(({ Outcome }) => Outcome))).toEqual(new Set(['answered']));
    expect(await local.outboxCounts()).toEqual({ waiting: 0, refused: 0 });
  });
});
