import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

/** A side's sound: PCMU and telephone events (RFC 3550, RFC 4733) on a UDP port of its own, one for each call. */
export type Sound = {
  /** What it offers or answers. `inactive` and `sendonly` put a call on hold. */
  sdp(direction?: Direction): string;
  /** Offers fax (ITU-T T.38) instead. */
  faxSdp(): string;
  /** The other side's SDP: where to send to. */
  towards(sdp: string): void;
  /** Sends silence, 50 packets a second, until `stop`. */
  talk(): void;
  stop(): void;
  /** Keys by telephone events, one every 180 ms. */
  key(digits: string): Promise<void>;
  /** Keys that the other side sent. */
  heard(): string;
  /** Packets that came from the other side. */
  packets(): number;
  /** When packets came that were not silent: milliseconds, as `Date.now`. */
  loudAtMs(): readonly number[];
  close(): void;
};

export type Direction = 'sendrecv' | 'sendonly' | 'inactive';

/** UDP ports for sound, used in turn. */
export type Ports = { next(): number };

export function portsFrom(first: number): Ports {
  let taken = 0;
  return {
    next() {
      taken = (taken + 1) % 1400;
      return first + taken * 2;
    },
  };
}

function bound(socket: Socket, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const failed = (): void => resolve(false);
    socket.once('error', failed);
    socket.bind(port, '127.0.0.1', () => {
      socket.off('error', failed);
      resolve(true);
    });
  });
}

/** PCMU: the lower seven bits of a sample, inverted, grow with its loudness (ITU-T G.711). */
const isLoud = (packet: Buffer): boolean =>
  packet.length > 12 && ((packet[1] ?? 0) & 0x7f) === 0 && packet.subarray(12).some((sample) => (~sample & 0x7f) > 64);

const eventPayload = 101;
const events = '0123456789*#';

/** On the next free one of its own ports, since FreeSWITCH may be about to take any other free port for its own sound. */
export async function openSound(ports: Ports): Promise<Sound> {
  const socket = createSocket('udp4');
  let port = ports.next();
  while (!(await bound(socket, port))) port = ports.next();
  const ssrc = randomBytes(4);
  let target = 0;
  let sequence = 1;
  let clock = 1;
  let talking: NodeJS.Timeout | null = null;
  let heard = '';
  let lastEvent = '';
  let packets = 0;
  const loudAtMs: number[] = [];

  // Each event comes in several packets with the same timestamp.
  socket.on('message', (packet) => {
    packets += 1;
    if (isLoud(packet)) loudAtMs.push(Date.now());
    if (packet.length < 16 || ((packet[1] ?? 0) & 0x7f) !== eventPayload) return;
    const event = `${packet.readUInt32BE(4)}-${packet[12]}`;
    if (event !== lastEvent) heard += events[packet[12] ?? -1] ?? '?';
    lastEvent = event;
  });

  function send(payloadType: number, marker: boolean, timestamp: number, payload: Buffer): void {
    if (target === 0) return;
    const head = Buffer.alloc(8);
    head.writeUInt8(0x80, 0);
    head.writeUInt8(payloadType | (marker ? 0x80 : 0), 1);
    head.writeUInt16BE(sequence & 0xffff, 2);
    head.writeUInt32BE(timestamp, 4);
    sequence += 1;
    socket.send(Buffer.concat([head, ssrc, payload]), target, '127.0.0.1');
  }

  const description = (media: readonly string[]): string =>
    ['v=0', 'o=phone 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', ...media, ''].join('\r\n');

  return {
    sdp: (direction = 'sendrecv') =>
      description([
        ...[`m=audio ${port} RTP/AVP 0 ${eventPayload}`, 'a=rtpmap:0 PCMU/8000'],
        ...[`a=rtpmap:${eventPayload} telephone-event/8000`, `a=fmtp:${eventPayload} 0-15`, `a=${direction}`],
      ]),
    faxSdp: () => description([`m=image ${port} udptl t38`, 'a=T38FaxVersion:0', 'a=T38MaxBitRate:14400']),
    towards(sdp) {
      const [, named] = /^m=audio (\d+)/m.exec(sdp) ?? [];
      if (named !== undefined) target = Number(named);
    },
    talk() {
      talking ??= setInterval(() => {
        send(0, false, clock, Buffer.alloc(160, 0xff));
        clock += 160;
      }, 20);
    },
    stop() {
      if (talking !== null) clearInterval(talking);
      talking = null;
    },
    async key(digits) {
      for (const digit of digits) {
        const timestamp = clock;
        for (let packet = 0; packet < 8; packet += 1) {
          const ended = packet > 4;
          const duration = Math.min(packet + 1, 6) * 160;
          const payload = Buffer.from([events.indexOf(digit), (ended ? 0x80 : 0) | 10, duration >> 8, duration & 0xff]);
          send(eventPayload, packet === 0, timestamp, payload);
          await sleep(ended ? 2 : 20);
        }
        clock += 1600;
        await sleep(80);
      }
    },
    heard: () => heard,
    packets: () => packets,
    loudAtMs: () => loudAtMs,
    close() {
      if (talking !== null) clearInterval(talking);
      socket.close();
    },
  };
}
