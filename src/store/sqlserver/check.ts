import sql from 'mssql';
import type { Clock } from '../../words/clock.ts';
import { connect } from './connect.ts';
import { addressOf } from './settings.ts';
import { toStoreError } from './errors.ts';
import type { Zone } from '../../words/zone.ts';
import { listMigrations, schemaVersion, systemDatabaseText } from './migrate.ts';
import { missingRights, rightText, tablesOfControllers } from './rights.ts';
import { objectsOf } from './schema-objects.ts';
import { siteClockState } from './site-clock.ts';
import { offText, triggersOff } from './replication/comparing.ts';
import { unreadableRows } from './unreadable-rows.ts';

/** What a server, a database and a login are, for the person who sets them up. */
export type ServerReport = {
  /** Host, port and database. */
  where: string;
  /** One line, e.g. `Microsoft SQL Server 2019 (RTM-CU27) …`. */
  version: string;
  edition: string;
  login: string;
  /** Of ours, those that the login is a member of. */
  roles: string[];
  /** Of what a controller does, that this login may not, e.g. `INSERT on dbo.CallRecords`; empty too where there are no tables. */
  missingRights: string[];
  isReadOnly: boolean;
  /** READ_COMMITTED_SNAPSHOT: readers do not wait for writers, e.g. controllers for an import. */
  hasRowVersions: boolean;
  /** Why there can be no schema here; null: there can. */
  systemDatabase: string | null;
  /** 0: there is no schema yet. */
  schemaVersion: number;
  /** The version that this program needs. */
  neededVersion: number;
  /** What the migrations made and is not there any more, e.g. `dbo.usp_ReportCalls`; empty too where there is no schema. */
  missingObjects: string[];
  /** Those of the triggers by which controllers learn of changes that are switched off, a line each. */
  triggersOff: string[];
  /** What cannot be read of rows, a line each; empty too where the schema or the rights are not what they must be. */
  unreadable: string[];
  /** Of dbo.SiteClock: whether it says what the clocks of the site's zone do. */
  siteClock: 'right' | 'empty' | 'other-zone';
  /** Positive: the server's clock is ahead of ours. */
  clockDifferenceMs: number;
  roundTripMs: number;
};

const ourRoles = ['billing_controller', 'billing_report', 'billing_admin', 'billing_retention', 'db_owner'] as const;

/** Round trips measured; the quickest counts, as the others waited for something. */
const trips = 5;

/** Connects and looks, and changes nothing. Rejects with a `StoreError` where it cannot connect. */
export async function examine(config: sql.config, clock: Pick<Clock, 'nowMs'>, zone: Zone): Promise<ServerReport> {
  const where = addressOf(config);
  const pool = await connect(config, () => undefined);
  try {
    const version = await schemaVersion(pool);
    const roles = await rolesOf(pool);
    const neededVersion = listMigrations().length;
    const lacking = version === 0 ? [] : (await missingRights(pool)).map(rightText);
    return {
      where,
      ...(await identity(pool)),
      roles,
      systemDatabase: await systemDatabaseText(pool),
      missingRights: lacking,
      schemaVersion: version,
      neededVersion,
      triggersOff: version === 0 ? [] : (await triggersOff(pool)).map(offText),
      unreadable: version === neededVersion && lacking.length === 0 ? await unreadableRows(pool) : [],
      missingObjects:
        version === 0 ? [] : await missingObjects(pool, version, await mayUse(pool, 'dbo.SchemaMigrations', 'DELETE')),
      siteClock:
        version >= siteClockVersion && (await mayUse(pool, 'dbo.SiteClock', 'SELECT'))
          ? await siteClockState(pool, zone)
          : 'right',
      ...(await clocks(pool, clock)),
    };
  } catch (error) {
    throw toStoreError(error, where);
  } finally {
    await pool.close();
  }
}

/** Since then there is dbo.SiteClock (0008-reports.sql). */
export const siteClockVersion = 8;

async function mayUse(pool: sql.ConnectionPool, table: string, kind: 'SELECT' | 'DELETE'): Promise<boolean> {
  const { recordset } = await pool
    .request()
    .query<{ May: number | null }>(`SELECT HAS_PERMS_BY_NAME('${table}', 'OBJECT', '${kind}') AS May`);
  return recordset[0]?.May === 1;
}

