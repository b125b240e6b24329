import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/words/clock.ts';
import { closedRecord, openRecord } from '../../store/records.ts';
import { createSimulator } from '../../../src/simulator/freeswitch.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { hour, jumpingClock, year } from '../../support/jumping-clock.ts';

const recordings = join(import.meta.dirname, '..', '..', 'recordings', 'freeswitch-wire', 'json_cdr');
const calleeLeg = 'a43b6741-3b0a-4304-ac33-2707e97811da';
const callId = 'd4f9c4e8-6822-4e44-a422-26ea9c236fea';
const text = readFileSync(join(recordings, 'answered-callee-hangs-up', `${calleeLeg}.cdr.json`), 'utf8');

let folder: string;
let controller: TestController | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'billing-codes-spool-'));
});
afterEach(async () => {
  await controller?.dispose();
  controller = null;
  rmSync(folder, { recursive: true, force: true });
});

async function start(flags: Record<string, string> = {}, clock = systemClock): Promise<TestController> {
  const settings = {
    'cdr.dir': folder,
    'cdr.scanMs': '50',
    'cdr.incompleteMs': '200',
    ...flags,
  };
  controller = await startTestController(settings, clock);
  await controller.store.save(openRecord(callId, { calleeLegId: calleeLeg, bridgedAtMs: 1 }));
  return controller;
}
const appears = (where: string, file: string): Promise<true> =>
  eventually(() => Promise.resolve(existsSync(join(folder, where, file)) ? true : null));
/** It is linked there before its old name goes (`put` of spool-files.ts). */
const isDone = async (file: string): Promise<true> => {
  await appears('done', file);
  return leaves(join(folder, file));
};
/** The reason is the last step of taking a file: it is there before it is written. */
const isQuarantined = (file: string): Promise<true> => {
  const path = join(folder, 'quarantine', `${file}.reason`);
  return eventually(() => Promise.resolve(existsSync(path) && readFileSync(path, 'utf8').endsWith('\n') ? true : null));
};
const leaves = (path: string | Buffer): Promise<true> =>
  eventually(() => Promise.resolve(existsSync(path) ? null : true));

