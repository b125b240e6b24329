import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';

let lab: Laboratory;

beforeAll(async () => {
  lab = await openLaboratory();
}, 120_000);
afterEach(() => lab.freeswitch.api('hupall'));
afterAll(() => lab.dispose(), 60_000);

/** Somebody outside, whose call to 201 is forwarded to a number outside. */
const from = '"Outside" <sip:8015550199@127.0.0.1>';

describe('a call that a phone forwards', () => {
  it.each([
    ['Diversion', ['Diversion: <sip:201@127.0.0.1>;reason=unconditional']],
    [
      'Diversion, spelled otherwise, and History-Info',
      ['diversion: sip:201@127.0.0.1', 'History-Info: <sip:201@127.0.0.1>;index=1'],
    ],
    [
      'History-Info',
      ['History-Info: <sip:201@127.0.0.1>;index=1', `History-Info: <sip:${usualNumber}@127.0.0.1>;index=1.1`],
    ],
  ])('by %s, with nobody to pay for it, is refused before it is answered', async (_, headers) => {
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call(usualNumber, { from, headers });
    expect(await caller.answered()).toBeGreaterThanOrEqual(400);
    expect(lab.carrier.calls()).toHaveLength(before);
    const { record } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'refused', extension: '201', billableMs: 0 });
  });

  it('counts as not forwarded if a header cannot be read', async () => {
    const headers = ['Diversion: <sip:127.0.0.1>', `History-Info: <sip:${usualNumber}@127.0.0.1>;index=1`];
    const caller = await lab.pbx.call(usualNumber, { headers });
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    await caller.keyByInfo('12345#', 10);
    await sleep(1000);
    caller.hangUp();
    expect((await lab.outcomeOf(caller)).record).toMatchObject({ outcome: 'answered', extension: '201' });
  });
});

describe('a call without an offer (INVITE without SDP)', () => {
  it('is a call like any other', async () => {
    const { caller, callee } = await lab.converse(usualNumber, { offer: false });
    await callee.keyByInfo('5');
    await sleep(800);
    expect(caller.sound.heard()).toBe('5');
    caller.hangUp();
    const { record, legs } = await lab.outcomeOf(caller);
    expect(record).toMatchObject({ outcome: 'answered', code: '12345' });
    expect(record.billableMs).toBe(Math.floor(Number(legs.callee?.variables['billusec']) / 1000));
  });
});
