import type { ChildProcess } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../src/words/call-record.ts';
import { flagOf } from '../../../src/config/keys.ts';
import { openLocalStore } from '../../../src/store/sqlite/store.ts';
import { start } from '../../cli/run.ts';
import { eventually } from '../../support/controller.ts';
import { openSite, siteAccounts, siteSettings, type Site } from './site.ts';
import type { CallerStep } from './caller-scenario.ts';

/** A controller as a process of its own, which can be killed. */
type Process = { child: ChildProcess; record: (callId: string) => Promise<CallRecord | null> };

let site: Site;
let running: ChildProcess[] = [];

beforeAll(async () => {
  site = await openSite();
}, 120_000);
afterEach(async () => {
  await Promise.all(running.map(killed));
  running = [];
  expect(await site.channelsLeft()).toBe(0);
});
afterAll(() => site.dispose(), 60_000);

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** Starts the first or the second controller, on a database of its own. */
async function controller(which: 0 | 1, test: string): Promise<Process> {
  const folder = join(site.folder, `${test}-${which}`);
  const open = () => openLocalStore({ file: join(folder, 'billing-codes.db') });
  const flags = {
    ...siteSettings,
    'call.maxTalkSeconds': '60',
    'data.dir': folder,
    'esl.port': String(site.controllerPorts[which]),
  };
  const process = start(['start', ...Object.entries(flags).map(([key, value]) => `--${flagOf(key)}=${value}`)]);
  const { child } = process;
  running.push(child);
  await process.until('Listening for FreeSWITCH');
  const store = await open();
  await store.importAccounts(siteAccounts);
  await store.close();
  return {
    child,
    async record(callId) {
      const reading = await open();
      const record = await reading.findCallRecord(callId);
      await reading.close();
      return record;
    },
  };
}

const both = () => site.controllerPorts.map((port) => `127.0.0.1:${port}`).join('|');
const listen: CallerStep = { do: 'wait', ms: 300 };
const key = (digits: string): CallerStep => ({ do: 'key', digits, by: 'info' });

/** Waits until FreeSWITCH has so many channels and bridged calls. */
async function untilUp(channels: number, bridged: number): Promise<void> {
  await eventually(async () => {
    const calls = Number(/^(\d+) total/m.exec(await site.freeswitch.api('show bridged_calls count'))?.[1]);
    return calls === bridged && (await site.freeswitch.channels()) === channels ? true : null;
  });
}

