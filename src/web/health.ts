import type { FastifyInstance } from 'fastify';

/** One thing that must be in order for new calls to be welcome. */
export type Check = {
  /** Never changes: monitoring goes by it. */
  name: string;
  /** One line for the person who can act; null: it is in order. */
  problem: string | null;
};

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
  /** The most serious one first. */
  checks: readonly Check[];
};

/**
 * `GET /healthz`: 200 as long as this process answers. `GET /readyz`: 200 where new calls are welcome, 503 where not: it is
 * draining, or one of its checks has a problem. `status` is the name of the first of those, `problems` has them all.
 */
export function health(server: FastifyInstance, of: () => Health): void {
  server.get('/healthz', () => ({ status: 'up', ...shown(of()) }));
  server.get('/readyz', (_request, reply) => {
    const now = shown(of());
    const status = now.draining ? 'draining' : (now.problems[0]?.name ?? 'ready');
    return reply.code(status === 'ready' ? 200 : 503).send({ status, ...now });
  });
}

function shown({ checks, ...counts }: Health): Omit<Health, 'checks'> & { problems: readonly Check[] } {
  return { ...counts, problems: checks.filter(({ problem }) => problem !== null) };
}
