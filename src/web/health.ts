import type { FastifyInstance } from 'fastify';

/** One thing that must be in order for new calls to be welcome. */
export type Check = {
  /** Never changes: monitoring goes by it. */
  name: string;
  /** One line for the person who can act; null: it is in order. */
  problem: string | null;
};

/** The link to SQL Server. Counts are null until they were looked at. */
export type SqlServerHealth = {
  link: 'up' | 'down';
  /** Age of the copy of the directory; null: there was none yet. */
  copyAgeMs: number | null;
  /** Changes of call records that wait to be sent, and since when (UTC). */
  waiting: number | null;
  waitingSince: string | null;
  /** Records that SQL Server refused. */
  setAside: number | null;
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
  /** Null: the local file is the system of record. */
  sqlServer: SqlServerHealth | null;
  /** The most serious one first. */
  checks: readonly Check[];
  /** What a person has to see to although new calls are welcome. */
  warnings: readonly Check[];
};

/**
 * `GET /healthz`: 200 as long as this process answers. `GET /readyz`: 200 where new calls are welcome, 503 where not: it is
 * draining, or one of its checks has a problem. `status` is the name of the first of those, `problems` has them all.
 */
export function health(server: FastifyInstance, of: () => Promise<Health>): void {
  server.get('/healthz', async () => ({ status: 'up', ...shownHealth(await of()) }));
  server.get('/readyz', async (_request, reply) => {
    const now = shownHealth(await of());
    const status = now.draining ? 'draining' : (now.problems[0]?.name ?? 'ready');
    return reply.code(status === 'ready' ? 200 : 503).send({ status, ...now });
  });
}

/** As it is told to others: what is wrong, and the counts. */
export function shownHealth({
  checks,
  warnings,
  ...counts
}: Health): Omit<Health, 'checks'> & { problems: readonly Check[] } {
  const isWrong = ({ problem }: Check): boolean => problem !== null;
  return { ...counts, problems: checks.filter(isWrong), warnings: warnings.filter(isWrong) };
}
