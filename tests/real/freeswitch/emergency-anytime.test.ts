import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { account, eventually } from '../../support/controller.ts';
import { startSlowLine } from '../../support/slow-line.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import { keyedCode, openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';
import { expectAsSeen } from './judge.ts';

/** An emergency number that is keyed while nobody has asked for anything: last words are said, or a far end rings. */
let lab: Laboratory;
const numbers = {
  ...{ busy: '8016424710', rings: '8016424711', sounds: '8016424712', answers: '8016424713' },
  failsSoon: '8016424714',
};
/** How long the far end of `failsSoon` rings. */
let failsAfterMs = 0;
const barred = '33333';

beforeAll(async () => {
  lab = await openLaboratory({
    settings: { 'guessing.phoneLimit': '0', 'guessing.siteLimit': '0', 'call.ringSeconds': '20' },
    accounts: [
      account(keyedCode, { prepaid: false }),
      account(barred, { restriction: { ...unrestricted, blockedPrefixes: ['801'] } }),
    ],
  });
  await lab.controller().store.addExtension({
    ...{ number: '205', name: '', department: null, restriction: unrestricted },
    ...{ callsPerMinute: 1 },
  });
  lab.carrier.onCall((dialog) => {
    const is = (number: string): boolean => dialog.invite?.uri.includes(number) === true;
    if (is(numbers.busy)) dialog.respond(486);
    else if (is(numbers.rings) || is(numbers.answers)) dialog.respond(180);
    else if (is(numbers.failsSoon)) {
      dialog.respond(180);
      setTimeout(() => dialog.respond(486), failsAfterMs);
    } else if (is(numbers.sounds)) dialog.respond(183, { sound: true });
    else dialog.respond(200, { sound: true });
  });
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

async function arrive(dialled: string, from = '201'): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled, { from: `<sip:${from}@127.0.0.1:${lab.pbx.port}>` });
  expect(await caller.answered()).toBe(200);
  await sleep(300);
  return caller;
}

async function wrongCodes(): Promise<Dialog> {
  const caller = await arrive('8');
  for (let tries = 0; tries < 3; tries += 1) {
    await caller.keyByInfo('99999#', 10);
    await sleep(600);
  }
  return caller;
}

async function placed(number: string): Promise<Dialog> {
  const before = lab.carrier.calls().length;
  const caller = await lab.place(number);
  await lab.calleeOf(number, before);
  await sleep(500);
  return caller;
}

/** What goes before the emergency number, until last words are said or the far end rings. */
const moments: Readonly<Record<string, () => Promise<Dialog>>> = {
  'the goodbye after the last wrong code': wrongCodes,
  'the farewell of a busy called party': () => placed(numbers.busy),
  'the goodbye after the last number that is too short': async () => {
    const caller = await arrive('8');
    await caller.keyByInfo(`${keyedCode}#`, 10);
    for (let tries = 0; tries < 3; tries += 1) {
      await sleep(700);
      await caller.keyByInfo('21#', 10);
    }
    await sleep(600);
    return caller;
  },
  'the goodbye after the last blocked number': async () => {
    const caller = await arrive('9');
    await caller.keyByInfo(`${barred}**${usualNumber}#`, 10);
    for (let tries = 0; tries < 2; tries += 1) {
      await sleep(700);
      await caller.keyByInfo(`${usualNumber}#`, 10);
    }
    await sleep(600);
    return caller;
  },
  'a ringing call': () => placed(numbers.rings),
  'a ringing call with sound': () => placed(numbers.sounds),
};

async function expectPlaced(caller: Dialog, keys: string, by: 'keyByInfo' | 'keyByRtp' = 'keyByInfo'): Promise<void> {
  const before = lab.carrier.calls().length;
  if (by === 'keyByInfo') await caller.keyByInfo(keys, 200);
  else await caller.keyByRtp(keys);
  const keyedAtMs = Date.now();
  const called = await eventually(() => Promise.resolve(lab.carrier.calls()[before] ?? null), 5_000);
  const afterMs = Date.now() - keyedAtMs;
  expect(called.invite?.uri).toMatch(/^sip:911@/);
  expect(afterMs).toBeLessThan(1_500);
  await sleep(500);
  caller.hangUp();
  const { record, legs } = await lab.outcomeOf(caller);
  // Before it, another far end may have been called.
  const callee = lab.freeswitch.cdrs().find(({ variables }) => variables['uuid'] === record.calleeLegId);
  expect(record).toMatchObject({
    ...{ outcome: 'answered', callType: 'emergency', calledNumber: '911', accountId: null, code: '', reason: null },
    ...{ extension: '201', departmentId: null },
  });
  expect(legs.caller.variables['billing_account_id']).toBeUndefined();
  expectAsSeen(record, { caller: legs.caller, callee: callee ?? null });
}

describe.each(['keyByInfo', 'keyByRtp'] as const)('911 (%s) goes out at once, keyed into', (by) => {
  it.each(Object.keys(moments))('%s', async (name) => {
    const caller = await (moments[name] ?? wrongCodes)();
    await expectPlaced(caller, '911', by);
  });
});

describe('dialled directly', () => {
  it.each(['9-1-1', '911;phone-context=+1', '(911)', '911%20', '%EF%BC%99%EF%BC%91%EF%BC%91', '911,'])(
    'as %s it goes out at once',
    async (dialled) => {
      const before = lab.carrier.calls().length;
      const caller = await lab.pbx.call(dialled);
      expect((await lab.calleeOf('911', before)).invite?.uri).toMatch(/^sip:911@/);
      expect(await caller.answered()).toBe(200);
      caller.hangUp();
      const { record, legs } = await lab.outcomeOf(caller);
      expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', keyedNumber: '911', code: '' });
      expectAsSeen(record, legs);
    },
  );
});

