import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

let controller: TestController;
let simulator: Simulator;
let file: string;
let elsewhere: string;

beforeEach(async () => {
  controller = await startTestController({ 'http.port': '0', 'log.level': 'warn' });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  file = join(controller.folder, 'billing-codes.db');
  elsewhere = `${controller.folder}-elsewhere`;
});
afterEach(async () => {
  simulator.close();
  await controller.dispose();
  rmSync(elsewhere, { recursive: true, force: true });
});

const call = (): ReturnType<Simulator['placeCall']> =>
  simulator.placeCall({
    ...{ dialled: '9', keys: ['12345**8016424655#'] },
    farEnd: { kind: 'answers', afterMs: 10, talkMs: 50, hangsUp: 'callee' },
  });

async function answeredCall(): Promise<string> {
  const { callId, finished } = call();
  expect(await finished).toMatchObject({ answered: true });
  return callId;
}

type Readiness = { code: number; status: string; problems: { name: string; problem: string }[] };

async function readiness(): Promise<Readiness> {
  const answer = await fetch(`http://127.0.0.1:${controller.webAddress()?.port ?? 0}/readyz`);
  return { code: answer.status, ...((await answer.json()) as Omit<Readiness, 'code'>) };
}

const notReady = (status: string): Promise<Readiness> =>
  eventually(async () => {
    const now = await readiness();
    return now.status === status ? now : null;
  }, 4_000);

const errors = (): string[] =>
  controller
    .logged()
    .split('\n')
    .filter((line) => line.includes(' error '));

/** What the next run on this folder finds. */
async function nextRun(callIds: readonly string[], folder = controller.folder): Promise<void> {
  const next = await startTestController({ 'data.dir': folder });
  try {
    for (const callId of callIds) {
      expect(await next.store.findCallRecord(callId)).toMatchObject({ callId, outcome: 'answered', closedBy: 'event' });
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('unwritten'))).toEqual([]);
  } finally {
    await next.dispose();
  }
}

describe('a data folder that was moved while the controller runs', () => {
  it('is noticed; calls go on, and nothing is lost when it is moved back', async () => {
    const before = await answeredCall();
    renameSync(controller.folder, elsewhere);
    const found = await notReady('database-gone');
    expect(found).toMatchObject({
      code: 503,
      problems: [{ problem: expect.stringMatching(/was moved while .*move it back/) }],
    });
    const meanwhile = await answeredCall();
    expect(existsSync(controller.folder)).toBe(false);
    renameSync(elsewhere, controller.folder);
    await notReady('ready');
    const after = await answeredCall();
    expect(errors()).toHaveLength(1);
    expect(controller.logged()).toContain('is back where it was');
    await controller.stop(0);
    await nextRun([before, meanwhile, after]);
  });
});

describe('a data folder that was deleted while the controller runs', () => {
  it('is noticed and written again with all that was in it; calls go on, and nothing is lost', async () => {
    const before = await answeredCall();
    const talking = call();
    await eventually(() => Promise.resolve(controller.liveCalls() > 0 ? true : null));
    rmSync(controller.folder, { recursive: true });
    const atOnce = await answeredCall();
    const found = await notReady('database-gone');
    expect(found.code).toBe(503);
    expect(found.problems[0]?.problem).toMatch(/was deleted while .* has been put there again; restart the controller/);
    const after = await answeredCall();
    await talking.finished;
    expect(errors()).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await controller.stop(0);
    const left = await openLocalStore({ file });
    expect(await left.findAccountByCode('12345')).not.toBeNull();
    await left.close();
    await nextRun([before, atOnce, after, talking.callId]);
  });

  it('and cannot be written again: no call goes out without a record, and all are there once it can be', async () => {
    const before = await answeredCall();
    rmSync(controller.folder, { recursive: true });
    // Even whoever may do everything cannot make a folder below a file.
    closeSync(openSync(controller.folder, 'w'));
    const found = await notReady('database-gone');
    expect(found.problems[0]?.problem).toMatch(/cannot be written again \(.*\): let its folder be written to/);
    const refused = call();
    expect(await refused.finished).toMatchObject({ answered: false });
    rmSync(controller.folder);
    await eventually(async () =>
      (await readiness()).problems[0]?.problem.includes('has been put there again') ? true : null,
    );
    const after = await answeredCall();
    await controller.stop(0);
    await nextRun([before, after]);
  });

  it('is the same where the log of the database alone was deleted', async () => {
    const before = await answeredCall();
    rmSync(`${file}-wal`);
    await notReady('database-gone');
    const after = await answeredCall();
    await controller.stop(0);
    await nextRun([before, after]);
  });
});

