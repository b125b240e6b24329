import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallRecord } from '../../src/cdr/record.ts';
import { createSimulator, type SimulatedCall, type Simulator } from '../../src/simulator/freeswitch.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { hour, jumpingClock, year } from '../support/jumping-clock.ts';

let clock: ReturnType<typeof jumpingClock>;
let controller: TestController;
let simulator: Simulator;
beforeEach(() => {
  clock = jumpingClock();
});
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

async function start(): Promise<void> {
  controller = await startTestController({}, clock);
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
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

describe('a call that loses its connection in conversation', () => {
  it.each(jumps)('is billed what was talked where the controller’s clock is %s from the start', async (_, ms) => {
    clock.jump(ms);
    await start();
    await expectBilled(0);
  });

  it.each(jumps)('is billed what was talked where the clock is set %s meanwhile', async (_, ms) => {
    await start();
    await expectBilled(ms);
  });

  async function expectBilled(jumpMs: number): Promise<void> {
    const { call, answered } = talk(10_000);
    await answered;
    await delay(150);
    clock.jump(jumpMs);
    await delay(150);
    call.cutSocket();
    const record = await closed(call.callId);
    expect(record).toMatchObject({ outcome: 'answered', estimated: true, closedBy: 'controller' });
    expect(record.billableMs).toBeGreaterThanOrEqual(280);
    expect(record.billableMs).toBeLessThan(2_000);
    expect((record.endedAtMs ?? 0) - (record.answeredAtMs ?? 0)).toBe(record.billableMs);
    expectInOrder(record);
    call.hangUp();
  }
});

describe('whatever the clock does', () => {
  it('every call has its record, in order, billed as FreeSWITCH does or not longer than it lasted', async () => {
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
              clock.jump(jumpMs);
              await delay(talkMs);
              if (cut) call.cutSocket();
              const record = await closed(call.callId);
              expectInOrder(record);
              if (cut) {
                expect(record.billableMs).toBeGreaterThanOrEqual(talkMs - 20);
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
  });
});
