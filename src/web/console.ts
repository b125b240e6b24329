import type { AddressInfo } from 'node:net';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance } from 'fastify';
import { boundConnections, type Bound } from './bounded.ts';
import type { ConsoleParts } from './parts.ts';
import { serve } from './serve.ts';
import { routes as everyRoute } from './routes.ts';
import type { Route } from './route.ts';

export type ConsoleOptions = {
  host: string;
  port: number;
  /** Addresses of proxies whose X-Forwarded-… headers are believed. */
  trustedProxies: readonly string[];
  /** Default: as many as there are open files for. */
  bound?: Bound;
};

export type ConsoleServer = { address(): { host: string; port: number }; close(): Promise<void> };

const requestMs = 30_000;
const formBytes = 262_144;

/** Starts the web console. Rejects if the address cannot be had. */
export async function startConsole(
  { host, port, trustedProxies, bound }: ConsoleOptions,
  parts: ConsoleParts,
  routes: readonly Route[] = everyRoute,
): Promise<ConsoleServer> {
  const server = fastify({
    logger: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: requestMs,
    http: { connectionsCheckingInterval: 1_000, headersTimeout: requestMs },
    bodyLimit: formBytes,
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
  });
  await prepare(server);
  serve(server, parts, routes);
  if (bound !== undefined) boundConnections(server.server, bound);
  await server.listen({ host, port, backlog: 511 });
  const at = server.server.address() as AddressInfo;
  return {
    address: () => ({ host: at.address, port: at.port }),
    close: () => server.close(),
  };
}

async function prepare(server: FastifyInstance): Promise<void> {
  server.removeAllContentTypeParsers();
  await server.register(helmet, {
    // Nothing but what this server sends, and nothing that stands in a page.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        ...{ scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'"], connectSrc: ["'self'"] },
        ...{ formAction: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Sent where it counts, over TLS: browsers ignore it elsewhere.
    strictTransportSecurity: { maxAge: 15_552_000, includeSubDomains: false },
  });
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, parsed) =>
    parsed(null, body),
  );
  await server.register(multipart, { throwFileSizeLimit: true });
  server.addHook('onSend', async (_request, reply, payload) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    return payload;
  });
}
