import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { arrivedAt, cdrsCome, ship } from './life.ts';
import { seed, seedText } from '../support/random.ts';
import { expected, plannedCalls } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'billing-codes-crash-'));
const library = join(folder, 'death.so');
const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(import.meta.dirname, 'death.c'), '-ldl']);
/** A process can be killed at a certain write by a preloaded library, which is Linux's way. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

type Life = { file: string; remote: string; confirmed: string[]; writes: number; killed: boolean };

/** Lives until the given write, or to the end. */
async function live(deathAt: number): Promise<Life> {
  const home = join(folder, String(deathAt));
  mkdirSync(home);
  const [file, remote, armed] = [join(home, 'calls.db'), join(home, 'remote.jsonl'), join(home, 'armed')] as const;
  copyFileSync(join(folder, 'empty.db'), file);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'process.ts'), file, remote, armed], {
    env: {
      ...{ LD_PRELOAD: library, DEATH_AT: String(deathAt), DEATH_ARMED: armed, DEATH_FILES: 'remote.jsonl' },
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  return {
    ...{ file, remote, confirmed: output.split('\n').slice(0, -1), killed: signal === 'SIGKILL' },
    writes: readFileSync(armed, 'utf8').length,
  };
}

/** What was confirmed before the death must be there after it, whatever else is. */
async function checkAfterDeath(store: LocalStore, confirmed: readonly string[]): Promise<void> {
  for (const { open, closed } of plannedCalls()) {
    const record = await store.findCallRecord(open.callId);
    if (confirmed.includes(`opened ${open.callId}`)) {
      expect(record).toMatchObject({ calleeLegId: open.calleeLegId, calledNumber: open.calledNumber });
    }
    if (confirmed.includes(`closed ${open.callId}`)) expect(record?.endedAtMs).not.toBeNull();
    if (record?.closedBy === closed.closedBy) expect(record).toEqual(closed);
    // Over and priced in one go, or neither.
    const prices = await store.listCallPrices(open.callId);
    expect(prices.length > 0).toBe(record?.outcome === 'answered');
  }
}

/** The next run: FreeSWITCH's CDRs come, those that were taken before come again, and the outbox is sent. */
async function checkAfterRestart(store: LocalStore, remote: string): Promise<void> {
  await cdrsCome(store);
  await ship(store, remote, () => undefined);
  const records = await store.listCallRecords();
  expect(records.map(({ callId }) => callId).sort()).toEqual(Object.keys(expected).sort());
  for (const [callId, record] of Object.entries(expected)) {
    expect(await store.findCallRecord(callId)).toMatchObject(record);
    // At most one guess came before what is known now; a CDR that comes twice leaves no trace.
    expect((await store.listCorrections(callId)).length).toBeLessThanOrEqual(callId === 'guessed' ? 1 : 0);
    const [price] = await store.listCallPrices(callId);
    expect(price === undefined).toBe(record.outcome !== 'answered');
  }
  expect(await store.outboxCounts()).toEqual({ waiting: 0, refused: 0 });
  const arrived = arrivedAt(remote);
  expect(arrived.size).toBe(records.length);
  for (const record of records) expect(arrived.get(record.callId)).toEqual(record);
}

async function check({ file, remote, confirmed }: Life): Promise<void> {
  const db = new Database(file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  const store = await openLocalStore({ file });
  try {
    await checkAfterDeath(store, confirmed);
    await checkAfterRestart(store, remote);
  } finally {
    await store.close();
  }
}

/** One in so many writes; all of them take minutes. From another one on with each seed, so that many runs see all. */
const stride = process.env['BILLING_TEST_CRASH_POINTS'] === 'all' ? 1 : 12;

onLinux('kill -9 at each write of the recorder and the outbox in turn', () => {
  let total = 0;
  beforeAll(async () => {
    if (built.status !== 0)
      throw new Error('install a C compiler (cc): killing a process at a certain write needs death.c built');
    await (await openLocalStore({ file: join(folder, 'empty.db') })).close();
    const whole = await live(0);
    expect(whole.confirmed.at(-1)).toBe('done');
    total = whole.writes;
    await check(whole);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(
    'loses nothing that was confirmed, and leaves every call with one record, priced and sent once',
    async () => {
      expect(total).toBeGreaterThan(100);
      let next = 1 + (seed % stride);
      let points = 0;
      let killed = 0;
      const lane = async (): Promise<void> => {
        for (let at = next; at <= total; at = next) {
          next += stride;
          points += 1;
          const life = await live(at);
          killed += life.killed ? 1 : 0;
          try {
            // How many writes a commit takes may differ by one or two from run to run: what was not killed ended well.
            if (!life.killed) expect(life.confirmed.at(-1)).toBe('done');
            await check(life);
          } catch (error) {
            throw new Error(`${seedText}: killed at write ${at} of ${total}, after: ${life.confirmed.join(', ')}`, {
              cause: error,
            });
          }
        }
      };
      await Promise.all([lane(), lane()]);
      expect(killed).toBeGreaterThan(points * 0.8);
    },
    stride === 1 ? 900_000 : 60_000,
  );
});
