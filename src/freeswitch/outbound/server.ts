import { BlockList, createServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { createAdmission, type Admission } from './admission.ts';
import type { Channel, Disconnect } from './channel.ts';
import { openConnection, type ConnectionOptions } from './connection.ts';
import { systemClock } from '../../words/clock.ts';
import { connectionShares } from '../../threads/open-files.ts';
import { messageOf } from '../../words/thrown.ts';
import { createComplaints, type Complaints } from './complaints.ts';
import { createGreeting, type Greeting } from './greeting.ts';
import { createReading, type Reading } from './reading.ts';
import { createTraffic, type Traffic } from './traffic.ts';

export type EslServerOptions = ConnectionOptions & {
  host: string;
  port: number;
  /** Addresses (`192.0.2.7`) or networks (`192.0.2.0/24`) that may connect. */
  allow: readonly string[];
  /** While so many are open it does not listen, and FreeSWITCH moves on to its next controller. */
  maxConnections: number;
};

export type EslServerLog = {
  warn(message: string, fields: Record<string, unknown>): void;
};

export type EslServer = {
  /** Where it listens; the port that the system chose if 0 was asked for. */
  address(): { host: string; port: number };
  /** Accepts nothing more, at once: FreeSWITCH moves on to its next controller. Live connections stay. */
  stopAccepting(): void;
  traffic(): Traffic & { open: number };
  /** Why it takes no further call for now, in one line; null: it does. */
  full(): string | null;
  /** Ends what is left. */
  close(): Promise<void>;
};

type Serving = {
  readonly options: EslServerOptions;
  readonly log: EslServerLog;
  readonly onCall: (channel: Channel) => void;
  readonly allowed: BlockList;
  readonly server: Server;
  readonly open: Set<{ destroy(detail: string): void }>;
  readonly complaints: Complaints;
  readonly admission: Admission;
  readonly reading: Reading;
  readonly greeting: Greeting;
  readonly traffic: ReturnType<typeof createTraffic>;
  /** How many connections there is room for. */
  readonly room: number;
  /** Where it listens, whatever was asked for. */
  bound: { address: string; port: number };
  accepting: boolean;
};

/**
 * Listens for FreeSWITCH. Whatever a peer sends, it costs at most its own connection and one log line.
 * Rejects if the address cannot be had.
 */
export async function startEslServer(
  options: EslServerOptions,
  log: EslServerLog,
  onCall: (channel: Channel) => void,
): Promise<EslServer> {
  const serving: Serving = {
    ...{ options, log, onCall, allowed: allowList(options.allow), open: new Set() },
    ...{ complaints: createComplaints(log, systemClock), admission: createAdmission(), room: roomFor(options, log) },
    ...{ traffic: createTraffic(), reading: createReading(), greeting: createGreeting() },
    server: createServer({ noDelay: true }, (socket) => onSocket(serving, socket)),
    bound: { address: options.host, port: options.port },
    accepting: true,
  };
  const { server, open } = serving;
  await listen(server, options.host, options.port);
  server.on('error', (error) => log.warn('listening socket', { why: error.message }));
  serving.bound = server.address() as AddressInfo;
  return {
    address: () => ({ host: serving.bound.address, port: serving.bound.port }),
    traffic: () => ({ ...serving.traffic.figures(), open: open.size }),
    full: () => (isFull(serving) ? fullText(serving) : null),
    stopAccepting() {
      serving.accepting = false;
      if (server.listening) server.close();
    },
    async close() {
      serving.accepting = false;
      serving.admission.close();
      serving.greeting.close();
      for (const connection of open) connection.destroy('the controller stops');
      serving.complaints.end();
      if (!server.listening) return;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function onSocket(serving: Serving, socket: Socket): void {
  const { options, log, open, server, complaints } = serving;
  const peer = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
  const refusal = refusalOf(serving, socket);
  if (refusal !== null) {
    serving.traffic.refused();
    complaints.warn('connection refused', { peer, why: refusal });
    // The peer may reset what we are about to close.
    socket.on('error', () => undefined);
    socket.destroy();
    return;
  }
  serving.traffic.accepted(socket);
  const ended = (connection: { destroy(detail: string): void }, why: Disconnect): void => {
    open.delete(connection);
    listenAgain(serving);
    if (why.kind === 'failed') complaints.warn('connection ended', { peer, why: why.detail });
  };
  const newcomer = { destroy: (): void => void socket.destroy() };
  open.add(newcomer);
  serving.greeting.arrived(socket, {
    refuse: (detail) => ended(newcomer, detail === null ? { kind: 'closed' } : { kind: 'failed', detail }),
    enter(early) {
      open.delete(newcomer);
      socket.setKeepAlive(true, 30_000);
      const connection = openConnection(socket, options, {
        reading: serving.reading,
        onArrival: (arrival) => serving.admission.arrived(arrival),
        onCall: serving.onCall,
        onEnd: (why) => ended(connection, why),
      });
      open.add(connection);
      if (early !== null) socket.unshift(early);
    },
  });
  if (isFull(serving) && server.listening) {
    server.close();
    log.warn('not accepting further calls for now', { why: fullText(serving) });
  }
}

function refusalOf(serving: Serving, socket: Socket): string | null {
  const address = socket.remoteAddress;
  if (address === undefined) return 'it was gone at once';
  if (!serving.accepting) return 'shutting down';
  if (!isAllowed(serving.allowed, address)) return 'its address is not in esl.allow';
  // FreeSWITCH was in the queue already; it does not go on to its next controller from here.
  if (isFull(serving)) return fullText(serving);
  return null;
}

const isFull = ({ open, room }: Serving): boolean => open.size >= room;

function fullText({ room, options }: Serving): string {
  const limit =
    room < options.maxConnections ? 'connections that its open files (ulimit -n) leave room for' : 'esl.maxConnections';
  return `${limit} (${room}) are open`;
}

function roomFor({ maxConnections }: EslServerOptions, log: EslServerLog): number {
  const room = Math.min(maxConnections, connectionShares().calls);
  if (room < maxConnections) {
    const why = `the system allows this process few open files (ulimit -n), fewer than esl.maxConnections (${maxConnections}) need`;
    log.warn('fewer calls are taken at a time', { connections: room, why });
  }
  return room;
}

function listenAgain(serving: Serving): void {
  const { server, bound, log, open } = serving;
  if (!serving.accepting || isFull(serving) || server.listening) return;
  listen(server, bound.address, bound.port).then(
    () => {
      // Stopped while the address was looked up.
      if (serving.accepting) log.warn('accepting calls again', { open: open.size });
      else server.close();
    },
    (error: unknown) => {
      log.warn('cannot accept calls again yet', { why: messageOf(error) });
      setTimeout(() => listenAgain(serving), retryMs).unref();
    },
  );
}

const retryMs = 100;

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // FreeSWITCH connects one socket a call: a burst of calls must find room in the queue.
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isAllowed(list: BlockList, address: string): boolean {
  // A listener on `::` sees IPv4 peers as ::ffff:192.0.2.7.
  const plain = address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
}

/** Throws a `TypeError` that names the entry which is neither an address nor a network. */
export function allowList(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? null : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    const maximum = version === 6 ? 128 : 32;
    if (version === 0 || rest.length > 0 || (bits !== null && !(bits >= 0 && bits <= maximum))) {
      throw new TypeError(`"${entry}" is neither an IP address nor a network such as 192.0.2.0/24`);
    }
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === null) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}
