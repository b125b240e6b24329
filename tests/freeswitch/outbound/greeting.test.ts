import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createGreeting, type Greeting } from '../../../src/freeswitch/outbound/greeting.ts';

let greeting: Greeting;
let server: Server;
/** What became of each connection, in that order: that it was told to begin, and what it had sent by then; or why not. */
let told: string[];
let open: Set<Socket>;
let wake: () => void = () => undefined;

beforeEach(async () => {
  greeting = createGreeting();
  [told, open] = [[], new Set()];
  server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      wake();
    });
    const tell = (what: string): void => {
      told.push(what);
      wake();
    };
    greeting.arrived(socket, {
      enter: (early) => tell(`entered with ${early?.length ?? 0}`),
      refuse: (why) => tell(why ?? 'gone'),
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  greeting.close();
  for (const socket of open) socket.destroy();
  server.close();
  await once(server, 'close');
});

async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise<void>((resolve) => (wake = resolve));
}

function peer(sends: Buffer | null): Socket {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  if (sends !== null) socket.write(sends);
  return socket;
}

it('tells whoever is silent to begin, hands over the little that others have sent, and closes those that send much', async () => {
  const peers = [peer(null)];
  await until(() => told.length === 1);
  peers.push(peer(Buffer.alloc(100, 'a')));
  await until(() => told.length === 2);
  expect(told).toEqual(['entered with 0', expect.stringMatching(/^entered with (0|100)$/)]);
  peers.forEach((one) => one.destroy());
  await until(() => open.size === 0);
});

it('of many that send much at once tells few to begin, and closes all that it refuses', async () => {
  // They are all accepted, with what they have sent, before any of them is looked at.
  const much = Buffer.alloc(64 * 1024, 'a');
  const peers = Array.from({ length: 100 }, () => peer(much));
  await until(() => told.length === 100);
  const refused = told.filter((what) => what.startsWith('more than 16384 bytes'));
  const entered = told.filter((what) => what.startsWith('entered'));
  expect(refused.length + entered.length).toBe(100);
  await until(() => open.size === entered.length);
  peers.forEach((one) => one.destroy());
  await until(() => open.size === 0);
});

it('says of one that has gone before it was told to begin that it is gone, and closes what is left at the end', async () => {
  const accepted = once(server, 'connection');
  peer(null);
  const [socket] = (await accepted) as [Socket];
  greeting.close();
  expect(told).toEqual(['gone']);
  expect(socket.destroyed).toBe(true);
});
