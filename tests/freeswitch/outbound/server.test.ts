import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load.ts';
import { startEslServer, type EslServer } from '../../../src/freeswitch/outbound/server.ts';
import { account, eventually, startTestController, type TestController } from '../../support/controller.ts';
import { channelData, connectPeer, ordinaryCall } from './peer.ts';

/** What connect(2) says, as FreeSWITCH sees it. */
const attempt = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('connect', () => socket.destroy());
    socket.on('connect', () => resolve('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });

describe('a controller with esl.maxConnections open', () => {
  let controller: TestController;
  afterEach(() => controller.dispose());

  it('refuses connections, so that FreeSWITCH tries the next controller, and takes calls again once there is room', async () => {
    controller = await startTestController({ 'esl.maxConnections': '2', 'http.port': '0' });
    await controller.store.addAccount(account('12345'));
    const ready = async (): Promise<[number, string]> => {
      const answer = await fetch(`http://127.0.0.1:${controller.webAddress()?.port ?? 0}/readyz`);
      return [answer.status, ((await answer.json()) as { status: string }).status];
    };
    for (let round = 0; round < 3; round += 1) {
      const peers = [connectPeer(controller.port), connectPeer(controller.port)];
      for (const peer of peers) peer.send(channelData(randomUUID()));
      await Promise.all(peers.map((peer) => peer.until('play_and_get_digits')));
      expect([await attempt(controller.port), await attempt(controller.port)]).toEqual([
        'ECONNREFUSED',
        'ECONNREFUSED',
      ]);
      expect(await ready()).toEqual([503, 'full']);
      for (const peer of peers) peer.socket.destroy();
      await eventually(async () => ((await attempt(controller.port)) === 'connected' ? true : null));
      await ordinaryCall(controller.port, randomUUID());
      await eventually(async () => ((await ready())[0] === 200 ? true : null));
    }
    expect(controller.logged()).toContain('esl.maxConnections (2) are open');
  });

  it('stops like any other', async () => {
    controller = await startTestController({ 'esl.maxConnections': '1' });
    const peer = connectPeer(controller.port);
    peer.send(channelData(randomUUID()));
    await peer.until('play_and_get_digits');
    await controller.stop(0);
    await peer.closed;
    expect(await attempt(controller.port)).toBe('ECONNREFUSED');
  });
});

describe('the server of the event socket', () => {
  it('stays closed if it is stopped at the moment at which it has room again', async () => {
    const { esl } = loadConfig({ file: null, env: {}, flags: { 'esl.port': '0', 'esl.maxConnections': '1' } });
    const ended = Promise.withResolvers<undefined>();
    const stopAtItsEnd = (message: string): void => {
      if (message !== 'connection ended') return;
      server.stopAccepting();
      ended.resolve(undefined);
    };
    const server: EslServer = await startEslServer({ ...esl, limits: esl }, { warn: stopAtItsEnd }, () => undefined);
    const { port } = server.address();
    try {
      const peer = connectPeer(port);
      await peer.until('connect');
      peer.socket.resetAndDestroy();
      await ended.promise;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await attempt(port)).toBe('ECONNREFUSED');
    } finally {
      await server.close();
    }
  });
});
