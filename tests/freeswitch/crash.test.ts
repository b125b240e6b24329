import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerProcess, type ControllerProcess } from '../../scripts/chaos/controller.ts';
import { flagOf } from '../../src/config/load.ts';
import { openLocalStore } from '../../src/store/local/store.ts';
import { eventually } from '../support/controller.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import type { CallerStep } from './caller-scenario.ts';

let site: Site;
let controller: ControllerProcess;
beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterAll(async () => {
  await controller.kill();
  await site.dispose();
}, 60_000);

describe('controller and FreeSWITCH, both killed in conversation', () => {
  it('leave what is needed to say that the call was answered, when, and that the rest is a guess', async () => {
    const folder = join(site.folder, 'both');
    const settings = {
      ...siteSettings,
      ...{ 'call.maxTalkSeconds': '60', 'freeswitch.coreDb': join(site.folder, 'db', 'core.db') },
    };
    controller = controllerProcess({
      ...{ name: 'both', folder, eslPort: site.controllerPorts[0], httpPort: -1 },
      flags: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`--${flagOf(key)}`, value])),
    });
    const store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
    try {
      await store.importAccounts(siteAccounts);
      await controller.start();
      await site.freeswitch.useControllers(`127.0.0.1:${site.controllerPorts[0]}`);
      const steps: CallerStep[] = [
        { do: 'wait', ms: 300 },
        { do: 'key', digits: '12345**8016424600#', by: 'info' },
        { do: 'wait', ms: 6000 },
        { do: 'hang-up' },
      ];
      const placed = site.place({ name: 'both-killed', dialled: '9', steps });
      // Dies as soon as the call is placed: it has never written down that it was answered.
      const open = await eventually(async () => {
        const records = await store.listCallRecords({ open: true });
        return records.find(({ calleeLegId }) => calleeLegId !== null) ?? null;
      }, 10_000);
      expect(open).toMatchObject({ calledNumber: '8016424600', answeredAtMs: null });
      await controller.kill();
      await eventually(async () => {
        const bridged = await site.freeswitch.api('show bridged_calls count');
        return bridged.includes('1 total') ? true : null;
      }, 10_000);
      const bridgedAtMs = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await site.freeswitch.kill();
      await placed;

      await controller.start();
      const record = await eventually(async () => {
        const found = await store.findCallRecord(open.callId);
        return found?.endedAtMs == null ? null : found;
      }, 20_000);
      expect(record).toMatchObject({
        ...{ outcome: 'answered', reason: 'connection-lost', estimated: true, closedBy: 'recovery', code: '12345' },
      });
      expect(Math.abs((record.answeredAtMs ?? 0) - bridgedAtMs)).toBeLessThan(2000);
    } finally {
      await store.close();
    }
  }, 90_000);
});
