import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { expectAsSeen } from './judge.ts';
import { openLaboratory, usualNumber, type Laboratory } from './phones/laboratory.ts';
import type { Dialog } from './phones/dialog.ts';

let lab: Laboratory;
const ringSeconds = 3;

beforeAll(async () => {
  lab = await openLaboratory({ settings: { 'call.ringSeconds': String(ringSeconds) } });
}, 120_000);
afterEach(() => lab.freeswitch.api('hupall'));
afterAll(() => lab.dispose(), 60_000);

/** The record of a call whose caller stays on the line, as FreeSWITCH saw it. */
async function recordOf(caller: Dialog): Promise<CallRecord> {
  const { record, legs } = await lab.outcomeOf(caller);
  expectAsSeen(record, legs);
  return record;
}

/** How long after the refusal the caller is hung up on: a farewell takes a second and more. */
async function farewellMs(caller: Dialog): Promise<number> {
  const began = Date.now();
  expect(await caller.ended()).toEqual({ by: 'bye' });
  return Date.now() - began;
}

describe('a refusal', () => {
  it.each([
    [486, { outcome: 'busy', hangupCause: 'USER_BUSY' }],
    [404, { outcome: 'failed', reason: 'unallocated-number' }],
    [503, { outcome: 'failed', reason: 'congestion' }],
    [480, { outcome: 'no-answer', hangupCause: 'NO_USER_RESPONSE' }],
    [603, { outcome: 'failed', reason: 'rejected' }],
    [484, { outcome: 'failed', reason: 'unallocated-number' }],
    [302, { outcome: 'failed', reason: 'rejected', hangupCause: 'REDIRECTION_TO_NEW_DESTINATION' }],
  ] as const)(
    'with %i is the same with a 180 and with sound before it (183), and is told',
    async (status, expected) => {
      const headers = status === 302 ? [`Contact: <sip:9@127.0.0.1:${lab.freeswitch.sipPort}>`] : [];
      const numbers = { ringing: '8016424690', early: '8016424691' };
      lab.carrier.onCall((dialog) => {
        const isEarly = dialog.invite?.uri.includes(numbers.early) === true;
        dialog.respond(isEarly ? 183 : 180, { sound: isEarly });
      });
      const records = await Promise.all(
        Object.values(numbers).map(async (number) => {
          const before = lab.carrier.calls().length;
          const caller = await lab.place(number);
          const callee = await lab.calleeOf(number, before);
          await sleep(700);
          callee.respond(status, { headers });
          expect(await farewellMs(caller)).toBeGreaterThan(900);
          return recordOf(caller);
        }),
      );
      for (const record of records) expect(record).toMatchObject(expected);
    },
  );

  it('by a redirect without a target, or one back to us, is one too', async () => {
    const before = (await lab.records()).length;
    for (const headers of [
      [],
      [`Contact: <sip:9@127.0.0.1:${lab.freeswitch.sipPort}>`],
      ['Contact: <sip:9@127.0.0.1:9>'],
    ]) {
      lab.carrier.onCall((dialog) => dialog.respond(301, { headers }));
      const caller = await lab.place();
      expect(await caller.ended()).toEqual({ by: 'bye' });
      expect(await recordOf(caller)).toMatchObject({ outcome: 'failed', reason: 'rejected' });
    }
    expect(await lab.records()).toHaveLength(before + 3);
    expect(await lab.freeswitch.channelsLeft()).toBe(0);
  });
});

describe('sound before an answer', () => {
  it('does not prolong the ringing', async () => {
    lab.carrier.onCall((dialog) => dialog.respond(183, { sound: true }));
    const before = lab.carrier.calls().length;
    const caller = await lab.place();
    const callee = await lab.calleeOf(usualNumber, before);
    const began = Date.now();
    expect(await callee.ended()).toEqual({ by: 'cancel' });
    const rang = Date.now() - began;
    expect(rang).toBeGreaterThan(ringSeconds * 1000 - 500);
    expect(rang).toBeLessThan(ringSeconds * 1000 + 2000);
    expect(await farewellMs(caller)).toBeGreaterThan(900);
    expect(await recordOf(caller)).toMatchObject({ outcome: 'no-answer', hangupCause: 'NO_ANSWER' });
  });

  it.each([100, 1500, (ringSeconds - 1) * 1000])(
    'followed by an answer %i ms later is an answered call',
    async (lateMs) => {
      lab.carrier.onCall((dialog) => {
        dialog.respond(183, { sound: true });
        void sleep(lateMs).then(() => dialog.respond(200, { sound: true }));
      });
      const { caller } = await lab.converse();
      // Longer than the ringing could have lasted: nothing of it is left.
      await sleep(ringSeconds * 1000 + 1500);
      expect(caller.end()).toBeNull();
      caller.hangUp();
      const record = await recordOf(caller);
      expect(record).toMatchObject({ outcome: 'answered', reason: null });
      expect(record.billableMs).toBeGreaterThan(ringSeconds * 1000);
    },
  );

  it('followed by a caller who gives up is a cancelled call', async () => {
    lab.carrier.onCall((dialog) => dialog.respond(183, { sound: true }));
    const caller = await lab.place();
    await sleep(800);
    caller.hangUp();
    expect(await recordOf(caller)).toMatchObject({ outcome: 'cancelled', billableMs: 0 });
  });
});

it('followed by an answer and a hangup that cross, 24 times, leaves what FreeSWITCH saw', async () => {
  const before = (await lab.records()).length;
  const number = (index: number): string => `80164248${String(index).padStart(2, '0')}`;
  const callers = await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      await sleep(index * 100);
      const calls = lab.carrier.calls().length;
      lab.carrier.onCall((dialog) => dialog.respond(index % 3 === 0 ? 183 : 180, { sound: index % 3 === 0 }));
      const caller = await lab.place(number(index));
      const callee = await lab.calleeOf(number(index), calls);
      await sleep(400);
      const hangUpFirst = (index % 8) - 4;
      if (hangUpFirst > 0) caller.hangUp();
      await sleep(Math.abs(hangUpFirst) * 2);
      callee.respond(200, { sound: true });
      if (hangUpFirst <= 0) {
        await sleep(-hangUpFirst * 2);
        caller.hangUp();
      }
      return caller;
    }),
  );
  expect(await lab.freeswitch.channelsLeft()).toBe(0);
  for (const caller of callers) expect(['answered', 'cancelled']).toContain((await recordOf(caller)).outcome);
  expect(await lab.records()).toHaveLength(before + callers.length);
}, 60_000);

describe('an emergency call that nobody answers', () => {
  it.each([180, 183])('goes on ringing after call.ringSeconds, with %i, by the only way out', async (status) => {
    lab.carrier.onCall((dialog) => dialog.respond(status, { sound: status === 183 }));
    const before = lab.carrier.calls().length;
    const caller = await lab.pbx.call('9');
    expect(await caller.answered()).toBe(200);
    await sleep(300);
    await caller.keyByInfo('911', 10);
    const callee = await lab.calleeOf('911', before);
    await sleep(ringSeconds * 1000 + 3500);
    expect([caller.end(), callee.end()]).toEqual([null, null]);
    callee.respond(200, { sound: true });
    await sleep(500);
    caller.hangUp();
    expect(await callee.ended()).toEqual({ by: 'bye' });
    expect(await recordOf(caller)).toMatchObject({ outcome: 'answered', callType: 'emergency' });
    expect(lab.carrier.calls()).toHaveLength(before + 1);
  });
});
