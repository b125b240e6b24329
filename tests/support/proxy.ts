import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../../scripts/chaos/controller.ts';

/** A TCP proxy in front of a server, that does to connections what networks do. */
export type Proxy = {
  readonly port: number;
  /** Connections through it right now. */
  connections(): number;
  /** Closes every connection as if a firewall sent a FIN both ways; new ones are served. */
  cut(): void;
  /** Closes every connection with a RST both ways; new ones are served. */
  reset(): void;
  /** The next `times` connections that send more than `bytes` to the server from now on are reset right there. */
  resetAfter(bytes: number, times: number): void;
  /** How many resets of `resetAfter` are still to come. */
  resetsLeft(): number;
  /** Round trips so far of the connection that has sent most: how many times the server spoke after the client had. */
  roundTripsOfBusiest(): number;
  /** From now on every byte arrives this much later, either way: half of what a round trip takes more. */
  delay(ms: number): void;
  /** What the clients of connections from now on send goes through a function of its own for each; null: as it is. */
  change(make: (() => (chunk: Buffer) => Buffer) | null): void;
  /** Connections are accepted and kept, and no byte goes through, until `resume`; nothing is lost. */
  stall(): void;
  resume(): void;
  /** What is open loses its other end without a word: bytes vanish, nothing closes. New connections are served. */
  halfOpen(): void;
  /** As a server that was stopped: what is open is reset, new connections are refused, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

type Pair = { client: Socket; server: Socket; sent: number; roundTrips: number; isVanished: boolean; isAsked: boolean };

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let isStalled = false;
  let delayMs = 0;
  let changing: (() => (chunk: Buffer) => Buffer) | null = null;
  let limit: { bytes: number; times: number } = { bytes: 0, times: 0 };
  let port = 0;
  let listener: Server | null = null;

  function accept(client: Socket): void {
    const server = connect(target);
    const changed = changing?.();
    const pair: Pair = { client, server, sent: 0, roundTrips: 0, isVanished: false, isAsked: false };
    pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (sent: Buffer) => {
        if (pair.isVanished) return;
        const chunk = from === client && changed !== undefined ? changed(sent) : sent;
        if (from === server && pair.isAsked) pair.roundTrips += 1;
        pair.isAsked = from === client;
        if (from === client && isOverLimit(pair, chunk.length)) {
          resetPair(pair);
          return;
        }
        if (delayMs > 0) setTimeout(() => to.destroyed || to.write(chunk), delayMs);
        else if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => {
        if (!isStalled) from.resume();
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (pair.isVanished) return;
        to.destroy();
        pairs.delete(pair);
      });
      if (isStalled) from.pause();
    }
  }

  function isOverLimit(pair: Pair, length: number): boolean {
    pair.sent += length;
    if (limit.times === 0 || pair.sent <= limit.bytes) return false;
    limit.times -= 1;
    return true;
  }

  function resetPair(pair: Pair): void {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  }

  async function start(): Promise<void> {
    if (port === 0) [port = 0] = await freePorts(1);
    const made = createServer(accept);
    listener = made;
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, '127.0.0.1', resolve);
    });
  }

  async function stop(): Promise<void> {
    const closing = listener;
    listener = null;
    const closed = closing === null ? null : new Promise((resolve) => closing.close(resolve));
    for (const pair of pairs) resetPair(pair);
    await closed;
  }

  const flowing = (flows: boolean): void => {
    isStalled = !flows;
    for (const { client, server } of pairs) {
      for (const socket of [client, server]) {
        if (flows) socket.resume();
        else socket.pause();
      }
    }
  };

  await start();
  return {
    port,
    connections: () => pairs.size,
    cut() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
    },
    reset() {
      for (const pair of pairs) resetPair(pair);
    },
    resetAfter(bytes, times) {
      limit = { bytes, times };
      for (const pair of pairs) pair.sent = 0;
    },
    resetsLeft: () => limit.times,
    roundTripsOfBusiest: () => [...pairs].toSorted((a, b) => b.sent - a.sent)[0]?.roundTrips ?? 0,
    delay(ms) {
      delayMs = ms;
    },
    change(make) {
      changing = make;
    },
    stall: () => flowing(false),
    resume: () => flowing(true),
    halfOpen() {
      for (const pair of pairs) {
        pair.isVanished = true;
        pair.server.destroy();
      }
    },
    stop,
    start,
    async close() {
      await stop();
    },
  };
}
