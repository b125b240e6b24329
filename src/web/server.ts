import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';

export type WebOptions = { host: string; port: number };

export type WebServer = {
  address(): { host: string; port: number };
  close(): Promise<void>;
};

/** How long a request may take to arrive: a peer that sends byte by byte holds nothing for longer. */
const requestTimeoutMs = 10_000;
const connectionTimeoutMs = 30_000;

/** Starts the HTTP server with the given routes. Rejects if the address cannot be had. */
export async function startWebServer(
  { host, port }: WebOptions,
  routes: readonly ((server: FastifyInstance) => void)[],
): Promise<WebServer> {
  const server = fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    bodyLimit: 65_536,
    forceCloseConnections: true,
  });
  for (const add of routes) add(server);
  await server.listen({ host, port, backlog: 511 });
  const bound = server.server.address() as AddressInfo;
  return {
    address: () => ({ host: bound.address, port: bound.port }),
    close: () => server.close(),
  };
}
