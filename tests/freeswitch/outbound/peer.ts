import { connect, type Socket } from 'node:net';
import { readRecording } from '../../recordings/recording.ts';

/** A peer of the event socket that the test drives by hand. */
export type Peer = {
  socket: Socket;
  send(bytes: string | Buffer): void;
  /** Everything the controller has sent so far. */
  received(): string;
  /** Resolves when the controller has sent this text; rejects when it closes before, or after five seconds. */
  until(text: string): Promise<void>;
  closed: Promise<void>;
};

export function connectPeer(port: number): Peer {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  let isClosed = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('utf8');
    wake();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(bytes),
    received: () => received,
    async until(text) {
      const deadline = setTimeout(() => socket.destroy(), 5000);
      while (!received.includes(text)) {
        if (isClosed) throw new Error(`closed without ${JSON.stringify(text)}; received ${JSON.stringify(received)}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      clearTimeout(deadline);
    },
  };
}

const recordedData = readRecording('busy').find(({ dir }) => dir === 'freeswitch>controller')?.text ?? '';
const recordedId = /^Unique-ID: (.+)$/m.exec(recordedData)?.[1] ?? '';

/** The reply to `connect` as recorded, for another call, with further header lines. */
export function channelData(callId: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ variable_billing_entry: 'prompted', ...headers });
  const kept = recordedData
    .replaceAll(recordedId, callId)
    .trimEnd()
    .split('\n')
    .filter((line) => !lines.some(([name]) => line.startsWith(`${name}: `)));
  return `${[...kept, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\n')}\n\n`;
}

export function event(callId: string, name: string, headers: Record<string, string> = {}): string {
  const json = JSON.stringify({ 'Event-Name': name, 'Unique-ID': callId, ...headers });
  return `Content-Length: ${Buffer.byteLength(json)}\nContent-Type: text/event-json\n\n${json}`;
}

/** A call that arrives, is asked for its code, and hangs up: resolves once it was served to its end. */
export async function ordinaryCall(port: number, callId: string): Promise<void> {
  const peer = connectPeer(port);
  await peer.until('connect\n\n');
  peer.send(channelData(callId));
  await peer.until('phrase:billing_ask_code:first');
  peer.send(event(callId, 'CHANNEL_HANGUP_COMPLETE', { 'Hangup-Cause': 'NORMAL_CLEARING' }));
  await peer.until('exit\n\n');
  peer.socket.end();
  await peer.closed;
}
