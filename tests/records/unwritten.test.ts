import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { controllerProcess, freePorts } from '../../scripts/chaos/controller.ts';
import { createDisk, diskShim } from '../../scripts/chaos/disk.ts';
import { takeUpUnwritten, unwrittenFields, writeUnwritten } from '../../src/records/unwritten.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { closedRecord, openRecord } from '../store/records.ts';
import { account, eventually } from '../support/controller.ts';

let folder: string;
let store: LocalStore;
let said: string[];
/** What is to be ended, however the test ended. */
let cleanups: (() => unknown)[];
const log = {
  info: (message: string) => void said.push(message),
  error: (message: string, fields: object) => void said.push(`${message} ${JSON.stringify(fields)}`),
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-unwritten-'));
  store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  [said, cleanups] = [[], []];
});
afterEach(async () => {
  for (const cleanUp of cleanups.reverse()) await cleanUp();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const left = (): string[] => readdirSync(folder).filter((name) => name.startsWith('unwritten'));

describe('records that the database did not take before the end', () => {
  it('are read at the next start from a file that nobody else may read, which is then deleted', async () => {
    const records = [closedRecord('a'), openRecord('b', { callerName: 'line\nbreak' })];
    const file = await writeUnwritten(folder, records, Date.parse('2026-11-25T12:00:00Z'));
    expect(file).toMatch(/unwritten-2026-11-25T120000\.000Z-[0-9a-f]{8}\.jsonl$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await takeUpUnwritten(folder, store, log);
    for (const record of records) expect(await store.findCallRecord(record.callId)).toEqual(record);
    expect(left()).toEqual([]);
  });

  it('never reopen a call that was closed since', async () => {
    const closed = closedRecord('a', { closedBy: 'json-cdr', estimated: false });
    await store.save(closed);
    await writeUnwritten(folder, [openRecord('a')], 0);
    await takeUpUnwritten(folder, store, log);
    expect(await store.findCallRecord('a')).toEqual(closed);
    expect(left()).toEqual([]);
  });

  it('are taken up as well where an earlier version, whose records had fewer fields, left them', async () => {
    const earlier: Partial<CallRecord> = closedRecord('a');
    delete earlier.gateway;
    writeFileSync(join(folder, 'unwritten-x.jsonl'), `${JSON.stringify(earlier)}\n`);
    await takeUpUnwritten(folder, store, log);
    expect(await store.findCallRecord('a')).toEqual({ ...earlier, gateway: null });
    expect(left()).toEqual([]);
  });

  it.each([
    ['breaks off', `${JSON.stringify(closedRecord('a'))}\n{"callId":"b`, /line 2 is not a record/],
    ['holds something else', '{"callId":"a"}\n', /not stored/],
  ])('stay in the file if it %s, and the log says so', async (_, text, why) => {
    writeFileSync(join(folder, 'unwritten-x.jsonl'), text);
    await takeUpUnwritten(folder, store, log);
    expect(left()).toEqual(['unwritten-x.jsonl']);
    expect(said).toEqual([expect.stringMatching(why)]);
  });

  it('are logged with all that a bill needs except the code if no file can be written', async () => {
    await expect(writeUnwritten(join(folder, 'nowhere'), [closedRecord('a')], 0)).rejects.toThrow(/ENOENT/);
    const { record } = unwrittenFields(closedRecord('a')) as { record: string };
    expect(JSON.parse(record)).toEqual({ ...closedRecord('a'), code: '***45' });
  });
});

describe('a controller whose disk hangs', () => {
  it('ends by its deadline, and the next one has the records', async () => {
    const shim = diskShim(folder);
    if (shim === null) throw new Error('this test needs Linux and a C compiler (cc)');
    const [eslPort = 0] = await freePorts(1);
    const disk = createDisk(shim, folder, 'c1');
    const data = join(folder, 'data');
    mkdirSync(data);
    const controller = controllerProcess({
      ...{ name: 'c1', folder: data, eslPort, httpPort: -1, env: disk.env },
      flags: { '--drain-deadline-seconds': '12' },
    });
    const other = await openLocalStore({ file: join(data, 'billing-codes.db') });
    cleanups.push(() => other.close());
    await other.addAccount(account('12345'));
    cleanups.push(() => controller.kill());
    await controller.start();
    const simulator = createSimulator({ controllers: `127.0.0.1:${eslPort}` });
    cleanups.push(() => simulator.close());
    const calls = Array.from({ length: 3 }, () =>
      simulator.placeCall({
        ...{ dialled: '9', keys: ['12345**8016424655#'] },
        farEnd: { kind: 'answers', afterMs: 10, talkMs: 500, hangsUp: 'callee' },
      }),
    );
    await eventually(async () => {
      const open = await other.listCallRecords({ open: true });
      return open.filter(({ bridgedAtMs }) => bridgedAtMs !== null).length === 3 ? true : null;
    });
    disk.set('hang');
    const truths = await Promise.all(calls.map(({ finished }) => finished));
    const begunMs = performance.now();
    await controller.stop();
    expect(performance.now() - begunMs).toBeLessThan(17_000);
    expect(controller.logged()).toContain('the next start will read them from a file');
    expect(controller.logged()).toMatch(/stopped unfinishedCalls=0 unwrittenRecords=3/);
    const [file = ''] = readdirSync(data).filter((name) => /^unwritten-.*\.jsonl$/.test(name));
    expect(readFileSync(join(data, file), 'utf8').trim().split('\n')).toHaveLength(3);
    disk.set('sound');
    await controller.start();
    for (const { callId, billableMs } of truths) {
      expect(await other.findCallRecord(callId)).toMatchObject({ outcome: 'answered', billableMs, closedBy: 'event' });
    }
    expect(existsSync(join(data, file))).toBe(false);
    await controller.stop();
  }, 60_000);
});
