import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { run, type Ran } from '../../cli/run.ts';
import { account, startTestController, type TestController } from '../../support/controller.ts';
import { openSite, type Site } from './site.ts';
import { sitePorts } from './requirements.ts';

let site: Site;
let controller: TestController;
let env: Record<string, string>;

beforeAll(async () => {
  site = await openSite();
  const { eventSocket } = sitePorts(process.env);
  const cdrs = join(site.folder, 'cdr');
  controller = await startTestController({
    ...{ 'esl.port': String(site.controllerPorts[0]), 'cdr.dir': cdrs, 'call.ringSeconds': '5' },
  });
  await controller.store.addAccount(account('12345'));
  env = {
    ...{ BILLING_DATA_DIR: controller.folder, BILLING_CDR_DIR: cdrs, BILLING_FREESWITCH_HOST: '127.0.0.1' },
    ...{ BILLING_FREESWITCH_PORT: String(eventSocket), BILLING_FREESWITCH_PASSWORD: 'test-only' },
  };
}, 120_000);
afterAll(async () => {
  await controller.dispose();
  await site.dispose();
});

const testCall = (...args: string[]): Promise<Ran> => run(['test-call', '--talk', '2', ...args], env);

describe('billing-codes test-call', () => {
  it('says what it needs', async () => {
    expect(await testCall('--code', '12345', '--number', '8016424655')).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        "billing-codes test-call: it needs mod_loopback: fs_cli -x 'load mod_loopback', and a line in modules.conf.xml\n",
    });
    expect(await site.freeswitch.api('load mod_loopback')).toContain('+OK');
  });

  it('places a call that is billed to the millisecond of the CDR', async () => {
    const called = await testCall('--code', '12345', '--number', '8016424601', '--json');
    expect(called.stderr).toBe('');
    const result = JSON.parse(called.stdout) as { billableMs: number; cdrBillableMs: number };
    expect(result).toMatchObject({ outcome: 'answered', reason: null, disagreements: [] });
    expect(result.billableMs).toBe(result.cdrBillableMs);
    expect(result.billableMs).toBeGreaterThan(1_000);
    expect(called.code).toBe(0);
  });

  it('says that a code is wrong, and leaves no channel behind', async () => {
    const called = await testCall('--code', '99999', '--number', '8016424601');
    expect(called).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Call \S+ was (abandoned|refused) \(/) as unknown,
    });
    expect(await site.channelsLeft()).toBe(0);
  });

  it('lets nothing but digits into a command of FreeSWITCH', async () => {
    const called = await testCall('--code', '1 evil', '--number', '8016424601');
    expect(called).toMatchObject({
      code: 1,
      stderr: 'billing-codes test-call: extension, code and number are digits, *, +\n',
    });
  });
});
