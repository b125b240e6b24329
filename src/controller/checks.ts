import type { Check } from '../web/health.ts';

/** What `/readyz` looks at, the most serious first. */
export function readiness({ unwrittenRecords }: { unwrittenRecords: number }): Check[] {
  return [
    {
      name: 'not-writing',
      problem:
        unwrittenRecords === 0 ? null : `${unwrittenRecords} call records are not on the disk yet: the log says why`,
    },
  ];
}
