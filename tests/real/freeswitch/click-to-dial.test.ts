import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.ts';
import { dialerOf } from '../../../src/controller/console-dial.ts';
import { sessionSettings } from '../../../src/controller/call-settings.ts';
import type { Dialer } from '../../../src/web/parts.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { sitePorts } from './requirements.ts';
import { openSite, type Site } from './site.ts';

let site: Site;
let controller: TestController;
let dial: Dialer;

/** What answers at the carrier stands for the phone, too. */
const phone = '8016424600';

beforeAll(async () => {
  site = await openSite();
  const { eventSocket } = sitePorts(process.env);
  controller = await startTestController({
    ...{ 'esl.port': String(site.controllerPorts[0]), 'cdr.dir': join(site.folder, 'cdr'), 'call.maxTalkSeconds': '2' },
  });
  await controller.store.addAccount(account('12345', { name: 'Smith & Co' }));
  const flags = {
    ...{ 'data.dir': controller.folder, 'freeswitch.host': '127.0.0.1', 'freeswitch.port': String(eventSocket) },
    ...{ 'freeswitch.password': 'test-only', 'routes.internal': 'sofia/gateway/carrier/{number}' },
  };
  const config = loadConfig({ file: null, env: {}, flags });
  dial = dialerOf(config, sessionSettings(config).plan);
}, 120_000);
afterAll(async () => {
  await controller.dispose();
  await site.dispose();
});

it('calls the phone, then the number, and is recorded and billed like any other call; nothing is left behind', async () => {
  await site.freeswitch.api('load mod_loopback');
  const placed = await dial({ extension: phone, code: '12345', number: '8016424602' });
  expect(placed).toEqual({ ok: true, value: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown });
  const callId = placed.ok ? placed.value : '';
  const record = await eventually(async () => {
    const found = await controller.store.findCallRecord(callId);
    return found?.endedAtMs == null ? null : found;
  }, 30_000);
  expect(record).toMatchObject({ extension: phone, accountName: 'Smith & Co', entry: 'shortcut', outcome: 'answered' });
  expect(record.calledNumber).toContain('8016424602');
  expect(record.billableMs).toBeGreaterThan(500);
  expect(await site.channelsLeft()).toBe(0);
});

it('ends with the phone: who picks up and hangs up again calls nobody', async () => {
  const placed = await dial({ extension: '8016424601', code: '12345', number: '8016424602' });
  const record = await eventually(async () => {
    const [last] = await controller.store.listCallRecords({ limit: 1 });
    return last?.endedAtMs == null || last.extension !== '8016424601' ? null : last;
  }, 30_000);
  expect([placed.ok, record.outcome, record.billableMs]).toEqual([expect.any(Boolean), 'abandoned', 0]);
  expect(await site.channelsLeft()).toBe(0);
});

it('says that the phone did not answer, and places nothing', async () => {
  const placed = await dial({ extension: '8016424686', code: '12345', number: '8016424602' });
  expect(placed).toEqual({ ok: false, problem: expect.stringContaining('was not answered') as unknown });
  expect(await site.channelsLeft()).toBe(0);
});

it('lets nothing but digits into a command', async () => {
  const evil = { extension: phone, code: '1 evil', number: '8016424602' };
  expect(await dial(evil)).toMatchObject({ ok: false });
});