/**
 * What the migrations up to that version made and is not there, as after a batch that failed by hand. Who is not the owner sees
 * only what he may use: of a controller's tables alone a missing one is told from a hidden one.
 */
async function missingObjects(pool: sql.ConnectionPool, version: number, isOwner: boolean): Promise<string[]> {
  const visible = new Set<string>(tablesOfControllers);
  const objects = objectsOf(listMigrations().filter((migration) => migration.version <= version)).filter(
    ({ table }) => isOwner || visible.has(`dbo.${table}`),
  );
  const columns = objects.map(({ table, column }, index) => {
    const there = column === null ? `OBJECT_ID('dbo.${table}')` : `COL_LENGTH('dbo.${table}', '${column}')`;
    return `CASE WHEN ${there} IS NULL THEN 0 ELSE 1 END AS Object${index}`;
  });
  const { recordset } = await pool.request().query<Record<string, number>>(`SELECT ${columns.join(', ')}`);
  const noted = await pool.request().query<{ Version: number }>('SELECT Version FROM dbo.SchemaMigrations');
  const versions = new Set(noted.recordset.map(({ Version }) => Version));
  return [
    ...listMigrations()
      .filter((migration) => migration.version <= version && !versions.has(migration.version))
      .map(({ name }) => name),
    ...objects
      .filter((_, index) => recordset[0]?.[`Object${index}`] !== 1)
      .map(({ table, column }) => `dbo.${table}${column === null ? '' : `.${column}`}`),
  ];
}

async function identity(
  pool: sql.ConnectionPool,
): Promise<Pick<ServerReport, 'version' | 'edition' | 'login' | 'isReadOnly' | 'hasRowVersions'>> {
  const { recordset } = await pool
    .request()
    .query<{ Version: string; Edition: string; Login: string; Access: string; RowVersions: boolean }>(
      `SELECT @@VERSION AS Version, CAST(SERVERPROPERTY('Edition') AS NVARCHAR(200)) AS Edition, SUSER_SNAME() AS Login,
CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS NVARCHAR(40)) AS Access,
(SELECT is_read_committed_snapshot_on FROM sys.databases WHERE database_id = DB_ID()) AS RowVersions`,
    );
  const [row] = recordset;
  return {
    version: row?.Version.replaceAll(/\s+/g, ' ').trim() ?? '',
    edition: row?.Edition ?? '',
    login: row?.Login ?? '',
    isReadOnly: row?.Access === 'READ_ONLY',
    hasRowVersions: row?.RowVersions === true,
  };
}

async function rolesOf(pool: sql.ConnectionPool): Promise<string[]> {
  const columns = ourRoles.map((role) => `IS_MEMBER('${role}') AS ${role}`).join(', ');
  const { recordset } = await pool.request().query<Record<string, number | null>>(`SELECT ${columns}`);
  return ourRoles.filter((role) => recordset[0]?.[role] === 1);
}

/** Whether this login may do everything in the database. */
export async function isOwner(pool: sql.ConnectionPool): Promise<boolean> {
  const { recordset } = await pool
    .request()
    .query<{ IsOwner: number | null; Name: string }>("SELECT IS_MEMBER('db_owner') AS IsOwner, USER_NAME() AS Name");
  return recordset[0]?.IsOwner === 1 || recordset[0]?.Name === 'dbo';
}

async function clocks(
  pool: sql.ConnectionPool,
  clock: Pick<Clock, 'nowMs'>,
): Promise<Pick<ServerReport, 'clockDifferenceMs' | 'roundTripMs'>> {
  let best = { clockDifferenceMs: 0, roundTripMs: Infinity };
  for (let trip = 0; trip < trips; trip += 1) {
    const began = performance.now();
    const sentAtMs = clock.nowMs();
    const { recordset } = await pool.request().query<{ Now: Date }>('SELECT SYSUTCDATETIME() AS Now');
    const roundTripMs = performance.now() - began;
    if (roundTripMs >= best.roundTripMs) continue;
    const theirs = recordset[0]?.Now.getTime() ?? 0;
    best = { clockDifferenceMs: Math.round(theirs - sentAtMs - roundTripMs / 2), roundTripMs };
  }
  return best;
}
