import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestController, type TestController } from '../support/controller.ts';
import { channelData, connectPeer, ordinaryCall } from './peer.ts';

let controller: TestController;
afterEach(() => controller.dispose());

/** What connect(2) says, as FreeSWITCH sees it. */
const attempt = (): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port: controller.port, host: '127.0.0.1' });
    socket.on('connect', () => socket.destroy());
    socket.on('connect', () => resolve('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });

describe('a controller with esl.maxConnections open', () => {
  it('refuses the connection, so that FreeSWITCH goes on to its next one, and takes calls again once there is room', async () => {
    controller = await startTestController({ 'esl.maxConnections': '2' });
    for (let round = 0; round < 3; round += 1) {
      const peers = [connectPeer(controller.port), connectPeer(controller.port)];
      for (const peer of peers) peer.send(channelData(randomUUID()));
      await Promise.all(peers.map((peer) => peer.until('play_and_get_digits')));
      expect([await attempt(), await attempt()]).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
      for (const peer of peers) peer.socket.destroy();
      await eventually(async () => ((await attempt()) === 'connected' ? true : null));
      await ordinaryCall(controller.port, randomUUID());
    }
    expect(controller.logged()).toContain('esl.maxConnections (2) are open');
  });

  it('stops as any other', async () => {
    controller = await startTestController({ 'esl.maxConnections': '1' });
    const peer = connectPeer(controller.port);
    peer.send(channelData(randomUUID()));
    await peer.until('play_and_get_digits');
    await controller.stop(0);
    await peer.closed;
    expect(await attempt()).toBe('ECONNREFUSED');
  });
});
