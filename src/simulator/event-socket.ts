import { createServer, type AddressInfo, type Socket } from 'node:net';
import { answerApi } from './api.ts';
import type { Core } from './call.ts';
import { createCommandReader } from './command-reader.ts';
import { createSubscription } from './subscription.ts';

/** The inbound event socket (mod_event_socket.c, listener_run): login, `api`, `filter`, `event`. */
export type EventSocket = { port: number; close(): Promise<void> };

/** Rejects if the port cannot be had. */
export async function listenForClients(core: Core, password: string, port = 0): Promise<EventSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    serveClient(core, password, socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function serveClient(core: Core, password: string, socket: Socket): void {
  let authenticated = false;
  const write = (text: string): void => void socket.write(text);
  const reply = (text: string): void => write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  const subscription = createSubscription(core.events, write);
  const read = createCommandReader(({ line }) => {
    const [word = '', ...rest] = line.split(' ');
    const tail = line.slice(word.length + 1).trim();
    if (word === 'auth') {
      authenticated = tail === password;
      reply(authenticated ? '+OK accepted' : '-ERR invalid');
    } else if (!authenticated) reply('-ERR command not found');
    else if (word === 'api') {
      const answer = answerApi(core, tail);
      write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(answer)}\n\n${answer}`);
    } else if (word === 'filter') reply(subscription.filter(tail));
    else if (word === 'event') reply(subscription.events(rest, true));
    else if (word === 'exit') socket.end('Content-Type: command/reply\nReply-Text: +OK bye\n\n');
    else reply('-ERR command not found');
  });
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => read(String(chunk)));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => subscription.end());
  write('Content-Type: auth/request\n\n');
}
