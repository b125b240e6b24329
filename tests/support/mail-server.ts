import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { to: string[]; text: string };

export type MailServer = {
  url: string;
  received: ReceivedMail[];
  /** Messages that came whole, in order, whether or not that was answered. */
  begun: string[];
  /** RCPT TO of these is refused. */
  refused: Set<string>;
  /** The message for this address is taken, and never answered. */
  hangsAt: string | null;
  /** In the middle of the message for this address the connection is gone. */
  dropsAt: string | null;
  /** MAIL FROM of these is refused. */
  refusedSenders: Set<string>;
  close(): Promise<void>;
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** Lets connections through to a port, and cuts them off by the port they have there. */
async function startFront(
  behind: number,
): Promise<{ port: number; cut: (port: number) => void; close: () => Promise<void> }> {
  const sockets = new Map<Socket, Socket>();
  const server = createServer((client) => {
    const upstream = connect(behind, '127.0.0.1');
    sockets.set(upstream, client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    upstream.on('close', () => sockets.delete(upstream));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    cut(port) {
      for (const [upstream, client] of sockets) if (upstream.localPort === port) client.resetAndDestroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const client of sockets.values()) client.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A mail server on a port of its own. */
export async function startMailServer(): Promise<MailServer> {
  const state: Omit<MailServer, 'url' | 'close'> = {
    ...{ received: [], begun: [], refused: new Set(), hangsAt: null, dropsAt: null, refusedSenders: new Set() },
  };
  let cut: (port: number) => void = () => undefined;
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], closeTimeout: 10 },
    onMailFrom({ address }, _session, done) {
      if (!state.refusedSenders.has(address)) done();
      else done(Object.assign(new Error('5.7.1 sender is not known here'), { responseCode: 553 }));
    },
    onRcptTo({ address }, _session, done) {
      if (!state.refused.has(address)) done();
      else done(Object.assign(new Error('5.1.1 no such user here'), { responseCode: 550 }));
    },
    onData(stream, { envelope, remotePort }, done) {
      const to = envelope.rcptTo.map(({ address }) => address);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      if (state.dropsAt !== null && to.includes(state.dropsAt)) stream.once('data', () => cut(remotePort));
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        state.begun.push(text);
        if (state.hangsAt !== null && to.includes(state.hangsAt)) return;
        if (state.dropsAt !== null && to.includes(state.dropsAt)) return;
        state.received.push({ to, text });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const behind = await new Promise<number>((resolve) => {
    const listening: Server = server.listen(0, '127.0.0.1', () => resolve(portOf(listening)));
  });
  const front = await startFront(behind);
  ({ cut } = front);
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${front.port}`,
    async close() {
      await front.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
