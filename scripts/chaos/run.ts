import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unrestricted } from '../../src/words/directory.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { code, randomCall } from './calls.ts';
import { controllerProcess, freePorts } from './controller.ts';
import { createDisk, diskShim } from './disk.ts';
import { startFaults, type FaultCounts, type Victim } from './faults.ts';
import { judge, mergeRecords, type Verdict } from './judge.ts';
import { ledgerProblems, muchMoney, priceCalls } from './ledger.ts';
import { createRandom } from './random.ts';
import { startServer } from './server.ts';
import { startSwitch } from './switch.ts';

export type ChaosOptions = {
  calls: number;
  seed: number;
  /** New calls a second. */
  rate: number;
  /** Keep the databases and CDRs. */
  keep: boolean;
  /** With the SQL Server that BILLING_TEST_SQLSERVER names as the system of record, and a network to it that fails. */
  sqlserver: boolean;
  log: (line: string) => void;
};

export type ChaosResult = Verdict & { faults: FaultCounts; corrections: number; seconds: number; folder: string };

/** How long what is left may take to be closed once all is well again. */
const settleMs = 90_000;

/** Runs the calls while everything around them dies and comes back, and holds each call against its record. */
export async function runChaos({ calls, seed, rate, keep, sqlserver, log }: ChaosOptions): Promise<ChaosResult> {
  const startedAtMs = Date.now();
  const random = createRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-chaos-'));
  const cdrFolder = join(folder, 'cdr');
  mkdirSync(cdrFolder);
  const [aEsl = 0, aHttp = 0, bEsl = 0, bHttp = 0, eventPort = 0] = await freePorts(5);
  const server = sqlserver ? await startServer() : null;
  await server?.addAccount(code, '1900');
  const shim = diskShim(folder);
  if (shim === null) log('no C compiler, or not Linux: the disk is left alone');

  const victims: Victim[] = [
    { name: 'a', eslPort: aEsl, httpPort: aHttp },
    { name: 'b', eslPort: bEsl, httpPort: bHttp },
  ].map(({ name, eslPort, httpPort }) => {
    const disk = shim === null ? null : createDisk(shim, folder, name);
    const flags = {
      ...{ '--cdr-dir': cdrFolder, '--cdr-password': 'chaos', '--cdr-scan-ms': '300', '--cdr-settle-ms': '500' },
      ...{ '--cdr-wait-seconds': '8', '--freeswitch-host': '127.0.0.1', '--freeswitch-port': `${eventPort}` },
      ...{ '--call-ring-seconds': '2', '--call-settle-ms': '100', '--call-settle-after-talk-ms': '500' },
      ...{ '--drain-deadline-seconds': '1', '--log-level': 'warn' },
      ...server?.flags,
      ...{ '--entry-first-digit-ms': '1500', '--entry-digit-ms': '800' },
    };
    const controller = controllerProcess({
      ...{ name, eslPort, httpPort, flags, folder: join(folder, name), env: disk?.env ?? {} },
    });
    return { name, controller, disk };
  });
  const database = (name: string): string => join(folder, name, 'billing-codes.db');

  for (const { name, controller } of victims) {
    if (server === null) {
      const store = await openLocalStore({ file: database(name) });
      await store.addAccount({
        ...{ code, name: 'Chaos', department: null, customerNumbers: [], enabled: true },
        ...{ validFromMs: null, validUntilMs: null, restriction: { ...unrestricted, blockedPrefixes: ['1900'] } },
        ...muchMoney,
      });
      await priceCalls(store);
      await store.close();
    }
    await controller.start();
    await ofStore(database(name), (store) =>
      until(
        async () => (await store.findAccountByCode(code)) !== null,
        settleMs,
        () => 'the account is not copied',
      ),
    );
  }
  const authorization = `Basic ${Buffer.from('freeswitch:chaos').toString('base64')}`;
  const fs = await startSwitch({
    controllers: `127.0.0.1:${aEsl}|127.0.0.1:${bEsl}`,
    eventSocket: { port: eventPort, password: 'ClueCon' },
    cdrFolder,
    posts: [aHttp, bHttp].map((port) => ({ url: `http://127.0.0.1:${port}/cdr`, authorization })),
  });

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  try {
    const faults = startFaults(victims, fs, server, random);
    // Calls have random numbers of their own: how long a fault takes must not change who calls.
    const callers = createRandom(seed ^ 0x5bd1e995);
    const placingFromMs = Date.now();
    for (let placed = 0; placed < calls;) {
      const due = Math.min(calls, Math.floor(((Date.now() - placingFromMs) / 1000) * rate) + 1);
      for (; placed < due; placed += 1) fs.place(randomCall(callers));
      await pause(10);
    }
    await faults.stop();
    await until(
      () => Promise.resolve(fs.live() === 0),
      settleMs,
      () => `${fs.live()} calls do not end`,
    );
    // Once more, so that what the last lives left open is gone after.
    for (const { controller } of victims) {
      await controller.kill();
      await controller.start();
    }
    const waiting = (): number => readdirSync(cdrFolder).filter((file) => file.endsWith('.json')).length;
    const lost = async (): Promise<number> => {
      const answers = await Promise.all(
        [aHttp, bHttp].map((port) => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.json())),
      );
      return (answers as { lostCalls: number }[]).reduce((sum, { lostCalls }) => sum + lostCalls, 0);
    };
    await until(
      async () => waiting() === 0 && (await lost()) === 0,
      settleMs,
      () => `${waiting()} CDR files are left`,
    );
    if (server !== null) for (const { name } of victims) await ofStore(database(name), untilSent);
    for (const { controller } of victims) await controller.stop();

    let corrections = 0;
    const stores: CallRecord[][] = [];
    const inLedgers: string[] = [];
    for (const { name } of victims) {
      await ofStore(database(name), async (store) => {
        const all = await store.listCallRecords();
        for (const { callId } of all) corrections += (await store.listCorrections(callId)).length;
        stores.push(all);
        inLedgers.push(...(await ledgerProblems(store, name)));
      });
    }
    const records = server === null ? mergeRecords(stores) : mergeRecords([await server.records()]);
    const verdict = judge(fs.truths(), records);
    return {
      ...verdict,
      wrong: [...verdict.wrong, ...inLedgers],
      faults: faults.counts,
      corrections,
      seconds: (Date.now() - startedAtMs) / 1000,
      folder,
    };
  } catch (error) {
    for (const { name, controller } of victims) log(`${name}: ${controller.logged().slice(-2000)}`);
    throw error;
  } finally {
    fs.close();
    for (const { controller } of victims) await controller.kill();
    await server?.drop();
    if (!keep) rmSync(folder, { recursive: true, force: true });
  }
}

async function ofStore<T>(file: string, use: (store: LocalStore) => Promise<T>): Promise<T> {
  const store = await openLocalStore({ file });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** A long outage leaves much to send: it may take its time, as long as it goes on. */
async function untilSent(store: LocalStore): Promise<void> {
  for (let before = Infinity; ;) {
    const goal = before;
    await until(
      async () => {
        before = (await store.outboxCounts()).waiting;
        return before < goal;
      },
      settleMs,
      () => `${before} records still wait for SQL Server`,
    );
    if (before === 0) return;
  }
}

async function until(done: () => Promise<boolean>, withinMs: number, why: () => string): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`not settled within ${withinMs / 1000} s: ${why()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
