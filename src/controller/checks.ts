import type { Check } from '../web/health.ts';
import type { FileTrouble } from './data-folder.ts';

type Looked = { unwrittenRecords: number; file: FileTrouble | null };

/** What `/readyz` looks at, the most serious first. */
export function readiness({ unwrittenRecords, file }: Looked): Check[] {
  return [
    ...(file === null ? [] : [file]),
    {
      name: 'not-writing',
      problem:
        unwrittenRecords === 0 ? null : `${unwrittenRecords} call records are not on the disk yet: the log says why`,
    },
  ];
}
