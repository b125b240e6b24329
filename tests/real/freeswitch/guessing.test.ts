import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyedCode, openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory({ settings: { 'entry.tries': '10' } });
}, 120_000);
afterAll(() => lab.dispose(), 60_000);

async function answered(dialled: string): Promise<Dialog> {
  const caller = await lab.pbx.call(dialled);
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
