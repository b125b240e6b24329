import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, startTestController, type TestController } from '../support/controller.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import { carrierBehaviours, type CallerStep } from './sipp.ts';

let site: Site;
let controller: TestController;
const disposers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  site = await openSite();
  disposers.unshift(() => site.dispose());
  controller = await startTestController({
    ...siteSettings,
    'esl.port': String(site.controllerPorts[0]),
    'log.level': 'warn',
  });
  disposers.unshift(() => controller.dispose());
  await controller.store.importAccounts(siteAccounts);
}, 120_000);
afterAll(async () => {
  for (const dispose of disposers) await dispose();
}, 60_000);

const calls = 200;

it(`${calls} calls side by side with random ends: a record each, as FreeSWITCH saw it, and no channel left`, async () => {
  const endings = Object.values(carrierBehaviours);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;
  const runs = await Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      const steps: CallerStep[] = [
        { do: 'wait', ms: 300 },
        { do: 'key', digits: `12345**80164246${pick(endings)}#`, by: pick(['info', 'rfc2833'] as const) },
        { do: 'wait', ms: Math.floor(Math.random() * 3000) },
        { do: 'hang-up' },
      ];
      // A new SIPp every 30 ms: starting two hundred processes at once would starve the calls of the first ones.
      await new Promise((resolve) => setTimeout(resolve, index * 30));
      return site.place({ name: `many-${index}`, dialled: '9', steps });
    }),
  );
  expect(await site.channelsLeft()).toBe(0);
  await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
  const outcomes = new Map<string, number>();
  const cdrs = site.legsByCallId();
  for (const { callId: sipCallId, output } of runs) {
    const legs = cdrs.get(sipCallId);
    if (legs === undefined) throw new Error(`FreeSWITCH wrote no CDR for ${sipCallId}; SIPp said: ${output}`);
    const { caller, callee } = legs;
    const record = await eventually(async () => {
      const found = await controller.store.findCallRecord(caller.variables['uuid'] ?? '');
      return found?.endedAtMs == null ? null : found;
    });
    expect(record.estimated).toBe(false);
    expect(record.billableMs).toBe(Math.floor(Number(callee?.variables['billusec'] ?? 0) / 1000));
    expect(record.outcome === 'answered').toBe(Number(callee?.variables['answer_uepoch'] ?? 0) > 0);
    if (callee !== null) expect(record.hangupCause).toBe(callee.variables['hangup_cause']);
    outcomes.set(record.outcome ?? '', (outcomes.get(record.outcome ?? '') ?? 0) + 1);
  }
  expect(await controller.store.listCallRecords({ limit: 1000 })).toHaveLength(calls);
  // Not a test of luck: with these endings every one of them comes up among 200 calls.
  expect([...outcomes.keys()].sort()).toEqual(expect.arrayContaining(['answered', 'busy', 'cancelled']));
}, 240_000);
