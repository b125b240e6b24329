import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { happens } from '../../support/controller.ts';
import { keyedCode, openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory({ settings: { 'entry.tries': '10' } });
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

async function answered(dialled: string, phone = '201'): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled, { from: `<sip:${phone}@127.0.0.1:${lab.pbx.port}>` });
  expect(await caller.answered()).toBe(200);
  await sleep(300);
  return caller;
}

describe('a phone that keys wrong codes', () => {
  it('waits longer for each answer, and no key that it keys meanwhile is lost', async () => {
    const caller = await answered('8');
    // From the fourth on the answers wait: one second, two, four.
    await caller.keyByRtp('700001#711002#722003#733004#');
    await caller.keyByRtp(`${keyedCode}#`);
    const before = lab.carrier.calls().length;
    await caller.keyByRtp(`${usualNumber}#`);
    const callee = await lab.calleeOf(usualNumber, before);
    await sleep(500);
    caller.hangUp();
    await callee.ended();
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', code: keyedCode });
  }, 60_000);

  it.each([
    ['at once', 0],
    ['slowly', 400],
  ])(
    'places an emergency call before the answer to its last code, which waits for long, keyed %s',
    async (_, gapMs) => {
      await lab.startAnew({ 'entry.tries': '10', 'guessing.phoneLimit': '20' });
      const caller = await answered('8');
      const codes = ['700001#', '711002#', '722003#', '733004#', '744005#', '755006#'];
      for (const code of codes) await caller.keyByInfo(code, 0);
      const wrong = (): number => lab.controller().logged().split('event=code-refused').length - 1;
      await happens(() => wrong() === codes.length, 30_000);
      await sleep(1000);
      // The answer to this one waits for eight seconds.
      await caller.keyByInfo('766007#', 0);
      await sleep(500);
      const before = lab.carrier.calls().length;
      await caller.keyByInfo('911', gapMs);
      await lab.calleeOf('911', before);
      expect(wrong()).toBe(codes.length);
      caller.hangUp();
      expect((await lab.outcomeOf(caller)).record).toMatchObject({ callType: 'emergency', accountId: null, code: '' });
    },
    120_000,
  );

  it('is locked after the sixth, its right code is refused like a wrong one, and its emergency call goes out', async () => {
    await lab.startAnew({ 'entry.tries': '3' });
    for (const codes of [
      ['700001#', '711002#', '722003#'],
      ['733004#', '744005#', '755006#'],
    ]) {
      const caller = await answered('8');
      for (const code of codes) await caller.keyByRtp(code);
      await caller.ended();
      expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'refused', reason: 'code-unknown' });
    }
    const locked = await answered('8');
    await locked.keyByRtp(`${keyedCode}#${keyedCode}#${keyedCode}#`);
    await locked.ended();
    expect((await lab.outcomeOf(locked)).record).toMatchObject({
      outcome: 'refused',
      reason: 'code-locked',
      code: '***45',
    });
    const before = lab.carrier.calls().length;
    const emergency = await answered('8');
    await emergency.keyByRtp('911#');
    const callee = await lab.calleeOf('911', before);
    emergency.hangUp();
    await callee.ended();
  }, 120_000);
});

describe('wrong codes from many phones', () => {
  /** What is dialled, and what is keyed there, with a code in it. */
  const ways: readonly (readonly [string, (code: string) => string])[] = [
    ['8', (code) => `${code}#`],
    ['8', (code) => `${code}**${usualNumber}#`],
    ['9', (code) => `${code}#`],
    ['9', (code) => `${code}**${usualNumber}#`],
    [usualNumber, (code) => `${code}#`],
    ['9', (code) => `5551*${code}**${usualNumber}#`],
  ];
  const callsWith = async (phone: string): Promise<Dialog> => {
    const before = lab.carrier.calls().length;
    const caller = await answered('9', phone);
    await caller.keyByInfo(`${keyedCode}**${usualNumber}#`, 10);
    await lab.calleeOf(usualNumber, before);
    return caller;
  };

  it('are seen in every entry mode, though each phone hangs up before it hears that its code is wrong', async () => {
    await lab.startAnew({ 'guessing.siteLimit': '10' });
    (await callsWith('201')).hangUp();
    const guessers = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const [dialled, keys] = ways[index % ways.length] ?? ways[0] ?? ['8', (code: string) => code];
        const caller = await answered(dialled, String(300 + index));
        await caller.keyByInfo(keys(String(611_000 + index * 1_371)), 0);
        caller.hangUp();
        return caller;
      }),
    );
    for (const caller of guessers)
      expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'abandoned', accountId: null });
    // A code that the phone has used is good at once; one that is new to it, when it is keyed once more.
    (await callsWith('201')).hangUp();
    const before = lab.carrier.calls().length;
    const stranger = await answered('9', '250');
    await stranger.keyByInfo(`${keyedCode}**${usualNumber}#`, 10);
    await sleep(1500);
    expect(lab.carrier.calls()).toHaveLength(before);
    await stranger.keyByInfo(`${keyedCode}#`, 10);
    await lab.calleeOf(usualNumber, before);
    stranger.hangUp();
    const { record } = await lab.outcomeOf(stranger);
    expect(record).toMatchObject({ code: keyedCode, extension: '250', calledNumber: usualNumber });
    expect(lab.controller().logged()).not.toMatch(/\b6(?:1[1-9]|2[0-9])[0-9]{3}\b/);
  }, 60_000);
});
