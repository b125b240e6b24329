import { connect } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { startWebServer, type WebServer } from '../../src/web/server.ts';

let server: WebServer;
afterEach(() => server.close());

it('a request that arrives byte by byte is given up on, whoever sends it', async () => {
  server = await startWebServer({ host: '127.0.0.1', port: 0, requestMs: 1_000 }, [
    (web) => void web.post('/', (request) => ({ length: JSON.stringify(request.body).length })),
  ]);
  const socket = connect(server.address().port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"');
  const dripping = setInterval(() => socket.write('x'), 100);
  const startedAt = performance.now();
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += String(bytes)));
  // `once` of node:events rejects at the error of a byte that comes too late.
  await new Promise((resolve) => socket.on('close', resolve));
  clearInterval(dripping);
  expect(answer).toContain('408');
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
