import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { account } from '../../support/controller.ts';
import { keyedCode, openLaboratory, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

/** Two codes, who calls and for whom, at what is keyed by a phone. */
let lab: Laboratory;
const national = '8016424655';
const who = '5551';

beforeAll(async () => {
  lab = await openLaboratory({
    settings: { 'entry.twoCodes': 'true', 'entry.minimumLevels': 'international=100' },
    accounts: [
      account(keyedCode, { authorizationLevel: 10 }),
      account(who, { name: 'Anna', authorizes: true, authorizationLevel: 50 }),
      account('5552', { name: 'Boss', authorizes: true, authorizationLevel: 200 }),
    ],
  });
}, 120_000);
afterEach(() => lab.freeswitch.api('hupall'));
afterAll(() => lab.dispose(), 60_000);

/** Dials, and keys each piece once the prompt before it has begun. */
async function key(dialled: string, ...pieces: string[]): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled);
  expect(await caller.answered()).toBe(200);
  for (const keys of pieces) {
    await sleep(900);
    await caller.keyByInfo(keys, 10);
  }
  return caller;
}

async function talkedTo(number: string, before: number, caller: Dialog) {
  const callee = await lab.calleeOf(number, before);
  await sleep(300);
  caller.hangUp();
  await callee.ended();
  return (await lab.outcomeOf(caller)).record;
}

describe('a call that needs two codes', () => {
  it.each([
    ['9, in one go', '9', [`${who}*${keyedCode}**${national}#`]],
    ['8, both at the first prompt', '8', [`${who}*${keyedCode}#`, `${national}#`]],
    ['8, one prompt each', '8', [`${who}#`, `${keyedCode}#`, `${national}#`]],
    ['the number, then both', national, [`${who}*${keyedCode}#`]],
  ])('is placed, and names both: %s', async (_how, dialled, pieces) => {
    const before = lab.carrier.calls().length;
    const caller = await key(dialled, ...pieces);
    const record = await talkedTo(national, before, caller);
    expect(record).toMatchObject({ outcome: 'answered', code: keyedCode, authorizedBy: 'Anna' });
  });

  it('is not placed with one of them, or with both the wrong way round', async () => {
    const before = lab.carrier.calls().length;
    for (const keys of [`${keyedCode}**${national}#`, `${keyedCode}*${who}**${national}#`]) {
      const caller = await key('9', keys);
      await sleep(1500);
      caller.hangUp();
      expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'abandoned', accountId: null });
    }
    expect(lab.carrier.calls()).toHaveLength(before);
  });

  it('goes where the level of the one who calls reaches, whatever that of the payer', async () => {
    const abroad = '01133142961020';
    const before = lab.carrier.calls().length;
    const low = await key('9', `${who}*${keyedCode}**${abroad}#`);
    await sleep(1500);
    low.hangUp();
    expect((await lab.outcomeOf(low)).record.rule ?? '').not.toContain('no restriction');
    expect(lab.carrier.calls()).toHaveLength(before);
    const caller = await key('9', `5552*${keyedCode}**${abroad}#`);
    const record = await talkedTo(abroad, before, caller);
    expect(record).toMatchObject({ outcome: 'answered', authorizedBy: 'Boss' });
  });

  it('waits for none of them where 911 is keyed', async () => {
    const before = lab.carrier.calls().length;
    const caller = await key('9', `${who}*${keyedCode}**911#`);
    expect(await talkedTo('911', before, caller)).toMatchObject({ callType: 'emergency', accountId: null });
  });
});
