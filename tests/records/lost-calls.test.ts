import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { controllerProcess, freePorts, type ControllerProcess } from '../../scripts/chaos/controller.ts';
import type { CallRecord } from '../../src/words/call-record.ts';
import { createSimulator, type Simulator } from '../../src/simulator/freeswitch.ts';
import { openLocalStore, type LocalStore } from '../../src/store/sqlite/store.ts';
import { openRecord } from '../store/records.ts';
import { account, eventually, startTestController } from '../support/controller.ts';

/** A controller that may ask FreeSWITCH which calls are up, and no CDRs. */
describe('calls that a killed controller left open', () => {
  let folder: string;
  let eventPort: number;
  let simulator: Simulator;
  let controller: ControllerProcess;
  let store: LocalStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'billing-codes-lost-'));
    const [eslPort = 0] = await freePorts(1);
    simulator = createSimulator({ controllers: `127.0.0.1:${eslPort}` });
    eventPort = (await simulator.listen('secret')).port;
    controller = controllerProcess({
      ...{ name: 'c1', folder, eslPort, httpPort: -1 },
      flags: {
        ...{ '--freeswitch-host': '127.0.0.1', '--freeswitch-port': `${eventPort}`, '--freeswitch-password': 'secret' },
      },
    });
    store = await openLocalStore({ file: join(folder, 'billing-codes.db') });
    await store.addAccount(account('12345'));
    await controller.start();
  });
  afterEach(async () => {
    await controller.kill();
    simulator.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const closed = (callId: string, withinMs = 5000): Promise<CallRecord> =>
    eventually(async () => {
      const record = await store.findCallRecord(callId);
      return record?.endedAtMs == null ? null : record;
    }, withinMs);

  function talk(talkMs: number): {
    callId: string;
    answered: Promise<void>;
    billableMs: Promise<number>;
    hangUp: () => void;
    cutSocket: () => void;
  } {
    const answered = Promise.withResolvers<undefined>();
    const call = simulator.placeCall({
      dialled: '9',
      keys: ['12345**8016424655#'],
      farEnd: { kind: 'answers', afterMs: 50, talkMs, hangsUp: 'callee' },
      onDialogue: ({ kind }) => {
        if (kind === 'answered') answered.resolve(undefined);
      },
    });
    return {
      ...{
        callId: call.callId,
        answered: answered.promise,
        hangUp: () => call.hangUp(),
        cutSocket: () => call.cutSocket(),
      },
      billableMs: call.finished.then((end) => end.billableMs),
    };
  }

  it('are followed to their end if they are still up: the billable time is FreeSWITCH’s', async () => {
    const call = talk(60_000);
    await call.answered;
    await controller.kill();
    await controller.start();
    // How long a start takes is not what is tested.
    await eventually(() => Promise.resolve(controller.logged().includes('are still open') ? true : null), 20_000);
    await delay(1500);
    call.hangUp();
    const record = await closed(call.callId, 10_000);
    expect(record).toMatchObject({
      outcome: 'answered',
      estimated: false,
      closedBy: 'recovery',
      accountName: 'Account 12345',
    });
    expect(record.billableMs).toBe(await call.billableMs);
  });

  it('are closed as interrupted and marked as estimated if they ended unseen in the meantime', async () => {
    const call = talk(200);
    await call.answered;
    await controller.kill();
    await call.billableMs;
    await controller.start();
    expect(await closed(call.callId, 15_000)).toMatchObject({
      ...{ outcome: 'interrupted', reason: 'connection-lost', estimated: true, billableMs: 0 },
    });
    expect(controller.logged()).toContain('calls from an earlier run are still open');
  });

  it('are estimated from their answer and last sign of life if those are known', async () => {
    const call = talk(20_000);
    await call.answered;
    const heard = await eventually(() => store.findHeartbeat(call.callId));
    await controller.kill();
    simulator.close();
    simulator = createSimulator({ controllers: 'nobody:1' });
    await simulator.listen('secret', eventPort);
    await controller.start();
    expect(await closed(call.callId, 15_000)).toMatchObject({
      ...{ outcome: 'answered', reason: 'connection-lost', estimated: true, closedBy: 'heartbeat' },
      ...{ answeredAtMs: heard.answeredAtMs, endedAtMs: heard.heardAtMs },
      billableMs: heard.heardAtMs - (heard.answeredAtMs ?? 0),
    });
  });

  it('include a call that only lost its connection: the same process follows it, and corrects its estimate', async () => {
    const call = talk(60_000);
    await call.answered;
    call.cutSocket();
    expect(await closed(call.callId)).toMatchObject({ outcome: 'answered', estimated: true, closedBy: 'controller' });
    await delay(2500);
    call.hangUp();
    const record = await eventually(async () => {
      const found = await store.findCallRecord(call.callId);
      return found?.estimated === false ? found : null;
    }, 10_000);
    expect(record).toMatchObject({ outcome: 'answered', reason: null, closedBy: 'recovery' });
    expect(record.billableMs).toBe(await call.billableMs);
    expect(record.billableMs).toBeGreaterThan(2000);
    expect(await store.listCorrections(call.callId)).toHaveLength(1);
  });
});

describe('a controller that is stopped while it asks FreeSWITCH', () => {
  it('leaves no connection open, at whatever moment it was accepted', async () => {
    const left = new Set<Socket>();
    const ended = Promise.withResolvers<undefined>();
    const late = createServer((socket) => {
      left.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        left.delete(socket);
        ended.resolve(undefined);
      });
      socket.write('Content-Type: auth/request\n\n');
      socket.on('data', (said) => {
        if (!said.includes('auth ')) return;
        setTimeout(() => socket.write('Content-Type: command/reply\nReply-Text: +OK accepted\n\n'), 600);
      });
    }).listen(0, '127.0.0.1');
    await once(late, 'listening');
    const { port } = late.address() as AddressInfo;
    const first = await startTestController();
    await first.store.save(openRecord('lost'));
    await first.stop(0);
    const second = await startTestController({
      ...{ 'data.dir': first.folder, 'freeswitch.host': '127.0.0.1', 'freeswitch.port': String(port) },
    });
    await eventually(() => Promise.resolve(left.size === 1 ? true : null));
    await second.stop(0);
    await ended.promise;
    expect(left.size).toBe(0);
    await second.dispose();
    await first.dispose();
    late.close();
    await once(late, 'close');
  });
});