describe('into last words', () => {
  it('behind a stray key, with an outside line, and behind a code', async () => {
    for (const keys of ['9911', '99999**911#', '5#911#']) await expectPlaced(await wrongCodes(), keys);
  }, 60_000);

  it('keys that mean nothing have them said again, and the call ends as it would have', async () => {
    const caller = await wrongCodes();
    await caller.keyByInfo('#', 10);
    await sleep(400);
    await caller.keyByInfo('5#', 10);
    expect(await caller.ended()).toEqual({ by: 'bye' });
    const { record, legs } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'refused', reason: 'code-unknown' });
    expectAsSeen(record, legs);
  });
});

describe('while the disk does not take the record of another call', () => {
  let other: Database.Database;
  beforeEach(() => {
    other = new Database(join(lab.controller().folder, 'billing-codes.db'));
    other.exec('BEGIN IMMEDIATE');
  });
  afterEach(() => {
    if (other.inTransaction) other.exec('ROLLBACK');
    other.close();
  });

  it.each([
    ['at once', 0, '911'],
    ['after a moment', 1_500, '911'],
    ['after long, behind a stray key', 4_000, '5#911'],
  ])('it goes out: keyed %s', async (_when, afterMs, keys) => {
    const before = lab.carrier.calls().length;
    const caller = await lab.place();
    await sleep(afterMs);
    await caller.keyByInfo(keys, 100);
    expect((await lab.calleeOf('911', before)).invite?.uri).toMatch(/^sip:911@/);
    other.exec('ROLLBACK');
    await sleep(1_000);
    expect(lab.carrier.calls()).toHaveLength(before + 1);
    caller.hangUp();
    const { record, legs } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', accountId: null, code: '' });
    expectAsSeen(record, legs);
  });

  it('other keys reach whoever is called once it is taken', async () => {
    const before = lab.carrier.calls().length;
    const caller = await lab.place();
    await sleep(1_500);
    await caller.keyByInfo('42', 100);
    await sleep(800);
    expect(lab.carrier.calls()).toHaveLength(before);
    other.exec('ROLLBACK');
    const callee = await lab.calleeOf(usualNumber, before);
    await eventually(() => Promise.resolve(callee.sound.heard() === '42' ? true : null), 5_000);
    caller.hangUp();
    const { record, legs } = await lab.outcomeOf(caller);
    expectAsSeen(record, legs);
  });
});

describe('while it rings', () => {
  it.each([
    ['911', 50],
    ['12345**911', 30],
  ])('%s is called even if the far end answers before it is certain that no digit follows', async (keys, ms) => {
    const before = lab.carrier.calls().length;
    const caller = await placed(numbers.answers);
    const callee = await lab.calleeOf(numbers.answers, before);
    await caller.keyByInfo(keys, ms);
    callee.respond(200, { sound: true });
    const helped = await lab.calleeOf('911', before);
    expect(await callee.ended()).toEqual({ by: 'bye' });
    await sleep(500);
    expect([callee.sound.heard(), helped.sound.heard()]).toEqual(['', '']);
    caller.hangUp();
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  });

  it('what is keyed reaches the far end once it has answered', async () => {
    const before = lab.carrier.calls().length;
    const caller = await placed(numbers.answers);
    const callee = await lab.calleeOf(numbers.answers, before);
    await caller.keyByInfo('42', 100);
    await sleep(600);
    callee.respond(200, { sound: true });
    await eventually(() => Promise.resolve(callee.sound.heard() === '42' ? true : null), 5_000);
    await caller.keyByInfo('7', 100);
    await eventually(() => Promise.resolve(callee.sound.heard() === '427' ? true : null), 5_000);
    caller.hangUp();
    const { record, legs } = await lab.outcomeOf(caller);
    expectAsSeen(record, legs);
  });

  it('911 with more digits is none', async () => {
    const caller = await placed(numbers.rings);
    const before = lab.carrier.calls().length;
    await caller.keyByInfo('9115', 50);
    await sleep(1_500);
    expect(lab.carrier.calls()).toHaveLength(before);
    caller.hangUp();
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'cancelled', calledNumber: numbers.rings });
  });
});

it('leaves the ledger as it was', async () => {
  expect(await lab.controller().store.verifyLedger()).toMatchObject({ pending: 0, problems: [] });
});

it('is heard as a whole where the far end refuses in the middle of it', async () => {
  for (const afterMs of [650, 700, 750, 800, 850, 900, 950, 1_000]) {
    failsAfterMs = afterMs;
    await expectPlaced(await placed(numbers.failsSoon), '12345**911');
  }
}, 120_000);

it('is placed where the controller is far away, whichever moment its first key has around the refusal', async () => {
  const line = await startSlowLine(lab.controller().address(), 300);
  await lab.freeswitch.useControllers(`127.0.0.1:${line.port}`);
  const lost: number[] = [];
  for (const keyAfterMs of [0, 0, 5, 10, 20, 40, 80, 160, 320]) {
    const before = lab.carrier.calls().length;
    const caller = await placed(numbers.rings);
    const callee = await lab.calleeOf(numbers.rings, before);
    callee.respond(486);
    await sleep(keyAfterMs);
    await caller.keyByInfo('911', 200);
    const isPlaced = (): true | null => (lab.carrier.calls()[before + 1] === undefined ? null : true);
    await eventually(() => Promise.resolve(isPlaced()), 2_500).catch(() => lost.push(keyAfterMs));
    await sleep(300);
    caller.hangUp();
    await lab.outcomeOf(caller);
  }
  line.close();
  expect(lost).toEqual([]);
}, 120_000);
