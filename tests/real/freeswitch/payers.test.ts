import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { account } from '../../support/controller.ts';
import { rateTerms, ratesSource } from '../../store/rates-contract.ts';
import { unrestricted } from '../../../src/words/directory.ts';
import { keyedCode, openLaboratory, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

/** How it is established who pays, by call type: at what is keyed by a phone, and what its caller hears. */
let lab: Laboratory;
const national = '2126424655';
const later = '01133142961020';
const prepaidCode = '54321';

beforeAll(async () => {
  lab = await openLaboratory({
    settings: {
      'entry.confirmPrice': 'national',
      'entry.codeLater': 'international',
      ...{ 'dialPlan.areaCode': '801', 'entry.sayBalance': 'true' },
    },
    accounts: [account(keyedCode), account(prepaidCode, { prepaid: true })],
  });
  const { store } = lab.controller();
  await store.importRates('standard', ratesSource([rateTerms('1', { connectFeeMicros: 0 })], 'CHF'));
  const accountId = (await store.findAccountByCode(prepaidCode))?.id ?? 0;
  await store.payIn({ id: 'p', accountId, currency: 'CHF', micros: 12_500_000, madeBy: 'test' });
  const restriction = unrestricted;
  await store.addExtension({ number: '201', name: '', department: null, restriction, lastCodeMinutes: 5 });
}, 120_000);
afterEach(() => lab.freeswitch.api('hupall'));
afterAll(() => lab.dispose(), 60_000);

/** Dials, and keys once the prompt has begun. */
async function key(dialled: string, keys: string): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled);
  expect(await caller.answered()).toBe(200);
  await sleep(300);
  await caller.keyByInfo(keys, 10);
  return caller;
}

async function talk(caller: Dialog, number: string, before: number): Promise<void> {
  const callee = await lab.calleeOf(number, before);
  await sleep(300);
  caller.hangUp();
  await callee.ended();
}

describe('a call whose price is to be confirmed', () => {
  it('is told what a minute costs, and placed for 1', async () => {
    const before = lab.carrier.calls().length;
    const caller = await key('9', `${keyedCode}**${national}#`);
    const since = Date.now();
    await sleep(6000);
    expect(lab.carrier.calls()).toHaveLength(before);
    // "The price is zero point one two francs a minute. Press one to place it.": 50 packets a second, but for the pauses.
    expect(caller.sound.loudAtMs().filter((atMs) => atMs > since).length).toBeGreaterThan(100);
    await caller.keyByInfo('1', 10);
    await talk(caller, national, before);
    const { record } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', code: keyedCode, callType: 'national' });
    expect(record.rule).toMatch(/; 0\.12 CHF a minute confirmed$/);
  });

  it.each([
    ['another key', '2'],
    ['silence', ''],
  ])('is refused for %s', async (_what, keys) => {
    const before = lab.carrier.calls().length;
    const caller = await key('9', `${keyedCode}**${national}#`);
    await sleep(500);
    if (keys !== '') await caller.keyByInfo(keys, 10);
    const { record } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'refused', reason: 'price-not-confirmed', hangupCause: 'CALL_REJECTED' });
    expect(lab.carrier.calls()).toHaveLength(before);
  });

  it.each([
    ['at once', 10],
    ['slowly', 700],
  ])('gives way to 911, and to 112, keyed %s', async (_how, gapMs) => {
    for (const number of ['911', '112']) {
      const before = lab.carrier.calls().length;
      const caller = await key('9', `${keyedCode}**${national}#`);
      await sleep(500);
      await caller.keyByInfo(number, gapMs);
      await talk(caller, number, before);
      const { record } = await lab.outcomeOf(caller);
      expect(record).toMatchObject({ outcome: 'answered', callType: 'emergency', accountId: null });
    }
  });
});

describe('# instead of a code', () => {
  it.each([
    ['8', `#${later}#`],
    ['9', `**${later}#`],
    [later, '#'],
  ])('places a call whose code comes later: dialled %s, keyed %s', async (dialled, keys) => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call(dialled, { from: '<sip:202@127.0.0.1>' });
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    await caller.keyByInfo(keys.slice(0, keys.indexOf('#') + 1), 10);
    if (dialled === '8') {
      await sleep(700);
      await caller.keyByInfo(`${later}#`, 10);
    }
    await talk(caller, later, before);
    const { record } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', uncoded: true, accountId: null, extension: '202' });
  });

  it('places no call of a type that needs a code, and 911 all the same', async () => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9', { from: '<sip:202@127.0.0.1>' });
    await caller.answered();
    await sleep(300);
    await caller.keyByInfo('**8016424600#', 10);
    await sleep(1000);
    expect(lab.carrier.calls()).toHaveLength(before);
    await caller.keyByInfo('911', 10);
    await talk(caller, '911', before);
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', callType: 'emergency' });
  });

  it('stands for the last code at a phone that opts in', async () => {
    let before = lab.carrier.calls().length;
    const first = await key('9', `${keyedCode}**8016424600#`);
    await talk(first, '8016424600', before);
    expect((await lab.outcomeOf(first)).record).toMatchObject({ outcome: 'answered', code: keyedCode });
    before = lab.carrier.calls().length;
    const second = await key('9', '**8016424601#');
    await talk(second, '8016424601', before);
    expect((await lab.outcomeOf(second)).record).toMatchObject({
      outcome: 'answered',
      code: keyedCode,
      uncoded: false,
    });
  });
});

describe('a call of a prepaid account', () => {
  it('goes out by itself once the balance was told', async () => {
    const before = lab.carrier.calls().length;
    const since = Date.now();
    const caller = await key('9', `${prepaidCode}**8016424602#`);
    await lab.calleeOf('8016424602', before);
    // "Your balance is one two point five zero francs": more than two seconds, and nothing was pressed.
    expect(Date.now() - since).toBeGreaterThan(2_000);
    expect(caller.sound.loudAtMs().filter((atMs) => atMs > since + 500).length).toBeGreaterThan(60);
    await talk(caller, '8016424602', before);
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', code: prepaidCode });
  });

  it('goes out at any key, and gives way to 911', async () => {
    for (const [keys, number] of [
      ['5', '8016424603'],
      ['911', '911'],
    ] as const) {
      const before = lab.carrier.calls().length;
      const caller = await key('9', `${prepaidCode}**8016424603#`);
      await sleep(400);
      await caller.keyByInfo(keys, 10);
      await talk(caller, number, before);
      expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', calledNumber: number });
    }
  });
});
