import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { boundConnections, type Bound } from './bounded.ts';

export type WebOptions = {
  host: string;
  port: number;
  /** How long a request may take to arrive, its body included: who sends byte by byte holds nothing for longer. */
  requestMs?: number;
  /** Default: as many as there are open files for. */
  bound?: Bound;
};

export type WebServer = {
  address(): { host: string; port: number };
  close(): Promise<void>;
};

const usualRequestMs = 10_000;
const connectionTimeoutMs = 30_000;
/** Node looks for requests that are too slow every 30 s, unless it is told to look more often (node:http, createServer). */
const lookEveryMs = 1_000;

/** Starts the HTTP server with the given routes. Rejects if the address cannot be had. */
export async function startWebServer(
  { host, port, requestMs = usualRequestMs, bound }: WebOptions,
  routes: readonly ((server: FastifyInstance) => void)[],
): Promise<WebServer> {
  const server = fastify({
    logger: false,
    requestTimeout: requestMs,
    http: { connectionsCheckingInterval: lookEveryMs, headersTimeout: requestMs },
    connectionTimeout: connectionTimeoutMs,
    bodyLimit: 65_536,
    forceCloseConnections: true,
  });
  for (const add of routes) add(server);
  if (bound !== undefined) boundConnections(server.server, bound);
  await server.listen({ host, port, backlog: 511 });
  const at = server.server.address() as AddressInfo;
  return {
    address: () => ({ host: at.address, port: at.port }),
    close: () => server.close(),
  };
}
