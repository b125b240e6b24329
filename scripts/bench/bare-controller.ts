import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { readBareScript, type BareScript } from './bare-script.ts';
import type { MeasuredController } from './controllers.ts';

/**
 * The floor: a TCP server that sends what our controller sends and decides nothing. It reads no more than it must: the call's
 * id, the ends of the collections, and the ends of both legs, found as bytes.
 */
export function startBareController(recorded: string): Promise<MeasuredController> {
  const script = readBareScript(recorded);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, script);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () => {
          for (const socket of sockets) socket.destroy();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}

const idMarker = Buffer.from('\nUnique-ID: ');
const idLength = 36;
const endMarker = Buffer.from('"Event-Name":"CHANNEL_HANGUP_COMPLETE"');

function serve(socket: Socket, script: BareScript): void {
  const ids = Array.from({ length: script.ids + 1 }, () => randomUUID() as string);
  let step: 'channel' | 'collecting' | 'bridged' = 'channel';
  let part = 0;
  let collected: Buffer = Buffer.alloc(0);
  let legsEnded = 0;
  /** The end of the last bytes, in case a marker lies across two chunks. */
  let tail: Buffer = Buffer.alloc(0);

  /** Sends the next part of the script: another collection, or the bridge. */
  function goOn(): void {
    const next = script.collecting[part];
    part += 1;
    tail = Buffer.alloc(0);
    step = next === undefined ? 'bridged' : 'collecting';
    if (next !== undefined) collected = Buffer.from(`"Application-UUID":"${ids[next.collectId] ?? ''}"`);
    socket.write((next?.commands ?? script.dialling)(ids));
  }

  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
    switch (step) {
      case 'channel': {
        const at = bytes.indexOf(idMarker);
        if (at === -1 || bytes.length < at + idMarker.length + idLength) {
          tail = Buffer.from(bytes);
          return;
        }
        ids[1] = bytes.toString('latin1', at + idMarker.length, at + idMarker.length + idLength);
        goOn();
        return;
      }
      case 'collecting':
        if (bytes.includes(collected)) goOn();
        else tail = endOf(bytes, collected.length - 1);
        return;
      case 'bridged':
        for (let at = bytes.indexOf(endMarker); at !== -1; at = bytes.indexOf(endMarker, at + endMarker.length)) {
          legsEnded += 1;
        }
        if (legsEnded >= 2) socket.end(script.goodbye);
        tail = endOf(bytes, endMarker.length - 1);
    }
  });
  socket.write(script.hello);
}

/** A copy: a slice would keep the whole chunk. */
function endOf(bytes: Buffer, length: number): Buffer {
  return Buffer.from(bytes.subarray(Math.max(0, bytes.length - length)));
}
