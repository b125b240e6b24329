import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { unrestricted } from '../../src/words/directory.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { code } from './calls.ts';
import { controllerProcess, freePorts } from './controller.ts';
import { createDisk, diskShim } from './disk.ts';
import { judge, mergeRecords } from './judge.ts';
import { ledgerProblems, muchMoney, priceCalls } from './ledger.ts';
import { startSwitch } from './switch.ts';

const talk: FarEnd = { kind: 'answers', afterMs: 60, talkMs: 250, hangsUp: 'callee' };
const right = { dialled: '9', keys: [`${code}**8016424655#`], outOfKeys: 'hang-up' } as const;

/** One call of each kind; each later than the one before, so that their writes are not all in one transaction. */
const scripts: readonly CallScript[] = [
  { ...right, farEnd: talk },
  { ...right, farEnd: { kind: 'refuses', status: 486, afterMs: 60 } },
  { ...right, farEnd: talk, hangUpAfterMs: 400 },
  { dialled: '8', keys: [{ digits: '12', thenHangUp: true }] },
  { dialled: '9', keys: ['99999**1#', '99999#', '99999#'], outOfKeys: 'hang-up' },
];

const settleMs = 100;

export type CrashPoint = {
  /** At which write of SQLite the controller was to die, counted from its first call. */
  write: number;
  /** Null: all calls were over before there were so many. */
  died: boolean;
  wrong: string[];
};

/**
 * Kills a controller at its `write`-th write to the database or its WAL, brings it back, and holds its calls against their
 * records. Null: this machine cannot do it (no C compiler, or not Linux).
 */
export async function crashAt(write: number): Promise<CrashPoint | null> {
  const folder = mkdtempSync(join(tmpdir(), 'billing-codes-crash-'));
  const shim = diskShim(folder);
  if (shim === null) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const disk = createDisk(shim, folder, 'disk');
  const cdrFolder = join(folder, 'cdr');
  mkdirSync(cdrFolder);
  const [eslPort = 0, httpPort = 0, eventPort = 0] = await freePorts(3);
  const controller = controllerProcess({
    ...{ name: 'mortal', eslPort, httpPort, folder: join(folder, 'data'), env: disk.env },
    flags: {
      ...{ '--cdr-dir': cdrFolder, '--cdr-scan-ms': '200', '--cdr-settle-ms': '300', '--call-ring-seconds': '2' },
      ...{ '--call-settle-ms': '50', '--log-level': 'warn', '--cdr-wait-seconds': '3' },
      ...{ '--entry-first-digit-ms': '1000', '--entry-digit-ms': '500' },
    },
  });
  const file = join(folder, 'data', 'billing-codes.db');
  const before = await openLocalStore({ file });
  await before.addAccount({
    ...{ code, name: 'Crash', department: null, customerNumbers: [], enabled: true },
    ...{ validFromMs: null, validUntilMs: null, restriction: unrestricted },
    ...muchMoney,
  });
  await priceCalls(before);
  await before.close();
  await controller.start();
  const fs = await startSwitch({
    ...{ controllers: `127.0.0.1:${eslPort}`, eventSocket: { port: eventPort, password: 'x' }, cdrFolder, posts: [] },
  });
  try {
    disk.set(`kill ${write}`);
    const gone = controller.gone();
    for (const script of scripts) {
      fs.place(script);
      await pause(40);
    }
    const over = async (): Promise<void> => {
      while (fs.live() > 0) await pause(20);
    };
    await Promise.race([gone, over()]);
    await over();
    // The last records may wait for others to share their transaction.
    await pause(settleMs);
    disk.set('sound');
    const died = !(await isAlive(httpPort));
    // Of a process that was killed a moment ago, the system may have something to clear away.
    if (died) await controller.kill();
    // Alive: what it still writes is written. Dead: it comes back and finds what it left.
    if (died) await controller.start();
    while (readdirSync(cdrFolder).some((name) => name.endsWith('.json'))) await pause(50);
    while (!(await isSettled(httpPort))) await pause(50);
    await controller.stop();
    const store = await openLocalStore({ file });
    const records = mergeRecords([await store.listCallRecords()]);
    const inLedger = await ledgerProblems(store, 'the controller');
    await store.close();
    return { write, died, wrong: [...judge(fs.truths(), records).wrong, ...inLedger] };
  } finally {
    fs.close();
    await controller.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const isAlive = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  );

async function isSettled(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  const { lostCalls, liveCalls } = (await answer.json()) as { lostCalls: number; liveCalls: number };
  return lostCalls === 0 && liveCalls === 0;
}
