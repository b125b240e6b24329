import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createSimulator } from '../../src/simulator/freeswitch.ts';
import type { FarEnd } from '../../src/simulator/far-end.ts';
import { ask, sendmsg } from './harness.ts';

/** Answers, asks once, bridges, and goes when the caller's leg is over. */
function control(socket: Socket): void {
  let text = '';
  let callId = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.write('connect\n\n');
  socket.on('data', (chunk) => {
    text += String(chunk);
    if (callId === '' && text.includes('Control: full\n\n')) {
      callId = /^Unique-ID: (\S+)$/m.exec(text)?.[1] ?? '';
      const bridge = { app: 'bridge', arg: '{originate_timeout=30}sofia/gateway/carrier/18016424655' };
      const applications = [{ app: 'answer' }, ask('phrase:billing_ask_shortcut:first'), bridge, { app: 'hangup' }];
      socket.write(`linger 10\n\nfilter Unique-ID ${callId}\n\nevent json CHANNEL_HANGUP_COMPLETE\n\n`);
      socket.write(applications.map((application) => sendmsg(callId, { ...application, lock: true })).join(''));
    }
    if (text.includes('"CHANNEL_HANGUP_COMPLETE"')) socket.end();
  });
}

const farEnds: readonly FarEnd[] = [
  { kind: 'answers', afterMs: 5, talkMs: 50, hangsUp: 'callee' },
  { kind: 'answers', afterMs: 5, talkMs: 50, hangsUp: 'caller', calleeCompletes: 'after-callers' },
  { kind: 'refuses', status: 486 },
  { kind: 'rings', callerGivesUpAfterMs: 30 },
  { kind: 'early-media', lastsMs: 30, hangsUp: 'caller' },
  { kind: 'gateway-down' },
];

let server: Server;
beforeEach(async () => {
  server = createServer(control);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    }),
);

it('releases everything after 500 simultaneous calls', async () => {
  const { port } = server.address() as AddressInfo;
  const openBefore = process.getActiveResourcesInfo();
  const simulator = createSimulator({ controllers: `127.0.0.1:${port}`, paceMs: 0 });
  const calls = Array.from({ length: 500 }, (_, index) => {
    const farEnd = farEnds[index % farEnds.length] ?? { kind: 'rings' };
    return simulator.placeCall({ dialled: '9', callerNumber: `${200 + index}`, keys: ['12345#'], farEnd });
  });
  expect(simulator.channelCount()).toBe(500);
  const results = await Promise.all(calls.map(({ finished }) => finished));

  expect(new Set(results.map(({ callId }) => callId)).size).toBe(500);
  expect(results.every(({ served }) => served)).toBe(true);
  results.forEach(({ answered, billableMs }, index) => {
    const talks = index % farEnds.length < 2;
    expect([index, answered, billableMs >= 49]).toEqual([index, talks, talks]);
  });
  expect(simulator.channelCount()).toBe(0);
  // Nothing is left behind by itself: the simulator is not even closed.
  await expect(leftOver(openBefore)).resolves.toEqual([]);
  simulator.close();
});

/** What is open beyond what was, once that is nothing or after two seconds. */
async function leftOver(before: readonly string[]): Promise<string[]> {
  const deadline = Date.now() + 2000;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const known = [...before];
    const more = process.getActiveResourcesInfo().filter((kind) => {
      const at = known.indexOf(kind);
      if (at >= 0) known.splice(at, 1);
      return at < 0;
    });
    if (more.length === 0 || Date.now() > deadline) return more;
  }
}