describe('without a controller', () => {
  it('the caller hears that the service is down, and the phone system sees 503', async () => {
    await site.freeswitch.useControllers(both());
    const run = await site.place({ name: 'no-controller', dialled: '8', refusedWith: 503, steps: [] });
    expect(run.code).toBe(0);
    const { caller, callee } = site.legs(run.callId);
    expect(caller?.variables).toMatchObject({ hangup_cause: 'NORMAL_TEMPORARY_FAILURE', billsec: '0' });
    expect(callee).toBeNull();
  });

  it.each(['closes the connection', 'says nothing'])(
    'that answers, because it %s, the same happens a little later',
    async (what) => {
      const server = createServer((socket) => {
        held.push(socket);
        socket.on('error', () => undefined);
        if (what !== 'says nothing') socket.destroy();
      });
      const held: Socket[] = [];
      await new Promise<void>((resolve) => server.listen(site.controllerPorts[0], '127.0.0.1', resolve));
      try {
        await site.freeswitch.useControllers(both());
        const name = `controller-${what.replaceAll(' ', '-')}`;
        const run = await site.place({ name, dialled: '8', refusedWith: 503, steps: [] });
        expect(run.code).toBe(0);
        expect(site.legs(run.callId).caller?.variables).toMatchObject({ hangup_cause: 'NORMAL_TEMPORARY_FAILURE' });
        expect(held).toHaveLength(1);
      } finally {
        for (const socket of held) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  );

  it('on the first address, the second one takes the call', async () => {
    const second = await controller(1, 'second');
    await site.freeswitch.useControllers(both());
    const steps = [listen, key('12345**8016424601#'), { do: 'be-hung-up-on' } as const];
    const run = await site.place({ name: 'second-controller', dialled: '9', steps });
    const { caller, callee } = site.legs(run.callId);
    expect(await second.record(caller?.variables['uuid'] ?? '')).toMatchObject({
      outcome: 'answered',
      billableMs: Math.floor(Number(callee?.variables['billusec']) / 1000),
    });
  });
});

describe('a controller that is killed', () => {
  it('while the caller is keying: the other one takes the caller over', async () => {
    const first = await controller(0, 'keying');
    const second = await controller(1, 'keying');
    await site.freeswitch.useControllers(both());
    const placed = site.place({
      name: 'killed-while-keying',
      dialled: '8',
      // The prompt and its time-out run to their end in FreeSWITCH; then the other one asks again.
      steps: [listen, key('12'), { do: 'wait', ms: 4000 }, key('12345**8016424601#'), { do: 'be-hung-up-on' }],
    });
    await untilUp(1, 0);
    await new Promise((resolve) => setTimeout(resolve, 800));
    await killed(first.child);
    const run = await placed;
    expect(await site.channelsLeft()).toBe(0);
    const { caller, callee } = site.legs(run.callId);
    const callId = caller?.variables['uuid'] ?? '';
    expect(caller?.variables['billing_attempt']).toBe('2');
    expect(await second.record(callId)).toMatchObject({
      outcome: 'answered',
      calledNumber: '8016424601',
      billableMs: Math.floor(Number(callee?.variables['billusec']) / 1000),
    });
    expect(await first.record(callId)).toMatchObject({ endedAtMs: null });
  });

  it('while the far end is ringing: the open record is on disk, and the caller is asked again', async () => {
    const first = await controller(0, 'ringing');
    const second = await controller(1, 'ringing');
    await site.freeswitch.useControllers(both());
    const steps: CallerStep[] = [listen, key('12345**8016424680#'), { do: 'wait', ms: 5000 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'killed-while-ringing', dialled: '9', steps });
    await untilUp(2, 0);
    await killed(first.child);
    const run = await placed;
    expect(await site.channelsLeft()).toBe(0);
    const { caller, callee } = site.legs(run.callId);
    const callId = caller?.variables['uuid'] ?? '';
    expect(await first.record(callId)).toMatchObject({
      ...{ endedAtMs: null, code: '12345', calledNumber: '8016424680', calleeLegId: callee?.variables['uuid'] },
    });
    expect(await second.record(callId)).toMatchObject({ outcome: 'abandoned', reason: 'caller-hung-up' });
  });

  it('during a conversation: it goes on, and FreeSWITCH’s CDR is enough to rebuild our record', async () => {
    const first = await controller(0, 'talking');
    await site.freeswitch.useControllers(both());
    const steps: CallerStep[] = [listen, key('12345**8016424600#'), { do: 'wait', ms: 5000 }, { do: 'hang-up' }];
    const placed = site.place({ name: 'killed-in-conversation', dialled: '9', steps });
    await untilUp(2, 1);
    await killed(first.child);
    const run = await placed;
    expect(await site.channelsLeft()).toBe(0);
    expect(run.code).toBe(0);
    const { caller, callee } = site.legs(run.callId);
    const callId = caller?.variables['uuid'] ?? '';
    const record = await first.record(callId);
    expect(record).toMatchObject({ endedAtMs: null, code: '12345', calledNumber: '8016424600' });
    expect(Number(callee?.variables['billusec'])).toBeGreaterThan(3_000_000);
    for (const leg of [caller, callee]) {
      expect(leg?.variables).toMatchObject({
        billing_call_id: callId,
        billing_callee_leg_id: record?.calleeLegId,
        billing_account_id: String(record?.accountId),
        billing_entry: 'shortcut',
        billing_called: '8016424600',
        billing_called_e164: '+18016424600',
        billing_call_type: 'national',
      });
    }
  });
});
