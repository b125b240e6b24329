import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { eventually, startTestController, type TestController } from '../../support/controller.ts';
import { cases } from './cases.ts';
import { expectAsSeen } from './judge.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import type { SippRun } from './sipp.ts';

let site: Site;
let controller: TestController;
/** What was opened, last first: `beforeAll` may fail half-way. */
const disposers: (() => Promise<void>)[] = [];
const runs = new Map<string, SippRun>();

beforeAll(async () => {
  site = await openSite();
  disposers.unshift(() => site.dispose());
  controller = await startTestController({ ...siteSettings, 'esl.port': String(site.controllerPorts[0]) });
  disposers.unshift(() => controller.dispose());
  await controller.store.importAccounts(siteAccounts);
  await site.untilGatewayDown();
  // Side by side, a few at a time: each SIPp is a process.
  const waiting = [...cases];
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        runs.set(next.name, await site.place(next));
      }
    }),
  );
  await site.channelsLeft();
}, 180_000);
afterAll(async () => {
  for (const dispose of disposers) await dispose();
}, 60_000);

/** The call's only record, once it is closed. */
async function recordOf(callId: string): Promise<CallRecord> {
  return eventually(async () => {
    const record = await controller.store.findCallRecord(callId);
    return record?.endedAtMs == null ? null : record;
  });
}

describe('a call through a real FreeSWITCH', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (name, expected) => {
    const run = runs.get(name);
    const { caller, callee } = site.legs(run?.callId ?? '');
    if (caller === null) throw new Error(`FreeSWITCH wrote no CDR for it; SIPp said: ${run?.output ?? 'nothing'}`);
    const record = await recordOf(caller.variables['uuid'] ?? '');
    expect(record).toMatchObject(expected.record);
    expectAsSeen(record, { caller, callee });
    const [least, most] = expected.billableMs ?? [0, 0];
    expect(record.billableMs).toBeGreaterThanOrEqual(least);
    expect(record.billableMs).toBeLessThanOrEqual(most);
  });

  it('leaves one record per call, and no channel', async () => {
    expect(await controller.store.listCallRecords({ limit: 10_000 })).toHaveLength(cases.length);
    expect(await site.freeswitch.channels()).toBe(0);
    expect(controller.liveCalls()).toBe(0);
  });
});
