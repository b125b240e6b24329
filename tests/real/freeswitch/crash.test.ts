import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerProcess, type ControllerProcess } from '../../../scripts/chaos/controller.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { flagOf } from '../../../src/config/keys.ts';
import { openLocalStore, type LocalStore } from '../../../src/store/sqlite/store.ts';
import { eventually } from '../../support/controller.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import type { CallerStep } from './caller-scenario.ts';

let site: Site;
let controller: ControllerProcess;
let store: LocalStore;
beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterEach(async () => {
  await controller.kill();
  await store.close();
});
afterAll(() => site.dispose(), 60_000);

async function startController(name: string, settings: Record<string, string>): Promise<void> {
  const folder = join(site.folder, name);
  const all = { ...siteSettings, 'call.maxTalkSeconds': '60', ...settings };
  controller = controllerProcess({
    ...{ name, folder, eslPort: site.controllerPorts[0], httpPort: -1 },
    flags: Object.fromEntries(Object.entries(all).map(([key, value]) => [`--${flagOf(key)}`, value])),
  });
  store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
  await store.importAccounts(siteAccounts);
  await controller.start();
  await site.freeswitch.useControllers(`127.0.0.1:${site.controllerPorts[0]}`);
}

const talk = (ms: number): CallerStep[] => [
  { do: 'wait', ms: 300 },
  { do: 'key', digits: '12345**8016424600#', by: 'info' },
  { do: 'wait', ms },
  { do: 'hang-up' },
];

const placed = (): Promise<CallRecord> =>
  eventually(async () => {
    const records = await store.listCallRecords({ open: true });
    return records.find(({ calleeLegId }) => calleeLegId !== null) ?? null;
  }, 10_000);

const closed = (callId: string): Promise<CallRecord> =>
  eventually(async () => {
    const found = await store.findCallRecord(callId);
    return found?.endedAtMs == null ? null : found;
  }, 20_000);

const conversation = (): Promise<boolean> =>
  eventually(async () => {
    const bridged = await site.freeswitch.api('show bridged_calls count');
    return bridged.includes('1 total') ? true : null;
  }, 10_000);

describe('a controller that is stopped (SIGTERM) during a conversation', () => {
  it('stops at once; the conversation goes on, and its CDR closes the record', async () => {
    await startController('stopped', { 'cdr.dir': join(site.folder, 'cdr'), 'drain.deadlineSeconds': '20' });
    const call = site.place({ name: 'stopped', dialled: '9', steps: talk(5000) });
    const { callId } = await placed();
    await conversation();
    const stoppedAtMs = Date.now();
    await controller.stop();
    expect(Date.now() - stoppedAtMs).toBeLessThan(3000);
    expect(await store.findCallRecord(callId)).toMatchObject({ endedAtMs: null, outcome: null });
    await conversation();
    expect((await call).code).toBe(0);
    expect(await site.channelsLeft()).toBe(0);
    await controller.start();
    const record = await closed(callId);
    expect(record).toMatchObject({ outcome: 'answered', estimated: false, closedBy: 'json-cdr' });
    expect(record.billableMs).toBeGreaterThan(4000);
  }, 60_000);
});

describe('controller and FreeSWITCH, both killed during a conversation', () => {
  it('leave enough to tell that and when the call was answered, and that the rest is a guess', async () => {
    await startController('both', { 'freeswitch.coreDb': join(site.folder, 'db', 'core.db') });
    const call = site.place({ name: 'both-killed', dialled: '9', steps: talk(6000) });
    const { callId } = await placed();
    await conversation();
    // Dies before it has written down that the call was answered, which it does every two seconds.
    await controller.kill();
    const bridgedAtMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await site.freeswitch.kill();
    await call;

    await controller.start();
    const record = await closed(callId);
    expect(record).toMatchObject({
      ...{ outcome: 'answered', reason: 'connection-lost', estimated: true, closedBy: 'recovery', code: '12345' },
    });
    expect(Math.abs((record.answeredAtMs ?? 0) - bridgedAtMs)).toBeLessThan(2000);
  }, 90_000);
});
