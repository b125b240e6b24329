import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { account, eventually } from '../../support/controller.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { keyedCode, openLaboratory, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';
import { expectAsSeen } from './judge.ts';

/** An emergency number in every entry mode and at every question, whatever stands against other calls. */
let lab: Laboratory;
const national = '8016424600';
const disabled = '22222';

/** What is dialled, and what is keyed at one prompt after the other. */
const entries: readonly (readonly [dialled: string, ...keyed: string[]])[] = [
  ...([['911'], ['+911'], ['9911'], ['*911'], ['112'], ['tel:911'], ['sos'], ['urn:service:sos']] as const),
  ...([
    ['8', '911'],
    ['8', '911#'],
    ['8', '9911'],
    ['8', '99999**911#'],
    ['8', '#', '911'],
  ] as const),
  ...([
    ['8', `${keyedCode}#`, '911'],
    ['8', '99999#', '911'],
    ['8', `${disabled}#`, '112'],
  ] as const),
  ...([
    ['9', '911'],
    ['9', '**911#'],
    ['9', `${keyedCode}**911#`],
    ['9', '99999**9911#'],
  ] as const),
  // Behind a code, and with no # after it.
  ...([
    ['8', '99999**911'],
    ['8', `${keyedCode}**9911`],
    ['9', `${keyedCode}**911`],
    ['9', '**112'],
  ] as const),
  ...([
    ['9', `${disabled}**112#`],
    ['9', `${keyedCode}**${national}#`, '911'],
  ] as const),
  ...([
    [national, '911'],
    [national, `${keyedCode}#`, '911'],
    ['01133142961020', '911#'],
  ] as const),
];

beforeAll(async () => {
  lab = await openLaboratory({
    // The price of every call is told first, so that there is a question after the number.
    settings: { 'entry.confirmPrice': 'national', 'entry.codeLater': 'international', 'entry.firstDigitMs': '8000' },
    accounts: [account(keyedCode, { prepaid: true }), account(disabled, { enabled: false })],
  });
  const { store } = lab.controller();
  await store.importRates('standard', ratesSource([rateTerms('1', { connectFeeMicros: 0 })], 'CHF'));
  const accountId = (await store.findAccountByCode(keyedCode))?.id ?? 0;
  await store.payIn({ id: 'p', accountId, currency: 'CHF', micros: 12_500_000, madeBy: 'test' });
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

const isEmergency = ({ invite }: Dialog): boolean => /^sip:(911|112)@/.test(invite?.uri ?? '');

async function call(from: string, [dialled, ...keyed]: (typeof entries)[number]): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled, { from: `<sip:${from}@127.0.0.1:${lab.pbx.port}>` });
  if (keyed.length > 0) expect(await caller.answered()).toBe(200);
  for (const keys of keyed) {
    // Once the prompt has begun.
    await sleep(1000);
    await caller.keyByInfo(keys, 10);
  }
  return caller;
}

/** Calls from phones of their own, all at once: every one is placed, and nothing else is. */
async function callAll(phone: (index: number) => string): Promise<Dialog[]> {
  const before = lab.carrier.calls().length;
  const callers = await Promise.all(entries.map((entry, index) => call(phone(index), entry)));
  const placed = await eventually(() => {
    const calls = lab.carrier.calls().slice(before);
    return Promise.resolve(calls.length < entries.length ? null : calls);
  }, 10_000);
  expect(placed.map(({ invite }) => invite?.uri)).toEqual(placed.filter(isEmergency).map(({ invite }) => invite?.uri));
  expect(placed).toHaveLength(entries.length);
  await sleep(500);
  for (const caller of callers) caller.hangUp();
  expect(await lab.freeswitch.channelsLeft()).toBe(0);
  return callers;
}

async function expectRecords(callers: readonly Dialog[]): Promise<void> {
  for (const caller of callers) {
    const { record, legs } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', accountId: null, code: '' });
    expectAsSeen(record, legs);
  }
}

const own = (index: number): string => String(300 + index);

it('goes out from any phone, in a record of its own that nobody pays for', async () => {
  const before = (await lab.records()).length;
  await expectRecords(await callAll(own));
  expect(await lab.records()).toHaveLength(before + entries.length);
}, 60_000);

it('waits for a moment alone where no # follows, and somebody who keys slowly loses no key', async () => {
  const before = lab.carrier.calls().length;
  const caller = await call('390', ['9', `${keyedCode}**91`]);
  const keyedAtMs = performance.now();
  await caller.keyByInfo('1', 10);
  await eventually(() => Promise.resolve(lab.carrier.calls().length > before ? true : null), 10_000);
  // The time between two keys is 5 s.
  expect(performance.now() - keyedAtMs).toBeLessThan(3500);
  caller.hangUp();
  const slow = await lab.pbx.call('9', { from: `<sip:391@127.0.0.1:${lab.pbx.port}>` });
  expect(await slow.answered()).toBe(200);
  await slow.keyByInfo(`${keyedCode}**`, 1400);
  await slow.keyByInfo(`${national}#`, 1400);
  // The price is told.
  await sleep(2000);
  slow.hangUp();
  const { record } = await lab.outcomeOf(slow);
  expect(record).toMatchObject({ code: keyedCode, calledNumber: national });
}, 90_000);

describe('goes out all the same', () => {
  it('from a phone that may call nobody, where all limits are used up', async () => {
    const { store } = lab.controller();
    const restriction = { ...unrestricted, allowedCallTypes: ['internal'] as const, maximumDigits: 2 };
    const limits = { callsAtATime: 1, callsPerMinute: 1, minutesPerDay: 1, callingHours: ['Sun 03:00-03:01'] };
    await store.addExtension({ number: '205', name: '', department: null, restriction, ...limits });
    await expectRecords(await callAll(() => '205'));
  }, 60_000);

  it('from a phone that is locked for guessing', async () => {
    const lock = { phone: '207', sinceMs: Date.now(), untilMs: Date.now() + 600_000, controller: 'test' };
    await lab.controller().store.keepLock(lock);
    await eventually(async () => ((await refusedAs('207', keyedCode)) === 'code-locked' ? true : null), 60_000);
    await expectRecords(await callAll(() => '207'));
  }, 120_000);

  it('while another program has locked the database: the records are written afterwards', async () => {
    const before = (await lab.records()).length;
    const other = new Database(join(lab.controller().folder, 'billing-codes.db'));
    other.exec('BEGIN IMMEDIATE');
    let callers: Dialog[];
    try {
      callers = await callAll(own);
      expect(await lab.records()).toHaveLength(before);
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    await expectRecords(callers);
    expect(await lab.records()).toHaveLength(before + entries.length);
  }, 60_000);
});

it('leaves the ledger as it was', async () => {
  expect(await lab.controller().store.verifyLedger()).toMatchObject({ pending: 0, problems: [] });
});

async function refusedAs(phone: string, code: string): Promise<CallRecord['reason']> {
  const caller = await call(phone, ['8', `${code}#`]);
  await sleep(3000);
  await caller.keyByInfo(`${code}#`, 10);
  await sleep(3000);
  await caller.keyByInfo(`${code}#`, 10);
  await caller.ended();
  return (await lab.outcomeOf(caller)).record.reason;
}
