import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import { transition } from '../../src/call/machine/transition.ts';
import type { CallEffect } from '../../src/call/machine/events.ts';
import type { Allowed, CallState, Gathered } from '../../src/call/state.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { calleeEvent, callerEvent } from '../../src/freeswitch/outbound/call-events.ts';
import type { ChannelEvent } from '../../src/freeswitch/outbound/channel.ts';
import type { EventHeaderName } from '../../src/freeswitch/wire/headers.ts';
import { createSimulator, type SimulatedCall, type Simulator } from '../../src/simulator/freeswitch.ts';
import { exampleAccount, machineOptions, nationalNumber } from './events.ts';
import { account, eventually, happens, startTestController, type TestController } from '../support/controller.ts';
import { hour, jumpingClock, year } from '../support/jumping-clock.ts';

let clock: ReturnType<typeof jumpingClock>;
let controller: TestController;
let simulator: Simulator;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  clock = jumpingClock();
});
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp();
});

async function start(): Promise<void> {
  controller = await startTestController({}, clock);
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  cleanups.push(
    () => simulator.close(),
    () => controller.dispose(),
  );
}

function talk(talkMs: number): { call: SimulatedCall; answered: Promise<void> } {
  const answered = Promise.withResolvers<undefined>();
  const call = simulator.placeCall({
    ...{ dialled: '9', keys: ['12345**8016424655#'] },
    farEnd: { kind: 'answers', afterMs: 20, talkMs, hangsUp: 'callee' },
    onDialogue: ({ kind }) => {
      if (kind === 'answered') answered.resolve(undefined);
    },
  });
  return { call, answered: answered.promise };
}

/** The controller has heard of the answer, which on a busy machine is later than the simulator's own word of it. */
const heard = (callId: string): Promise<true> =>
  happens(() => {
    const lines = controller.logged().split('\n');
    return lines.some((line) => line.includes(callId) && line.includes('callee-answered'));
  });

const closed = (callId: string): Promise<CallRecord> =>
  eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });

function expectInOrder({ startedAtMs, decidedAtMs, bridgedAtMs, answeredAtMs, endedAtMs }: CallRecord): void {
  const times = [startedAtMs, decidedAtMs, bridgedAtMs, answeredAtMs, endedAtMs].filter((ms) => ms !== null);
  // The simulator's clock and ours are rounded apart.
  times.reduce((before, ms) => {
    expect(ms).toBeGreaterThanOrEqual(before - 2);
    return ms;
  });
}

const jumps: [string, number][] = [
  ['an hour ahead', hour],
  ['an hour back', -hour],
  ['a year ahead', year],
  ['a year back', -year],
];

describe('a call that loses its connection during a conversation', () => {
  it.each(jumps)('is billed for its conversation when the controller’s clock is %s from the start', async (_, ms) => {
    clock.jump(ms);
    await start();
    await expectBilled(0);
  });

  it.each(jumps)('is billed for its conversation when the clock is set %s meanwhile', async (_, ms) => {
    await start();
    await expectBilled(ms);
  });

  async function expectBilled(jumpMs: number): Promise<void> {
    const { call, answered } = talk(10_000);
    await answered;
    await heard(call.callId);
    await delay(150);
    clock.jump(jumpMs);
    await delay(150);
    call.cutSocket();
    const record = await closed(call.callId);
    expect(record).toMatchObject({ outcome: 'answered', estimated: true, closedBy: 'controller' });
    // Two pauses of 150 ms.
    expect(record.billableMs).toBeGreaterThanOrEqual(298);
    expect(record.billableMs).toBeLessThan(2_000);
    expect((record.endedAtMs ?? 0) - (record.answeredAtMs ?? 0)).toBe(record.billableMs);
    expectInOrder(record);
    call.hangUp();
  }
});

describe('whatever the clock does', () => {
  it('every call has its record, in order, billed as FreeSWITCH bills it or for no longer than it lasted', async () => {
    await start();
    const aJump = fc.constantFrom(hour, -hour, year, -year, 1, -1, 60_000, -86_400_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ talkMs: fc.nat(250), cut: fc.boolean(), jumpMs: aJump }), { minLength: 5, maxLength: 15 }),
        async (plans) => {
          await Promise.all(
            plans.map(async ({ talkMs, cut, jumpMs }) => {
              const begun = performance.now();
              const { call, answered } = talk(cut ? 5_000 : talkMs);
              await answered;
              if (cut) await heard(call.callId);
              clock.jump(jumpMs);
              await delay(talkMs);
              if (cut) call.cutSocket();
              const record = await closed(call.callId);
              expectInOrder(record);
              if (cut) {
                expect(record.billableMs).toBeGreaterThanOrEqual(talkMs - 2);
                expect(record.billableMs).toBeLessThanOrEqual(performance.now() - begun);
                call.hangUp();
              } else {
                const { billableMs } = await call.finished;
                expect(record).toMatchObject({ billableMs, estimated: false, closedBy: 'event' });
              }
            }),
          );
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);
});

describe('an end with impossible figures from FreeSWITCH', () => {
  const t0 = Date.UTC(2026, 10, 25);
  const headers: Partial<Record<EventHeaderName, string>> = {
    ...{ 'Hangup-Cause': 'NORMAL_CLEARING', variable_end_uepoch: '9999999999999999', variable_billusec: '3603000000' },
  };
  const impossible: ChannelEvent = {
    ...{ name: 'CHANNEL_HANGUP_COMPLETE', legId: 'leg' },
    header: (name) => headers[name],
  };
  const bridge = { route: 0, calleeEnd: null, answeredAtMs: t0, failure: null, over: false, emergency: null };
  const allowed: Allowed = {
    ...{ number: nationalNumber, rule: 'no restriction' },
    payer: { kind: 'account', account: exampleAccount, authorizer: null },
    longestTalkMs: null,
    mayGoOn: false,
  };
  const gathered: Gathered = {
    ...{
      entry: 'direct',
      failedCodes: 0,
      failedNumbers: 0,
      codeLater: false,
      code: '',
      account: null,
      authorization: '',
      authorizer: null,
      forwarded: false,
    },
    number: { kind: 'keyed', digits: '8016424655', isCode: false },
    handOver: false,
  };
  /** Three seconds after the answer, on our monotonic clock. */
  const known = { nowMs: t0 + 3_000, answeredAtMs: t0 };

  it('is not believed: the time measured here is billed, as an estimate that a CDR may correct', () => {
    const talking: CallState = { name: 'talking', gathered, allowed, bridge };
    const events = [calleeEvent(impossible, known), callerEvent(impossible, null, known)];
    const effects = events.reduce<{ state: CallState; effects: CallEffect[] }>(
      ({ state }, event) =>
        event === null || event.type === 'stage-ended'
          ? { state, effects: [] }
          : transition(state, event, machineOptions),
      { state: talking, effects: [] },
    ).effects;
    expect(effects.find(({ type }) => type === 'record-close')).toMatchObject({
      ending: { outcome: 'answered', reason: 'connection-lost', hangupCause: 'NORMAL_CLEARING' },
      billed: {
        ...{ answeredAtMs: t0, endedAtMs: t0 + 3_000, billableMs: 3_000, estimated: true, closedBy: 'controller' },
      },
    });
  });

  it('bills nothing for a call that nobody answered', () => {
    expect(calleeEvent(impossible, { nowMs: t0, answeredAtMs: null })).toMatchObject({
      type: 'callee-ended',
      end: { answeredAtMs: null, billableMs: 0, endedAtMs: t0, doubt: expect.stringMatching(/2286/) },
    });
  });
});
