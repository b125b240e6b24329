import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { controllerProcess, type ControllerProcess } from '../../../scripts/chaos/controller.ts';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { flagOf } from '../../../src/config/keys.ts';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { eventually } from '../../support/controller.ts';
import { sitePorts } from './requirements.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import type { CallerStep } from './caller-scenario.ts';

let site: Site;
let controllers: ControllerProcess[] = [];

beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterEach(async () => {
  await Promise.all(controllers.map((controller) => controller.kill()));
  controllers = [];
});
afterAll(() => site.dispose(), 60_000);

const folderOf = (test: string): string => join(site.folder, `recovery-${test}`);

/** A controller that reads FreeSWITCH's CDR folder, and may ask it which calls are up (`follows`). */
async function controller(test: string, follows: boolean): Promise<ControllerProcess> {
  const settings = {
    ...siteSettings,
    // The callers here hang up by themselves, on a busy machine a second or two late.
    ...{
      'call.ringSeconds': '20',
      'call.maxTalkSeconds': '60',
      'cdr.dir': join(site.folder, 'cdr'),
      'cdr.scanMs': '500',
    },
    // Long enough for a controller to come back while the caller is silent.
    'entry.digitMs': '5000',
    ...(follows
      ? {
          'freeswitch.host': '127.0.0.1',
          'freeswitch.port': String(sitePorts(process.env).eventSocket),
          'freeswitch.password': 'test-only',
        }
      : {}),
  };
  const made = controllerProcess({
    ...{ name: test, folder: folderOf(test), eslPort: site.controllerPorts[0], httpPort: -1 },
    flags: Object.fromEntries(Object.entries(settings).map(([key, value]) => [`--${flagOf(key)}`, value])),
  });
  controllers.push(made);
  const store = await openLocalStore({ file: join(folderOf(test), 'billing-codes.db') });
  await store.importAccounts(siteAccounts);
  await store.close();
  await made.start();
  await site.freeswitch.useControllers(`127.0.0.1:${site.controllerPorts[0]}`);
  return made;
}

async function records(test: string): Promise<CallRecord[]> {
  const store = await openLocalStore({ file: join(folderOf(test), 'billing-codes.db') });
  const all = await store.listCallRecords();
  await store.close();
  return all;
}

/** The only record of the call, once it is closed. */
function closed(test: string): Promise<CallRecord> {
  return eventually(async () => {
    const all = await records(test);
    expect(all.length).toBeLessThanOrEqual(1);
    return all[0]?.endedAtMs == null ? null : all[0];
  }, 30_000);
}

async function untilUp(channels: number, bridged: number): Promise<void> {
  await eventually(async () => {
    const calls = Number(/^(\d+) total/m.exec(await site.freeswitch.api('show bridged_calls count'))?.[1]);
    return calls === bridged && (await site.freeswitch.channels()) === channels ? true : null;
  }, 10_000);
}

/** `billusec` of the callee's leg, as mod_json_cdr wrote it. */
function billedMs(record: CallRecord): number {
  const cdrs = join(site.folder, 'cdr');
  for (const folder of [cdrs, join(cdrs, 'done')]) {
    const file = `${record.calleeLegId ?? ''}.cdr.json`;
    if (!readdirSync(folder).includes(file)) continue;
    const { variables } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      variables: Record<string, string>;
    };
    return Math.floor(Number(variables['billusec']) / 1000);
  }
  throw new Error('no CDR');
}

const listen: CallerStep = { do: 'wait', ms: 300 };
const key = (digits: string): CallerStep => ({ do: 'key', digits, by: 'info' });

describe('a controller that is killed and restarted', () => {
  it('while the caller is keying: takes the caller over, in the same record', async () => {
    const mortal = await controller('keying', true);
    const placed = site.place({
      ...{ name: 'recovery-keying', dialled: '8' },
      steps: [listen, key('12'), { do: 'wait', ms: 9000 }, key('12345**8016424601#'), { do: 'be-hung-up-on' }],
    });
    await untilUp(1, 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await mortal.kill();
    await mortal.start();
    await placed;
    const record = await closed('keying');
    expect(record).toMatchObject({ outcome: 'answered', estimated: false, closedBy: 'event' });
    expect(record.billableMs).toBe(billedMs(record));
  });

  it('while the far end is ringing, and is down for long: the CDR closes the record when it is back', async () => {
    const mortal = await controller('ringing', false);
    const steps: CallerStep[] = [listen, key('12345**8016424680#'), { do: 'wait', ms: 2000 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'recovery-ringing', dialled: '9', steps });
    await untilUp(2, 0);
    await mortal.kill();
    await placed;
    await site.channelsLeft();
    await mortal.start();
    expect(await closed('ringing')).toMatchObject({
      ...{ outcome: 'cancelled', hangupCause: 'ORIGINATOR_CANCEL', billableMs: 0, estimated: false },
      ...{ closedBy: 'json-cdr', accountName: 'Account 12345', calledNumber: '8016424680' },
    });
  });

  it('during a conversation, and is back before its end: follows it to the end, to FreeSWITCH’s microsecond', async () => {
    const mortal = await controller('talking', true);
    const steps: CallerStep[] = [listen, key('12345**8016424600#'), { do: 'wait', ms: 6000 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'recovery-talking', dialled: '9', steps });
    await untilUp(2, 1);
    await mortal.kill();
    await mortal.start();
    await placed;
    const record = await closed('talking');
    expect(record).toMatchObject({ outcome: 'answered', estimated: false });
    expect(['recovery', 'json-cdr']).toContain(record.closedBy);
    expect(record.billableMs).toBe(billedMs(record));
    expect(record.billableMs).toBeGreaterThan(4000);
  });

  it('during a conversation, and is back after its end: the CDR is enough', async () => {
    const mortal = await controller('after', false);
    const steps: CallerStep[] = [listen, key('12345**8016424600#'), { do: 'wait', ms: 2500 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'recovery-after', dialled: '9', steps });
    await untilUp(2, 1);
    await mortal.kill();
    await placed;
    await site.channelsLeft();
    await mortal.start();
    const record = await closed('after');
    expect(record).toMatchObject({ outcome: 'answered', estimated: false, closedBy: 'json-cdr' });
    expect(record.billableMs).toBe(billedMs(record));
  });
});

describe('FreeSWITCH when it is killed during a conversation', () => {
  it('leaves an estimate that is marked as one', async () => {
    await controller('switch', false);
    const steps: CallerStep[] = [listen, key('12345**8016424600#'), { do: 'wait', ms: 5000 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'recovery-switch', dialled: '9', steps });
    await untilUp(2, 1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await site.freeswitch.kill();
    const record = await closed('switch');
    expect(record).toMatchObject({ outcome: 'answered', reason: 'connection-lost', estimated: true });
    expect(record.billableMs).toBeGreaterThan(1000);
    expect(record.billableMs).toBeLessThan(4000);
    await placed;
  });
});
