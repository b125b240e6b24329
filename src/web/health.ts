import type { FastifyInstance } from 'fastify';

/** What a load balancer or a person asks of a running controller. */
export type Health = {
  /** Takes no new calls any more. */
  draining: boolean;
  liveCalls: number;
  /** Calls of an earlier run whose end is not known yet. */
  lostCalls: number;
  /** Records of calls that are over and not durable yet: the disk does not take them. */
  unwrittenRecords: number;
  /** CDRs from FreeSWITCH by what came of them. */
  cdrs: Readonly<Record<string, number>>;
};

/**
 * `GET /healthz`: 200 as long as this process answers. `GET /readyz`: 200 where new calls are welcome, 503 where not: it is
 * draining, or records cannot be written.
 */
export function health(server: FastifyInstance, of: () => Health): void {
  server.get('/healthz', () => ({ status: 'up', ...of() }));
  server.get('/readyz', (_request, reply) => {
    const now = of();
    const status = now.draining ? 'draining' : now.unwrittenRecords > 0 ? 'not-writing' : 'ready';
    return reply.code(status === 'ready' ? 200 : 503).send({ status, ...now });
  });
}
