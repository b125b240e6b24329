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
