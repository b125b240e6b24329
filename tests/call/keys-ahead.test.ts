import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import { account, eventually, happens, startTestController, type TestController } from '../support/controller.ts';

/** Keyed ahead of several questions, while the first of them is put off. */
let controller: TestController;
let simulator: Simulator;

beforeEach(async () => {
  controller = await startTestController({ 'entry.digitMs': '5000', 'entry.firstDigitMs': '5000' });
  await controller.store.addAccount(account('12345'));
  simulator = createSimulator({ controllers: `127.0.0.1:${controller.port}` });
});
afterEach(async () => {
  simulator.close();
  await controller.dispose();
});

it('whoever mistypes and is kept waiting may key the right code and the number meanwhile', async () => {
  const keyed: string[] = [];
  const mistyping = simulator.placeCall({ dialled: '8', keys: ['700001#', '711002#', '722003#'] });
  await mistyping.finished;
  const call = simulator.placeCall({
    ...{ dialled: '8', keys: ['733004#'] },
    farEnd: { kind: 'answers', afterMs: 5, talkMs: 20, hangsUp: 'callee' },
    onDialogue(event) {
      if (event.kind === 'keyed') keyed.push(event.digits);
    },
  });
  await happens(() => keyed.length === 1, 20_000);
  call.press('12345#8016424655#');
  expect((await call.finished).calledNumber).toBe('8016424655');
  const record = await eventually(async () => {
    const found = await controller.store.findCallRecord(call.callId);
    return found?.endedAtMs == null ? null : found;
  });
  expect(record).toMatchObject({ outcome: 'answered', code: '12345', keyedNumber: '8016424655' });
}, 60_000);
