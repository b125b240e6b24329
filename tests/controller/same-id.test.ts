import { afterEach, describe, expect, it } from '@jest/globals';
import { channelData, connectPeer, event, ordinaryCall, type Peer } from '../freeswitch/outbound/peer.ts';
import { account, eventually, startTestController, type TestController } from '../support/controller.ts';

let controller: TestController;
afterEach(() => controller.dispose());

/** The id of the last `play_and_get_digits` that was sent, once there are so many. */
async function stage(peer: Peer, count: number): Promise<string> {
  const ids = await eventually(() => {
    const found = [...peer.received().matchAll(/play_and_get_digits\n(?:.*\n)*?Event-UUID: (\S+)/g)];
    return Promise.resolve(found.length < count ? null : found);
  });
  return ids[count - 1]?.[1] ?? '';
}

const keyed = (callId: string, id: string, digits: string, terminator = ''): string =>
  event(callId, 'CHANNEL_EXECUTE_COMPLETE', {
    Application: 'play_and_get_digits',
    'Application-UUID': id,
    'Answer-State': 'answered',
    variable_billing_keyed: digits,
    variable_read_terminator_used: terminator,
  });

describe('a call id that has had its call', () => {
  it.each(['1', '2'])('gets no second call without a record (attempt %s)', async (attempt) => {
    controller = await startTestController();
    await controller.store.addAccount(account('12345'));
    const callId = `twice-${attempt}`;
    await ordinaryCall(controller.port, callId);
    const first = await eventually(() =>
      controller.store.findCallRecord(callId).then((record) => (record?.closedBy === 'event' ? record : null)),
    );

    const peer = connectPeer(controller.port);
    await peer.until('connect\n\n');
    peer.send(channelData(callId, { variable_billing_entry: 'shortcut', variable_billing_attempt: attempt }));
    peer.send(keyed(callId, await stage(peer, 1), '123'));
    peer.send(keyed(callId, await stage(peer, 2), '45**8016424655', '#'));
    await peer.until('phrase:billing_farewell:service-down');
    expect(peer.received()).not.toContain('execute-app-name: bridge');
    peer.socket.destroy();
    await peer.closed;
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
    expect(await controller.store.findCallRecord(callId)).toEqual(first);
    expect(controller.logged()).toContain('a call with this id is over, and its record is closed');
  });
});

const bridges = (peer: Peer): number => peer.received().split('execute-app-name: bridge').length - 1;

/** A call in the given way, up to where the far end is called. */
async function placing(callId: string, attempt: string): Promise<Peer> {
  const peer = connectPeer(controller.port);
  await peer.until('connect\n\n');
  peer.send(channelData(callId, { variable_billing_entry: 'shortcut', variable_billing_attempt: attempt }));
  peer.send(keyed(callId, await stage(peer, 1), '123'));
  peer.send(keyed(callId, await stage(peer, 2), '45**8016424655', '#'));
  await peer.until('execute-app-name: bridge');
  return peer;
}

const answer = (peer: Peer, callId: string): void => {
  const legId = /origination_uuid=([0-9a-f-]{36})/.exec(peer.received())?.[1] ?? '';
  const answeredUs = String(Date.now() * 1000);
  peer.send(
    event(legId, 'CHANNEL_ANSWER', { 'Caller-Channel-Answered-Time': answeredUs, 'Other-Leg-Unique-ID': callId }),
  );
};

describe('the same call id on several connections at once', () => {
  it('is taken over by the second attempt while nobody has answered, and the first one is let go', async () => {
    controller = await startTestController();
    await controller.store.addAccount(account('12345'));
    const first = await placing('at-once', '1');
    const second = await placing('at-once', '2');
    await first.closed;
    expect(controller.liveCalls()).toBe(1);
    second.send(event('at-once', 'CHANNEL_HANGUP_COMPLETE', { 'Hangup-Cause': 'ORIGINATOR_CANCEL' }));
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
    second.socket.destroy();
    await eventually(async () =>
      (await controller.store.findCallRecord('at-once'))?.closedBy === 'event' ? true : null,
    );
    expect(await controller.store.listCallRecords()).toHaveLength(1);
  });

  it('places no second call while the first one talks, whatever attempt it says it is', async () => {
    controller = await startTestController();
    await controller.store.addAccount(account('12345'));
    const first = await placing('talks', '1');
    answer(first, 'talks');
    await eventually(async () => ((await controller.store.findCallRecord('talks'))?.bridgedAtMs ? true : null));
    await eventually(() => Promise.resolve(controller.logged().includes('talking') ? true : null));
    for (const attempt of ['1', '2', '3']) {
      const other = connectPeer(controller.port);
      await other.until('connect\n\n');
      other.send(channelData('talks', { variable_billing_entry: 'shortcut', variable_billing_attempt: attempt }));
      await other.until('CALL_REJECTED');
      other.socket.end();
      await other.closed;
      expect(bridges(other)).toBe(0);
    }
    expect(controller.liveCalls()).toBe(1);
    first.socket.destroy();
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
    expect(await controller.store.listCallRecords()).toHaveLength(1);
  });

  it('has a record of its own for an emergency call that is placed under the id of one that is over', async () => {
    controller = await startTestController();
    await ordinaryCall(controller.port, 'again');
    await eventually(() =>
      controller.store.findCallRecord('again').then((record) => (record?.closedBy === 'event' ? true : null)),
    );
    const peer = connectPeer(controller.port);
    await peer.until('connect\n\n');
    peer.send(channelData('again', { variable_billing_entry: 'direct', variable_billing_dialled: '911' }));
    await peer.until('execute-app-name: bridge');
    peer.send(event('again', 'CHANNEL_HANGUP_COMPLETE', { 'Hangup-Cause': 'ORIGINATOR_CANCEL' }));
    await eventually(() => Promise.resolve(controller.liveCalls() === 0 ? true : null));
    peer.socket.destroy();
    const records = await eventually(async () => {
      const found = await controller.store.listCallRecords();
      return found.length === 2 && found.every(({ endedAtMs }) => endedAtMs !== null) ? found : null;
    });
    const other = records.find(({ callId }) => callId !== 'again');
    expect(other).toMatchObject({ callType: 'emergency', callId: expect.stringMatching(/^again~[0-9a-f]{8}$/) });
  });
});
