import { afterEach, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';
import { hour, jumpingClock } from '../support/jumping-clock.ts';

let controller: TestController;
afterEach(() => controller.dispose());

const lines = (text: string): string[] =>
  controller
    .logged()
    .split('\n')
    .filter((line) => line.includes(text));

it('a clock that is set is one line each time, and neither a duration nor a timer goes by it', async () => {
  const clock = jumpingClock();
  controller = await startTestController({ 'http.port': '0' }, clock);
  await controller.store.addAccount(account('12345'));
  const simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
  for (const [jump, text] of [
    [5 * hour + 61_000, 'set ahead by 05:01:01'],
    [-26 * hour, 'set back by 26:00:00'],
  ] as const) {
    const { callId, finished } = simulator.placeCall({
      ...{ dialled: '9', keys: ['12345**8016424655#'] },
      farEnd: { kind: 'answers', afterMs: 10, talkMs: 1_500, hangsUp: 'callee' },
    });
    await eventually(async () => ((await controller.store.findCallRecord(callId))?.bridgedAtMs ? true : null));
    clock.jump(jump);
    await eventually(() => Promise.resolve(lines(text).length === 1 ? true : null));
    const { billableMs } = await finished;
    const record = await eventually(async () => {
      const found = await controller.store.findCallRecord(callId);
      return found?.endedAtMs == null ? null : found;
    });
    expect(record).toMatchObject({ billableMs, closedBy: 'event', estimated: false });
  }
  simulator.close();
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(lines("this machine's clock")).toHaveLength(2);
});
