import type { FastifyRequest } from 'fastify';
import { cookieOf } from './cookies.ts';
import type { ConsoleParts } from './parts.ts';
import type { Visit } from './route.ts';

/** A request before it is known who sent it. */
export function plainVisit(request: FastifyRequest, parts: ConsoleParts): Visit {
  const at = request.url.indexOf('?');
  return {
    parts,
    params: { ...(request.params as Record<string, string>) },
    query: new URLSearchParams(at === -1 ? '' : request.url.slice(at + 1)),
    ...{ form: new URLSearchParams(), upload: null, url: request.url },
    origin: originOf(request),
    address: request.ip.slice(0, 60),
    agent: (request.headers['user-agent'] ?? '').slice(0, 200),
    ...{ user: null, via: null, signingIn: cookieOf(request, 'signing-in'), formToken: '', nowMs: parts.clock.nowMs() },
  };
}

/** Where the browser thinks that it is; what a proxy says counts only from those that are trusted. */
export const originOf = ({ protocol, host, headers }: FastifyRequest): string =>
  `${protocol}://${host || (headers.host ?? '')}`;

/** The HTTP status that an error stands for; what is no error of HTTP is 500. */
export const statusOf = (error: unknown): number => {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
};
