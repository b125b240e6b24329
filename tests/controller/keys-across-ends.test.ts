import { afterEach, describe, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { account, startTestController, type TestController } from '../support/controller.ts';
import { startSlowLine, type SlowLine } from '../support/slow-line.ts';

let controller: TestController;
let simulator: Simulator;
let line: SlowLine;
afterEach(async () => {
  simulator.close();
  line.close();
  await controller.dispose();
});

const twoRoutes = { 'routes.external': 'sofia/gateway/first/{number}, sofia/gateway/second/{number}' };
const refusal = (afterMs: number): FarEnd => ({ kind: 'refuses', status: 503, afterMs });
const soundOnly = (afterMs: number): FarEnd => ({
  ...{ kind: 'early-media', lastsMs: afterMs, hangsUp: 'callee', status: 486 },
});

/** The far end ends it after so long: before, between, or after the keys of who has begun to key as it rang. */
const endsAfterMs = Array.from({ length: 60 }, (_, at) => at * 8);

/** Below what was keyed for a call, FreeSWITCH goes on keeping keys for a moment; of a call that was dialled directly it keeps none. */
const placed = { 'with a code': { dialled: '9', keys: ['12345**8016424655#'] }, directly: { dialled: '8004444444' } };

describe.each(
  Object.entries(placed).flatMap(([how, call]) =>
    ['12345**911', '5#911'].map((digits) => [digits, how, call] as const),
  ),
)('%s keyed while a call that was placed %s fails', (digits, _how, call) => {
  it.each([
    ['its last words begin', {}, 40, refusal],
    ['its last words begin, keyed slowly', { 'entry.completeMs': '100' }, 150, refusal],
    ['the next gateway is tried', twoRoutes, 40, refusal],
    ['the next gateway is tried, keyed slowly', { 'entry.completeMs': '100', ...twoRoutes }, 150, refusal],
    ['the end of sound is waited for', {}, 40, soundOnly],
  ])('is placed, whichever key comes as %s', async (_when, settings, keyIntervalMs, fails) => {
    controller = await startTestController({ 'log.level': 'warn', ...settings });
    await controller.store.addAccount(account('12345'));
    // Away, so that some keys come before the controller can say what is next.
    line = await startSlowLine(controller.address(), 40);
    // Last words last as long as some keys take.
    const promptMs = (): number => 500;
    simulator = createSimulator({ controllers: `127.0.0.1:${line.port}`, promptMs });
    const called = await Promise.all(
      endsAfterMs.map(async (afterMs) => {
        const { calledNumber, keyedWhileRinging } = await simulator.placeCall({
          ...{ ...call, keyIntervalMs },
          unasked: { whileRinging: { digits, afterMs: 10 } },
          farEnd: (number) =>
            number === '911' ? { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' } : fails(afterMs),
        }).finished;
        return { afterMs, calledNumber, keyedWhileRinging };
      }),
    );
    // On a busy machine a key of the code may be late: then it is asked for again, and nothing rings.
    const rang = called.filter(({ keyedWhileRinging }) => keyedWhileRinging !== null);
    expect(rang.length).toBeGreaterThan(called.length / 2);
    expect(rang.filter(({ calledNumber }) => calledNumber !== '911')).toEqual([]);
  });
});
