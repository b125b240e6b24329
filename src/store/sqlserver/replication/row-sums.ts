import type sql from 'mssql';
import { differenceOf } from '../../replication/row-sums.ts';
import { summedTables, type Difference, type RowSums, type SummedTable } from '../../ports/row-sums.ts';
import { parsePosition } from '../../replication/position.ts';
import type { CopyStore } from '../../ports/copy-store.ts';
import type { RateReplicaStore } from '../../ports/rate-replica.ts';
import type { ReplicaStore } from '../../ports/replica-store.ts';

/**
 * Waits for nobody: the changes of a transaction that is open are counted with its rows, so that nothing is compared until they are
 * copied. A count that is wrong because pages move is another one at the next look.
 */
const atOnce = 'WITH (NOLOCK)';

const from: Readonly<Record<SummedTable, readonly [id: string, table: string]>> = {
  departments: ['Id', `dbo.Departments ${atOnce}`],
  destinations: ['Id', `dbo.Destinations ${atOnce}`],
  accounts: ['Id', `dbo.Accounts ${atOnce}`],
  extensions: ['Id', `dbo.Extensions ${atOnce}`],
  'rate-tables': ['Id', `dbo.RateTables ${atOnce}`],
  rates: [
    'r.Id',
    `dbo.Rates r ${atOnce} JOIN dbo.RateTables t ${atOnce} ON t.Id = r.TableId AND t.Version = r.Version`,
  ],
  'account-rate-tables': ['AccountId', `dbo.AccountRateTables ${atOnce}`],
  'department-rate-tables': ['DepartmentId', `dbo.DepartmentRateTables ${atOnce}`],
};

const lastChanges = `SELECT (SELECT ISNULL(MAX(Id), 0) FROM dbo.DirectoryChanges ${atOnce}) AS directory,
  (SELECT ISNULL(MAX(Id), 0) FROM dbo.RateChanges ${atOnce}) AS rates`;
const sums = summedTables
  .map((name) => {
    const [id, table] = from[name];
    return `SELECT COUNT_BIG(*) AS rows, ISNULL(SUM(CAST(${id} AS BIGINT)), 0) AS ids FROM ${table}`;
  })
  .join(';\n');

type Local = Pick<CopyStore, 'rowSums'> &
  Pick<ReplicaStore, 'directoryPosition'> &
  Pick<RateReplicaStore, 'ratesPosition'>;
type Last = { directory: string | number; rates: string | number };

const isRead = (position: string | null, last: string | number | undefined): boolean =>
  position !== null && parsePosition(position, 0)?.last === Number(last ?? 0);

/**
 * Whether a list of changes counts from the beginning again, as after TRUNCATE: its numbers only grow otherwise, and what is old is taken
 * away first.
 */
export async function isCountedAnew(
  pool: sql.ConnectionPool,
  local: Pick<Local, 'directoryPosition' | 'ratesPosition'>,
): Promise<boolean> {
  // First what was read, then what there is.
  const read = [await local.directoryPosition(), await local.ratesPosition()];
  const [last] = (await pool.request().query<Last>(lastChanges)).recordset;
  return [last?.directory, last?.rates].some((newest, at) => {
    const number = Number(newest ?? 0);
    return number > 0 && number < (parsePosition(read[at] ?? null, 0)?.last ?? 0);
  });
}

/** How the copy differs from the server's tables; null: not all changes are copied, so that it may differ. */
export async function lookForDifference(pool: sql.ConnectionPool, local: Local): Promise<Difference | null> {
  const isUpToDate = async (last: Last | undefined): Promise<boolean> =>
    isRead(await local.directoryPosition(), last?.directory) && isRead(await local.ratesPosition(), last?.rates);
  const before = await pool.request().query<Last>(lastChanges);
  if (!(await isUpToDate(before.recordset[0]))) return null;
  const { recordsets } = await pool
    .request()
    .query<{ rows: string | number; ids: string | number }[]>(`${sums};\n${lastChanges}`);
  const answers = recordsets as unknown as [...{ rows: string; ids: string }[][]];
  const here = await local.rowSums();
  if (!(await isUpToDate((recordsets as unknown as Last[][]).at(-1)?.[0]))) return null;
  const there = Object.fromEntries(
    summedTables.map((name, at) => [
      name,
      { rows: Number(answers[at]?.[0]?.rows ?? 0), ids: Number(answers[at]?.[0]?.ids ?? 0) },
    ]),
  ) as RowSums;
  return differenceOf(there, here);
}
