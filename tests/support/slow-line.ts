import { connect, createServer, type Socket } from 'node:net';

/** A TCP line to a server on which every byte takes half of a round trip each way. */
export type SlowLine = { readonly port: number; close(): void };

export async function startSlowLine(target: { host: string; port: number }, roundTripMs: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.setNoDelay(true);
    // Timers of one length run in the order in which they were set: bytes stay in theirs.
    const later = (then: () => void): void => void setTimeout(then, roundTripMs / 2);
    from.on('data', (chunk: Buffer) => later(() => !to.destroyed && to.write(chunk)));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      later(() => to.destroy());
    });
  };
  const listener = createServer((client) => {
    const server = connect(target);
    carry(client, server);
    carry(server, client);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