describe('a data folder that was replaced while the controller runs', () => {
  it.each(['moved away', 'deleted'])(
    'goes on with the one before (%s), and the next start has the records',
    async (how) => {
      const backup = `${elsewhere}-backup`;
      mkdirSync(backup);
      const copy = join(backup, 'billing-codes.db');
      await controller.store.copyTo(copy);
      const before = await answeredCall();
      if (how === 'deleted') for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`);
      else renameSync(controller.folder, elsewhere);
      mkdirSync(dirname(file), { recursive: true });
      cpSync(copy, `${file}.new`);
      renameSync(`${file}.new`, file);
      const found = await notReady('database-replaced');
      expect(found.problems[0]?.problem).toMatch(
        /was replaced by another file while .*restart the controller to use it/,
      );
      const after = await answeredCall();
      expect(errors()).toHaveLength(1);
      await controller.stop(0);
      rmSync(backup, { recursive: true });
      const old =
        how === 'deleted'
          ? readdirSync(controller.folder).find((name) => /^billing-codes-before-.*db$/.test(name))
          : null;
      const oldFile = how === 'deleted' ? join(controller.folder, old ?? '') : join(elsewhere, 'billing-codes.db');
      const former = await openLocalStore({ file: oldFile });
      expect(await former.findCallRecord(before)).not.toBeNull();
      await former.close();
      await nextRun([after]);
    },
  );
});

describe('a database that is damaged while the controller runs', () => {
  it.each([
    ['its beginning', 0, 4096],
    ['all but its beginning', 4096, Infinity],
  ])('is noticed (%s), and the records of calls from then on are kept beside it', async (_, from, to) => {
    await answeredCall();
    // Into the file itself.
    await controller.stop(0);
    const folder = dirname(file);
    const again = await startTestController({ 'http.port': '0', 'data.dir': folder });
    simulator.close();
    simulator = createSimulator({ controllers: `127.0.0.1:${again.port}` });
    controller = again;
    const backup = join(folder, 'backup');
    await controller.store.copyTo(backup);
    overwrite(file, from, to);
    const found = await notReady('database-damaged');
    expect(found.problems[0]?.problem).toMatch(
      /is damaged \(.+\): stop the controller, keep a copy of the file, put the last backup/,
    );
    expect(found.code).toBe(503);
    const emergency = simulator.placeCall({
      ...{ dialled: '911', keys: [] },
      farEnd: { kind: 'answers', afterMs: 10, talkMs: 50, hangsUp: 'callee' },
    });
    expect(await emergency.finished).toMatchObject({ answered: true });
    expect(errors().filter((line) => line.includes('is damaged'))).toHaveLength(1);
    await controller.stop(0);
    for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
    renameSync(backup, file);
    await nextRun([emergency.callId], folder);
    rmSync(folder, { recursive: true });
  });
});

function overwrite(path: string, from: number, to: number): void {
  const descriptor = openSync(path, 'r+');
  const end = Math.min(to, statSync(path).size);
  writeSync(descriptor, Buffer.alloc(end - from, 0xa5), 0, end - from, from);
  closeSync(descriptor);
}
