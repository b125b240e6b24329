import { afterEach, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { account, startTestController, type TestController } from '../support/controller.ts';

let controller: TestController;
let simulator: Simulator;
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

/** The far end refuses after so long: before, between, or after the keys of who has begun to key as it rang. */
const endsAfterMs = Array.from({ length: 40 }, (_, at) => at * 10);

it.each([
  ['its last words begin', {}],
  ['the next gateway is tried', { 'routes.external': 'sofia/gateway/first/{number}, sofia/gateway/second/{number}' }],
])('911 keyed while a call fails is placed, whichever key comes as %s', async (_when, settings) => {
  controller = await startTestController({ 'log.level': 'warn', ...settings });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  const placed = await Promise.all(
    endsAfterMs.map(async (afterMs) => {
      const fails: FarEnd = { kind: 'refuses', status: 503, afterMs };
      const { calledNumber } = await simulator.placeCall({
        ...{ dialled: '9', keys: ['12345**8016424655#'], keyIntervalMs: 40 },
        unasked: { whileRinging: { digits: process.env['KEYS_TRY'] ?? '', afterMs: 10 } },
        farEnd: (called) => (called === '911' ? { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' } : fails),
      }).finished;
      return { afterMs, calledNumber };
    }),
  );
  expect(placed).toEqual(endsAfterMs.map((afterMs) => ({ afterMs, calledNumber: '911' })));
});
