import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** One message from FreeSWITCH, taken apart. */
export type WireMessage = {
  /** `CHANNEL_DATA`, an event's name, or the content type of everything else. */
  kind: string;
  text: string;
  /** Names of the headers in order; of an event, those of its body, repeated ones too. */
  names: string[];
  /** Values by name; the last one of a repeated header. */
  values: Record<string, string>;
};

/** Takes the next whole message off `text`, or null. */
export function nextMessage(text: string): { message: WireMessage; rest: string } | null {
  const end = text.indexOf('\n\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const length = /^Content-Length: (\d+)$/m.exec(head);
  const bytes = Buffer.from(text.slice(end + 2), 'utf8');
  const bodyLength = length === null ? 0 : Number(length[1]);
  if (bytes.length < bodyLength) return null;
  const body = bytes.subarray(0, bodyLength).toString('utf8');
  const rest = bytes.subarray(bodyLength).toString('utf8');
  return { message: takeApart(head, body), rest };
}

function takeApart(head: string, body: string): WireMessage {
  const lines = head.split('\n');
  const values: Record<string, string> = {};
  const headNames: string[] = [];
  for (const line of lines) {
    const at = line.indexOf(': ');
    headNames.push(line.slice(0, at));
    values[line.slice(0, at)] = line.slice(at + 2);
  }
  const text = `${head}\n\n${body}`;
  if (values['Content-Type'] !== 'text/event-json') {
    return { kind: values['Event-Name'] ?? values['Content-Type'] ?? '', text, names: headNames, values };
  }
  const fields = [...body.matchAll(/[{,]("(?:[^"\\]|\\.)*"):("(?:[^"\\]|\\.)*")/g)];
  const names = fields.map(([, name]) => JSON.parse(name ?? '""') as string);
  const event = JSON.parse(body) as Record<string, string>;
  return { kind: event['Event-Name'] ?? '', text, names, values: event };
}

/** One connection of a FreeSWITCH, from the side of a bare controller. */
export type Peer = {
  send(text: string): void;
  /** The next message; rejects when the peer has closed, or after `ms`. */
  next(ms?: number): Promise<WireMessage>;
  /** The next message that fits, dropping those before it. */
  until(fits: (message: WireMessage) => boolean, ms?: number): Promise<WireMessage>;
  /** Resolves when the peer has closed its side. */
  closed: Promise<void>;
  close(): void;
};

export type BareController = {
  address: string;
  /** The next connection. */
  accept(): Promise<Peer>;
  dispose(): Promise<void>;
};

export async function startBareController(): Promise<BareController> {
  const waiting: Peer[] = [];
  const accepting: ((peer: Peer) => void)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const peer = peerOn(socket);
    const accept = accepting.shift();
    if (accept === undefined) waiting.push(peer);
    else accept(peer);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    accept() {
      const peer = waiting.shift();
      if (peer !== undefined) return Promise.resolve(peer);
      return new Promise((resolve) => accepting.push(resolve));
    },
    dispose() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

function peerOn(socket: Socket): Peer {
  let text = '';
  let over = false;
  const messages: WireMessage[] = [];
  let wake = (): void => undefined;
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += String(chunk);
    for (let found = nextMessage(text); found !== null; found = nextMessage(text)) {
      messages.push(found.message);
      text = found.rest;
    }
    wake();
  });
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  const next = async (ms = 5000): Promise<WireMessage> => {
    const deadline = Date.now() + ms;
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      if (over) throw new Error('the connection is closed');
      if (Date.now() >= deadline) throw new Error(`no message within ${ms} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    send: (command) => void socket.write(command),
    next,
    async until(fits, ms) {
      for (;;) {
        const message = await next(ms);
        if (fits(message)) return message;
      }
    },
    closed,
    close: () => socket.end(),
  };
}
