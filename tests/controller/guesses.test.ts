import { afterEach, describe, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { systemClock, type Clock } from '../../src/words/clock.ts';
import { openLocalStore } from '../../src/store/sqlite/store.ts';
import { databaseFile } from '../../src/controller/database-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

const controllers: TestController[] = [];
const simulators: ReturnType<typeof createSimulator>[] = [];
afterEach(async () => {
  for (const simulator of simulators.splice(0)) simulator.close();
  for (const controller of controllers.splice(0)) await controller.dispose();
});

async function start(flags: Record<string, string> = {}, clock?: Clock): Promise<TestController> {
  const controller = await startTestController({ 'guessing.phoneLimit': '2', 'entry.tries': '2', ...flags }, clock);
  controllers.push(controller);
  return controller;
}

/** A call from a phone that keys these; answers what it heard last, and its record. */
async function call(controller: TestController, extension: string, dialled: string, keys: readonly string[]) {
  const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  simulators.push(simulator);
  const { heard, callId } = await simulator.placeCall({ dialled, keys, callerNumber: extension }).finished;
  const record = await eventually(async () => {
    const found = await controller.store.findCallRecord(callId);
    return found?.endedAtMs == null ? null : found;
  });
  return { heard: heard.map(({ file }) => file), record };
}

describe('a phone that tries codes', () => {
  it('is locked: the right code is then refused in the words of a wrong one, masked, and an emergency call goes out', async () => {
    const controller = await start();
    await controller.store.addAccount(account('123456'));
    const wrong = await call(controller, '201', '8', ['777777#', '888888#']);
    expect(wrong.record).toMatchObject({ outcome: 'refused', reason: 'code-unknown', code: '****88' });
    const locked = await call(controller, '201', '9', ['123456**8016424655#', '123456#']);
    expect(locked.record).toMatchObject({ outcome: 'refused', reason: 'code-locked', accountId: null, code: '****56' });
    const spoken = (files: string[]): string[] => files.filter((file) => file.includes('code-'));
    expect(spoken(locked.heard).every((file) => file.endsWith('code-unknown'))).toBe(true);
    expect(controller.logged()).toContain('a phone is locked: too many wrong codes');
    expect(controller.logged()).not.toContain('123456');
    const other = await call(controller, '202', '9', ['123456**8016424655#']);
    expect(other.record).toMatchObject({ outcome: 'answered', code: '123456' });
    const emergency = await call(controller, '201', '9', ['911#']);
    expect(emergency.record).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  }, 30_000);

  it.each([
    ['its answer', ['700001#', '711002#', '722003#', '733004#911'], 3],
    ['its answer, with a # behind it', ['700001#', '711002#', '722003#', '733004#911#'], 3],
    ['its answer, in the middle of another code', ['700001#', '711002#', '722003#', '733004#99999**911#'], 3],
  ])('does not keep an emergency call waiting for %s', async (_, keys, answers) => {
    const controller = await start({ 'guessing.phoneLimit': '20', 'entry.tries': '10' });
    const { heard, record } = await call(controller, '201', '8', keys);
    expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', accountId: null });
    // The answer to the last code would have come after a second.
    expect(heard.filter((file) => file.endsWith('code-unknown'))).toHaveLength(answers);
  });

  it.each([
    ['a code, which is good', ['733004#123456#', '8016424655#']],
    ['a code and a number', ['733004#123456**8016424655#']],
    ['a code and a number, one after the other', ['733004#123456#8016424655#']],
    ['codes, the last of which is good', ['733004#744005#123456#', '8016424655#']],
  ])('loses nothing of what it keys while it waits for an answer: %s', async (_, keys) => {
    const controller = await start({ 'guessing.phoneLimit': '20', 'entry.tries': '10' });
    await controller.store.addAccount(account('123456'));
    const { record } = await call(controller, '201', '8', ['700001#', '711002#', '722003#', ...keys]);
    expect(record).toMatchObject({ outcome: 'answered', code: '123456', calledE164: '+18016424655' });
  });

  it('stays locked over a restart, and is released by an administrator beside the running controller', async () => {
    const first = await start();
    await first.store.addAccount(account('123456'));
    await call(first, '201', '8', ['777777#', '888888#']);
    await eventually(async () => ((await first.store.listLocks(Date.now())).length > 0 ? true : null));
    await first.stop(0);
    const second = await start({ 'data.dir': first.folder });
    const locked = await call(second, '201', '9', ['123456**8016424655#', '123456#']);
    expect(locked.record).toMatchObject({ reason: 'code-locked' });
    const beside = await openLocalStore({
      file: databaseFile(loadConfig({ file: null, env: {}, flags: { 'data.dir': first.folder } })),
    });
    expect(await beside.releaseLocks('201')).toBe(1);
    await beside.close();
    await eventually(() => Promise.resolve(second.logged().includes('a lock was released') ? true : null), 3_000);
    const released = await call(second, '201', '9', ['123456**8016424655#']);
    expect(released.record).toMatchObject({ outcome: 'answered' });
  }, 30_000);
});

describe('a lock is good for its time, however this machine’s clock is set', () => {
  /** A clock that somebody sets (`set`), and time that passes (`pass`). */
  function clockInHand() {
    let setMs = 0;
    let passedMs = 0;
    return {
      ...systemClock,
      nowMs: () => systemClock.nowMs() + setMs + passedMs,
      monotonicMs: () => systemClock.monotonicMs() + passedMs,
      set: (ms: number) => void (setMs += ms),
      pass: (ms: number) => void (passedMs += ms),
    };
  }
  const [minute, day] = [60_000, 86_400_000];

  async function lockedPhone(clock: Clock): Promise<TestController> {
    const controller = await start({ 'guessing.lockMinutes': '5' }, clock);
    await controller.store.addAccount(account('123456'));
    await call(controller, '201', '8', ['777777#', '888888#']);
    await eventually(async () => ((await controller.store.listLocks(clock.nowMs())).length > 0 ? true : null));
    return controller;
  }

  const reason = async (controller: TestController): Promise<string | null> =>
    (await call(controller, '201', '9', ['123456**8016424655#', '123456#'])).record.reason;
  /** A moment for the next look at what is kept. */
  const look = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 450));

  it('set back, and right again', async () => {
    const clock = clockInHand();
    const controller = await lockedPhone(clock);
    clock.pass(minute);
    for (const ms of [-day, day]) {
      clock.set(ms);
      await look();
    }
    expect(await reason(controller)).toBe('code-locked');
    clock.pass(4 * minute + 1_000);
    // Of a lock that was, the right code is to be keyed twice.
    expect(await reason(controller)).toBeNull();
    await look();
    expect(controller.logged()).not.toContain('a lock was released');
  });

  it('set back before a restart: for no longer than it was made for', async () => {
    const clock = clockInHand();
    const first = await lockedPhone(clock);
    await first.stop(0);
    clock.set(-day);
    const second = await start({ 'data.dir': first.folder }, clock);
    await look();
    expect(await reason(second)).toBe('code-locked');
    clock.pass(5 * minute + 1_000);
    expect(await reason(second)).toBeNull();
  });

  /** Whether the phone is locked after these minutes, and no longer after these. */
  async function lasts(controller: TestController, clock: { pass: (ms: number) => void }, minutes: [number, number]) {
    await look();
    clock.pass(minutes[0] * minute);
    expect(await reason(controller)).toBe('code-locked');
    clock.pass((minutes[1] - minutes[0]) * minute + 1_000);
    expect(await reason(controller)).toBeNull();
  }

  it.each([
    ['ahead', 'while it is down', 0, day],
    ['ahead by less than a lock', 'while it is down', 0, 3 * minute],
    ['back', 'while it is down', 0, -day],
    ['right, from a day ahead', 'while it is down', day, -day],
    ['right, from a day behind', 'while it is down', -day, day],
  ])('set %s %s: for what was left of it', async (_how, _when, beforeMs, duringMs) => {
    const clock = clockInHand();
    clock.set(beforeMs);
    const first = await lockedPhone(clock);
    clock.pass(minute);
    await first.stop(0);
    clock.set(duringMs);
    clock.pass(minute);
    await lasts(await start({ 'data.dir': first.folder }, clock), clock, [2, 3]);
  });

  it.each([day, -day])('set by %i ms while it is down, and right again after another restart', async (ms) => {
    const clock = clockInHand();
    const first = await lockedPhone(clock);
    await first.stop(0);
    clock.set(ms);
    const second = await start({ 'data.dir': first.folder, 'guessing.phoneLimit': '1', 'entry.tries': '1' }, clock);
    await look();
    // Another phone is locked meanwhile.
    await call(second, '202', '8', ['777777#']);
    await eventually(async () => ((await second.store.listLocks(clock.nowMs())).length > 1 ? true : null));
    await second.stop(0);
    clock.set(-ms);
    clock.pass(minute);
    const third = await start({ 'data.dir': first.folder }, clock);
    await lasts(third, clock, [3, 4]);
  });
});
