import { afterEach } from '@jest/globals';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import {
  createSimulator,
  type SimulatedCall,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/freeswitch.ts';
import type { CallScript } from '../../src/simulator/script.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { eventually, happens, startTestController, type TestController } from '../support/controller.ts';

/** What callers dial unless a script says otherwise. */
export const number = '8016424655';
export const answered = (talkMs = 50): FarEnd => ({ kind: 'answers', afterMs: 5, talkMs, hangsUp: 'callee' });

/** A controller and a FreeSWITCH that sends it calls, for each test of a file; both are gone after it. */
export function controllerWithCalls() {
  let controllers: TestController[] = [];
  let simulator: Simulator;
  const controller = (): TestController => {
    const [latest] = controllers;
    if (latest === undefined) throw new Error('no controller was started');
    return latest;
  };

  async function start(flags: Record<string, string> = {}, onCdr?: SimulatorOptions['onCdr']): Promise<void> {
    controllers.unshift(await startTestController({ 'log.level': 'warn', ...flags }));
    simulator = createSimulator({
      ...(onCdr === undefined ? {} : { onCdr }),
      controllers: `127.0.0.1:${controller().port}`,
    });
  }

  /** Another controller on the same data. */
  async function restart(flags: Record<string, string> = {}): Promise<void> {
    await controller().stop(0);
    simulator.close();
    await start({ 'data.dir': controller().folder, ...flags });
  }

  afterEach(async () => {
    simulator.close();
    for (const one of controllers) await one.dispose();
    controllers = [];
  });

  const place = (code: string, script: Partial<CallScript> = {}): SimulatedCall =>
    simulator.placeCall({ dialled: '9', keys: [`${code}**${number}#`], farEnd: answered(), ...script });

  const up = (channels: number): Promise<true> => happens(() => simulator.channelCount() === channels);

  /** Once it is closed. */
  const recordOf = (callId: string): Promise<CallRecord> =>
    eventually(async () => {
      const record = await controller().store.findCallRecord(callId);
      return record?.endedAtMs == null ? null : record;
    });

  async function refusedAs({ finished }: SimulatedCall) {
    const { callId, heard, calledNumber } = await finished;
    const { outcome, reason, rule } = await recordOf(callId);
    return { outcome, reason, rule, heard: heard.at(-1)?.file, calledNumber };
  }

  return { controller, store: () => controller().store, start, restart, place, up, recordOf, refusedAs };
}
