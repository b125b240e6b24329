import type sql from 'mssql';
import { judge } from '../../replication/row-sums.ts';
import type { Difference } from '../../ports/row-sums.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';
import { ifReadable, rightsOf } from '../rights.ts';
import { isCountedAnew, lookForDifference } from './row-sums.ts';

type Context = {
  pool: sql.ConnectionPool;
  local: CopyStore & Pick<ReplicaStore, 'directoryPosition'> & Pick<RateReplicaStore, 'ratesPosition'>;
};
export type ComparingTools = { monotonicMs: () => number; onProblem: (text: string) => void };

/** Where one may not be read, its own feed says so. */
const compared = [...rightsOf.directory, ...rightsOf.rates].map(({ table }) => table);
const changeLists = ['dbo.DirectoryChanges', 'dbo.RateChanges'];
const compareEveryMs = 30_000;
/** Where counting takes long it is done less often. */
const restFor = 20;

/**
 * Makes what compares, now and then, how many rows are copied with how many there are: nothing else tells of rows that TRUNCATE took, or
 * that a bulk load brought without its triggers. Answers what is no reason to copy again.
 */
export function comparing({ pool, local }: Context, { monotonicMs, onProblem }: ComparingTools) {
  let nextMs = -Infinity;
  let before: Difference | null = null;
  let wereOff = false;
  return async (left: Difference): Promise<Difference> => {
    const begunMs = monotonicMs();
    if (begunMs < nextMs) return left;
    const off = await triggersOff(pool);
    for (const trigger of off) onProblem(offText(trigger));
    if (wereOff && off.length === 0)
      await local.askAgain('triggers were off for a while, and changes of that time are not here');
    wereOff = off.length > 0;
    if (await ifReadable(pool, changeLists, () => isCountedAnew(pool, local), false)) await local.askAgain(countedAnew);
    const difference = await ifReadable(pool, compared, () => lookForDifference(pool, local), null);
    if (difference === null) return left;
    const judged = judge(difference, before, left);
    before = difference;
    // What is suspicious is looked at with the next mark.
    const restMs = Math.max(compareEveryMs, restFor * (monotonicMs() - begunMs));
    nextMs = judged.verdict === 'look-again' ? begunMs : monotonicMs() + restMs;
    if (judged.verdict === 'copy-again') await local.askAgain(changedUnseen);
    return judged.left;
  };
}

const countedAnew = 'its list of changes begins with 1 again, as after TRUNCATE, and what changed since was not seen';
const changedUnseen =
  'it has rows that are not here, or the other way about, of which no change tells: they cannot be read, or came or went without triggers, as by TRUNCATE';

export type Trigger = { table: string; name: string };

/** What is switched off of the triggers by which controllers learn of changes; who may not see that of a table is told of none. */
export async function triggersOff(pool: sql.ConnectionPool): Promise<Trigger[]> {
  const { recordset } = await pool.request().query<Trigger>(
    `SELECT OBJECT_NAME(parent_id) AS [table], name FROM sys.triggers
WHERE is_disabled = 1 AND LOWER(name) LIKE 'tr[_]%[_]changes' AND OBJECT_NAME(parent_id) IS NOT NULL ORDER BY name`,
  );
  return recordset;
}

export const offText = ({ table, name }: Trigger): string =>
  `no controller sees what changes in dbo.${table}, not even that a code is revoked: its trigger is switched off (ENABLE TRIGGER ${name} ON dbo.${table})`;