describe('the folder that mod_json_cdr writes to', () => {
  type Warning = { name: string; problem: string };
  async function warnings(): Promise<Warning[]> {
    const { port } = controller?.webAddress() ?? { port: 0 };
    const answer = (await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()) as { warnings: Warning[] };
    return answer.warnings;
  }
  /** A file that could not be moved is tried again after some seconds. */
  const warned = (name: string, is: boolean): Promise<true> =>
    eventually(async () => ((await warnings()).some((one) => one.name === name) === is ? true : null), 30_000);

  it('is named by /readyz while it is away', async () => {
    await start({ 'http.port': '0' });
    await appears('quarantine', '');
    expect(await warnings()).toEqual([]);
    renameSync(folder, `${folder}-elsewhere`);
    await warned('cdr-folder', true);
    expect((await warnings())[0]?.problem).toMatch(/\(cdr\.dir\) cannot be read .*ENOENT.*: let the user/);
    renameSync(`${folder}-elsewhere`, folder);
    await warned('cdr-folder', false);
    expect(controller?.logged()).toContain('(cdr.dir) can be read and written again');
  });

  it('is named by /readyz where what was taken cannot be moved away', async () => {
    writeFileSync(join(folder, 'done'), 'no folder');
    const one = await start({ 'http.port': '0' });
    for (const at of [1, 2, 3]) writeFileSync(join(folder, `${at}.cdr.json`), text);
    await warned('cdr-folder', true);
    expect((await warnings())[0]?.problem).toMatch(/\(cdr\.dir\) cannot be written \(.*done'\): .*let the user/);
    expect(one.logged().match(/cannot be written/g)).toHaveLength(1);
    await eventually(async () => ((await one.store.findCallRecord(callId))?.endedAtMs != null ? true : null));
    rmSync(join(folder, 'done'));
    mkdirSync(join(folder, 'done'));
    await warned('cdr-folder', false);
  }, 40_000);

  it('is named by /readyz where FreeSWITCH writes no CDR there any more, until it does', async () => {
    let passedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
    const one = await start({ 'http.port': '0' }, clock);
    await one.store.addAccount(account('12345'));
    let writes = true;
    const simulator = createSimulator({
      controllers: `127.0.0.1:${one.port}`,
      onCdr: ({ legId, text: cdr }) => {
        if (writes) writeFileSync(join(folder, `${legId}.cdr.json`), cdr);
      },
    });
    const call = async (): Promise<void> => {
      const { callId: id } = await simulator.placeCall({ dialled: '9', keys: ['99999#'], outOfKeys: 'hang-up' })
        .finished;
      await eventually(async () => ((await one.store.findCallRecord(id))?.endedAtMs != null ? true : null));
      if (writes) await isDone(`${id}.cdr.json`);
      passedMs += 61_000;
    };
    try {
      await call();
      writes = false;
      await call();
      await call();
      await eventually(async () =>
        (await warnings())[0]?.problem.includes('of the last 2 calls') === true ? true : null,
      );
      expect(await warnings()).toEqual([{ name: 'no-cdrs', problem: expect.stringContaining('(cdr.dir)') as unknown }]);
      expect(one.logged().match(/has written no CDR/g)).toHaveLength(1);
      writes = true;
      await call();
      await warned('no-cdrs', false);
      await eventually(() => Promise.resolve(one.logged().includes('(cdr.dir) again') ? true : null));
    } finally {
      simulator.close();
    }
  });

  it('is read while FreeSWITCH writes to it: an incomplete file waits until it is complete', async () => {
    const { store } = await start({ 'cdr.incompleteMs': '60000' });
    const file = join(folder, `${calleeLeg}.cdr.json`);
    writeFileSync(file, text.slice(0, 3000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await store.findCallRecord(callId)).toMatchObject({ endedAtMs: null });
    appendFileSync(file, text.slice(3000));
    await isDone(`${calleeLeg}.cdr.json`);
    expect(await store.findCallRecord(callId)).toMatchObject({ outcome: 'answered', billableMs: 1000 });
    expect(readdirSync(folder).sort()).toEqual(['done', 'quarantine']);
  });

  it('is missed when it goes, is not made anew in the place of the one that FreeSWITCH writes to, and is read again when it is back', async () => {
    const one = await start();
    await eventually(() => Promise.resolve(existsSync(join(folder, 'quarantine')) ? true : null));
    renameSync(folder, `${folder}-elsewhere`);
    await eventually(() => Promise.resolve(one.logged().includes('(cdr.dir) cannot be read') ? true : null));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(folder)).toBe(false);
    expect(one.logged().match(/cannot be read/g)).toHaveLength(1);
    writeFileSync(join(`${folder}-elsewhere`, `${calleeLeg}.cdr.json`), text);
    renameSync(`${folder}-elsewhere`, folder);
    await isDone(`${calleeLeg}.cdr.json`);
    expect(await one.store.findCallRecord(callId)).toMatchObject({ outcome: 'answered', billableMs: 1000 });
  });

  it('has what is called as a CDR and is no file named, once, and followed nowhere', async () => {
    mkdirSync(join(folder, 'a-folder.cdr.json'));
    symlinkSync(join(recordings, 'answered-callee-hangs-up', `${calleeLeg}.cdr.json`), join(folder, 'a-link.cdr.json'));
    const one = await start();
    await eventually(() => Promise.resolve(one.logged().includes('a-link.cdr.json in the CDR folder') ? true : null));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(one.logged().match(/stays there/g)).toHaveLength(2);
    expect(readdirSync(folder).sort()).toEqual(['a-folder.cdr.json', 'a-link.cdr.json', 'done', 'quarantine']);
  });

  it('has what will never be a CDR moved away with the reason, and nothing else', async () => {
    writeFileSync(join(folder, 'cut.cdr.json'), text.slice(0, 3000));
    writeFileSync(join(folder, 'empty.cdr.json'), '{}\n');
    writeFileSync(join(folder, 'readme.txt'), 'not ours');
    await start();
    await isQuarantined('cut.cdr.json');
    await isQuarantined('empty.cdr.json');
    const reason = (file: string): string => readFileSync(join(folder, 'quarantine', `${file}.reason`), 'utf8');
    expect(reason('cut.cdr.json')).toBe('it is cut off, or is not JSON\n');
    expect(reason('empty.cdr.json')).toBe('it has no "variables"\n');
    expect(readdirSync(folder).sort()).toEqual(['done', 'quarantine', 'readme.txt']);
  });

  it('has CDRs of what else FreeSWITCH does put aside without a word: legs that it was told to originate have no other one', async () => {
    const cdr = JSON.parse(text) as { variables: Record<string, string> };
    const variables = Object.entries(cdr.variables).filter(([name]) => !/^(originating_leg_uuid$|billing_)/.test(name));
    const foreign = `${JSON.stringify({ ...cdr, variables: Object.fromEntries(variables) })}\n`;
    expect(variables).toContainEqual(['direction', 'outbound']);
    const { store } = await start();
    writeFileSync(join(folder, 'foreign.cdr.json'), foreign);
    await isDone('foreign.cdr.json');
    expect(await store.findCallRecord(callId)).toMatchObject({ endedAtMs: null });
    expect(await store.listCallRecords()).toHaveLength(1);
    expect(controller?.logged()).not.toContain('quarantine');
  });

  it('has CDRs with impossible figures moved away, which bill nothing', async () => {
    const file = `${calleeLeg}.cdr.json`;
    const forged = text.replace(/"end_uepoch":\s*"\d+"/, '"end_uepoch":"9999999999999999"');
    expect(forged).not.toBe(text);
    const { store } = await start();
    writeFileSync(join(folder, file), forged);
    await isQuarantined(file);
    expect(readFileSync(join(folder, 'quarantine', `${file}.reason`), 'utf8')).toBe(
      'its end_uepoch is impossible: 2286-11-20T17:46:40.000Z\n',
    );
    expect(await store.findCallRecord(callId)).toMatchObject({ endedAtMs: null, billableMs: 0 });
  });

  it.each([-year, -hour, hour, year])('is read whatever the time: the clock is set forward by %i ms', async (ms) => {
    const clock = jumpingClock();
    const { store } = await start({}, clock);
    // What has ended is a sign of how late it is, by FreeSWITCH's clock.
    await store.save(closedRecord('before', { startedAtMs: Date.now() }));
    await controller?.stop(0);
    const { folder: data } = controller ?? { folder: '' };
    clock.jump(ms);
    controller = await startTestController({ 'cdr.dir': folder, 'data.dir': data }, clock);
    writeFileSync(join(folder, `${calleeLeg}.cdr.json`), text);
    await isDone(`${calleeLeg}.cdr.json`);
    expect(await controller.store.findCallRecord(callId)).toMatchObject({ outcome: 'answered', billableMs: 1000 });
    rmSync(data, { recursive: true, force: true });
  });

  it('never replaces a file in done or quarantine: a second one of the same name has a number', async () => {
    const file = `${calleeLeg}.cdr.json`;
    await start();
    const second = text.replace('"billsec":"1"', '"billsec":"2"');
    for (const [at, content] of [text, second, '{}\n', '{"variables":{}}\n'].entries()) {
      writeFileSync(join(folder, file), content);
      const place = at < 2 ? 'done' : 'quarantine';
      const name = at % 2 === 0 ? file : `${calleeLeg}~2.cdr.json`;
      await (at < 2 ? leaves(join(folder, file)) : isQuarantined(name));
      expect(readFileSync(join(folder, place, name), 'utf8')).toBe(content);
    }
    expect(readdirSync(join(folder, 'done')).sort()).toEqual([file, `${calleeLeg}~2.cdr.json`].sort());
    expect(readFileSync(join(folder, 'quarantine', `${calleeLeg}~2.cdr.json.reason`), 'utf8')).toMatch(/name no leg/);
    expect(readFileSync(join(folder, 'quarantine', `${file}.reason`), 'utf8')).toBe('it has no "variables"\n');
  });

  it('is not taken again at every look where it cannot be moved, and is moved once it can be', async () => {
    const file = `${calleeLeg}.cdr.json`;
    // A file where the folder is to be: nothing can be moved into it, whoever tries.
    writeFileSync(join(folder, 'done'), '');
    const { store } = await start({ 'cdr.scanMs': '20' });
    writeFileSync(join(folder, file), text);
    await eventually(async () => ((await store.findCallRecord(callId))?.endedAtMs == null ? null : true));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const said = (): string[] =>
      controller
        ?.logged()
        .split('\n')
        .filter((line) => line.includes(file)) ?? [];
    expect(said()).toEqual([expect.stringContaining('was taken, but cannot be moved')]);
    rmSync(join(folder, 'done'));
    await isDone(file);
    expect(said()).toHaveLength(1);
  });

  it.each([
    ['a line break and ESC', Buffer.from('od\nd\u001b[31m\u202e.cdr.json'), 'od_d_[31m_.cdr.json'],
    ['what is not UTF-8', Buffer.from([0x6f, 0xff, 0xfe, ...Buffer.from('.cdr.json')]), 'o__.cdr.json'],
    ['255 bytes', Buffer.from(`${'x'.repeat(246)}.cdr.json`), `${'x'.repeat(191)}.cdr.json`],
  ])('has files whose names have %s taken, or moved away, under a name that can be shown', async (_, name, cleaned) => {
    await start();
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    writeFileSync(path, '{}\n');
    await isQuarantined(cleaned);
    expect(readdirSync(join(folder, 'quarantine')).sort()).toEqual([cleaned, `${cleaned}.reason`].sort());
    writeFileSync(path, text);
    await leaves(path);
    expect(readdirSync(join(folder, 'done'))).toEqual([cleaned]);
    expect(controller?.logged()).toMatch(/moved to quarantine file=/);
    expect(controller?.logged()).not.toMatch(/[\u001b\u202e]/);
  });

  it('keeps and counts the CDR of a call that never reached a controller', async () => {
    writeFileSync(join(folder, 'stranger.cdr.json'), text.replaceAll(callId, 'stranger'));
    const { store } = await start();
    await isDone('stranger.cdr.json');
    expect(await store.findCallRecord('stranger')).toBeNull();
  });
});
