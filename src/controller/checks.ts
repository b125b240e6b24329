import type { Check, SqlServerHealth } from '../web/health.ts';
import type { FileTrouble } from './data-folder.ts';
import type { Recovery } from './recovery.ts';
import type { StoreLink } from './store-link.ts';

type Looked = {
  /** Why no further call is taken for now; null: they are. */
  full: string | null;
  /** Of which the disk has refused one, or has been silent for a second. */
  unwrittenRecords: number;
  file: FileTrouble | null;
  hasCodes: boolean;
  /** Rule by which calls are refused because the copy is too old; null: none is. */
  staleRule: string | null;
};

/** What `/readyz` looks at, the most serious first. */
export function readiness({ full, unwrittenRecords, file, hasCodes, staleRule }: Looked): Check[] {
  return [
    ...(file === null ? [] : [file]),
    { name: 'full', problem: full === null ? null : `no further call is taken until one ends: ${full}` },
    {
      name: 'not-writing',
      problem:
        unwrittenRecords === 0 ? null : `${unwrittenRecords} call records are not on the disk yet: the log says why`,
    },
    {
      name: 'no-codes',
      problem: hasCodes
        ? null
        : 'there is no billing code: add accounts (billing-codes accounts), or wait for the first copy from SQL Server',
    },
    {
      name: 'stale-copy',
      problem:
        staleRule === null
          ? null
          : `calls are refused, because what was copied from SQL Server has not been up to date for too long (${staleRule})`,
    },
  ];
}

type Link = Pick<StoreLink, 'ageMs' | 'isUp' | 'problem' | 'queue' | 'refusal' | 'standing'>;

/** What is known of SQL Server without asking it. */
export function sqlServerHealth(link: Link): SqlServerHealth {
  const queue = link.queue();
  const ageMs = link.ageMs();
  return {
    link: link.isUp() ? 'up' : 'down',
    copyAgeMs: ageMs === null ? null : Math.round(ageMs),
    waiting: queue?.waiting ?? null,
    waitingSince: queue?.waitingSinceMs == null ? null : new Date(queue.waitingSinceMs).toISOString(),
    setAside: queue?.refused ?? null,
  };
}

/** `problem`: why the last scheduled backup failed. */
export const backupWarning = (problem: string | null): Check => ({
  name: 'no-backup',
  problem: problem === null ? null : `the local database is not backed up (backup.dir): ${problem}`,
});

/** What is wrong with the folder that FreeSWITCH writes CDRs to. */
export const cdrWarnings = (recovery: Pick<Recovery, 'folderTrouble' | 'missingCdrs' | 'unservedCalls'>): Check[] => [
  { name: 'cdr-folder', problem: recovery.folderTrouble() },
  { name: 'no-cdrs', problem: recovery.missingCdrs() },
  { name: 'unserved-calls', problem: recovery.unservedCalls() },
];

/** What a person has to see to, while calls go on: by the copy, or without the records that are set aside. */
export function linkWarnings(link: Link): Check[] {
  const setAside = link.queue()?.refused ?? 0;
  const standing = link.standing();
  return [
    { name: 'other-database', problem: link.refusal()?.reason ?? null },
    {
      name: 'link-down',
      problem:
        link.isUp() || link.refusal() !== null ? null : (link.problem() ?? 'SQL Server has not been reached yet'),
    },
    { name: 'link-held-up', problem: standing.length === 0 ? null : standing.join('; ') },
    {
      name: 'set-aside',
      problem:
        setAside === 0
          ? null
          : `SQL Server refused ${setAside} call records, which are set aside: billing-codes sqlserver set-aside list`,
    },
  ];
}
