import { z } from 'zod';
import { areas } from '../access/areas.ts';
import { shownHealth } from '../health.ts';
import type { ApiRoute } from '../route.ts';
import { api } from './operation.ts';

const check = z.object({ name: z.string(), problem: z.string().nullable() });
const count = z.int().nullable();

/** As `/readyz` says it. */
const schema = z.object({
  ...{ draining: z.boolean(), liveCalls: z.int(), lostCalls: z.int(), unwrittenRecords: z.int() },
  cdrs: z.record(z.string(), z.int()),
  sqlServer: z
    .object({
      link: z.enum(['up', 'down']),
      ...{ copyAgeMs: count, waiting: count, waitingSince: z.string().nullable(), setAside: count },
    })
    .nullable()
    .describe('null: the local file is the system of record'),
  ...{ problems: z.array(check), warnings: z.array(check) },
});

export const healthApi: readonly ApiRoute[] = [
  api(
    'GET /health',
    areas.health,
    {
      ...{ id: 'getHealth', summary: 'Whether new calls are welcome, and what is wrong', scope: 'health:read' },
      ...{ gives: { name: 'Health', schema }, status: 200 },
    },
    async ({ parts }) => ({ value: shownHealth(await parts.controller.health()) }),
  ),
];
