import type sql from 'mssql';
import { StoreError } from '../ports/store-error.ts';

/** A right on a table. */
export type Right = { table: string; kind: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' };

const the = (table: string, ...kinds: Right['kind'][]): Right[] =>
  kinds.map((kind) => ({ table: `dbo.${table}`, kind }));

const calls = [
  ...the('CallRecords', 'SELECT', 'INSERT', 'UPDATE'),
  ...the('CallMoves', 'SELECT'),
  ...the('CallChanges', 'INSERT'),
  ...the('CallPriceHistory', 'SELECT', 'INSERT', 'UPDATE'),
  ...the('CallMonths', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
  ...the('PayerMonths', 'SELECT', 'INSERT', 'UPDATE'),
];
const rates = [
  ...the('RateTables', 'SELECT'),
  ...the('DefaultRateTable', 'SELECT'),
  ...the('AccountRateTables', 'SELECT'),
  ...the('DepartmentRateTables', 'SELECT'),
  ...the('Rates', 'SELECT'),
];

/**
 * What a controller's login must be allowed to do (sql/sqlserver, the GRANTs to billing_controller), by what needs it, but for what is not
 * done at all sites. Without what `link` needs, nothing else is safe: it says which database this is, and whether it was restored.
 */
export const rightsOf = {
  link: [
    ...the('SchemaMigrations', 'SELECT'),
    ...the('DatabaseIdentity', 'SELECT'),
    ...the('ControllerMarks', 'SELECT'),
  ],
  marks: the('ControllerMarks', 'INSERT', 'UPDATE'),
  controllers: the('Controllers', 'SELECT', 'INSERT', 'UPDATE'),
  directory: [
    ...the('Departments', 'SELECT'),
    ...the('Destinations', 'SELECT'),
    ...the('Accounts', 'SELECT'),
    ...the('Extensions', 'SELECT'),
    ...the('DirectoryChanges', 'SELECT'),
  ],
  rates: [...rates, ...the('RateChanges', 'SELECT')],
  changedCalls: [
    ...the('CallChanges', 'SELECT'),
    ...the('CallRecords', 'SELECT'),
    ...the('CallMoves', 'SELECT'),
    ...the('CallPriceHistory', 'SELECT'),
    ...the('CallArchive', 'SELECT'),
  ],
  records: [...calls, ...rates],
  requests: [
    ...the('Requests', 'SELECT', 'UPDATE'),
    ...the('CallMoves', 'INSERT'),
    ...the('Reratings', 'SELECT', 'INSERT', 'UPDATE'),
    ...the('ReportCalls', 'SELECT'),
    ...the('Accounts', 'SELECT'),
    ...calls,
    ...rates,
  ],
  transfers: the('LedgerTransfers', 'SELECT', 'INSERT'),
  shares: [...the('LedgerBudgets', 'SELECT', 'INSERT', 'UPDATE'), ...the('LedgerShares', 'SELECT', 'INSERT', 'UPDATE')],
  locks: the('PhoneLocks', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
  console: [
    ...the('ConsoleVersion', 'SELECT', 'UPDATE'),
    ...the('ConsoleRows', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
    ...the('ConsoleAudit', 'SELECT', 'INSERT'),
    ...the('ConsoleOnce', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
  ],
  reports: [
    ...the('ReportRuns', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
    ...the('ReportRecipients', 'SELECT', 'INSERT', 'DELETE'),
  ],
} as const satisfies Readonly<Record<string, readonly Right[]>>;
export type Needing = keyof typeof rightsOf;

export const rightText = ({ table, kind }: Right): string => `${kind} on ${table}`;

/** Of everything that a controller does, each once, by table. */
export const allRights: readonly Right[] = [
  ...new Map(
    Object.values(rightsOf)
      .flat()
      .map((right) => [rightText(right), right]),
  ).values(),
].sort((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0));
export const tablesOfControllers: readonly string[] = allRights.map(({ table }) => table);

/** Those that this login does not have. */
export async function missingRights(pool: sql.ConnectionPool, wanted: readonly Right[] = allRights): Promise<Right[]> {
  const columns = wanted.map(
    ({ table, kind }, index) => `HAS_PERMS_BY_NAME('${table}', 'OBJECT', '${kind}') AS Right${index}`,
  );
  const { recordset } = await pool.request().query<Record<string, number | null>>(`SELECT ${columns.join(', ')}`);
  return wanted.filter((_, index) => recordset[0]?.[`Right${index}`] !== 1);
}

/** What to do about rights that this login lacks, in one line; null: it has them all. */
async function adviceAbout(pool: sql.ConnectionPool, wanted: readonly Right[]): Promise<string | null> {
  const missing = await missingRights(pool, wanted);
  if (missing.length === 0) return null;
  const grants = missing.map(({ table, kind }) => `GRANT ${kind} ON ${table}`).join('; ');
  return `this login lacks rights: give it the role billing_controller (sql/README.md), or ${grants} to it`;
}

/** For what fails of its own: which of the rights that it needs are missing; null: none is, and there is another reason. */
export const lackedBy = (pool: sql.ConnectionPool, needing: Needing): Promise<string | null> =>
  adviceAbout(pool, rightsOf[needing]);

/** Does something, where this login may: null, it is done. Else what it lacks for that; rejects where it fails of another reason. */
export async function unlessLacking(
  pool: sql.ConnectionPool,
  needing: Needing,
  work: () => Promise<unknown>,
): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const lacking = await lackedBy(pool, needing);
    if (lacking === null) throw error;
    return lacking;
  }
}

/** Rejects with one line, which names all GRANTs that are missing, where a controller's login lacks what everything else builds on. */
export async function checkLinkRights(pool: sql.ConnectionPool, where: string): Promise<void> {
  if ((await missingRights(pool, rightsOf.link)).length === 0) return;
  throw new StoreError(
    'unavailable',
    `SQL Server ${where}: ${(await adviceAbout(pool, allRights)) ?? 'rights changed'}`,
  );
}

/** What was asked of a table that may be read; `instead`, where this login may not. */
export async function ifReadable<T>(
  pool: sql.ConnectionPool,
  tables: readonly string[],
  ask: () => Promise<T>,
  instead: T,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const wanted = tables.map((table): Right => ({ table, kind: 'SELECT' }));
    if ((await missingRights(pool, wanted)).length === 0) throw error;
    return instead;
  }
}
