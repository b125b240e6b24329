import { zoneNamed, type Zone } from '../../words/zone.ts';
import { connect } from '../../store/sqlserver/connect.ts';
import { addressOf } from '../../store/sqlserver/settings.ts';
import { isOwner, siteClockVersion } from '../../store/sqlserver/check.ts';
import { migrate, planMigration, type MigrationPlan } from '../../store/sqlserver/migrate.ts';
import { siteClockState, writeSiteClock } from '../../store/sqlserver/site-clock.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { sqlServerConfig } from './config.ts';
import { complain, print, printOwn } from '../usage.ts';

const help = `billing-codes migrate [--dry-run] [--config FILE] [--SETTING VALUE …]

Updates the schema of the configured SQL Server, and the time zone of its reports (site.timeZone). --dry-run only says what would be
done. The login needs the right to create tables and roles (db_owner); the files in sql/sqlserver can also be run by hand, in order. A
controller's local file needs no command: it is updated when opened. Exit code 0: done; 2: not done, and why.
`;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const isDryRun = rest.includes('--dry-run');
  const unknown = rest.find((arg) => arg !== '--dry-run');
  if (unknown !== undefined) {
    complain(`: migrate does not know ${unknown}; see billing-codes migrate --help`);
    return 2;
  }
  try {
    await migrateTo(sqlServerConfig(config), zoneNamed(config.site.timeZone), isDryRun);
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return 2;
  }
}

/** Rejects with a `StoreError`. */
export async function migrateTo(
  target: ReturnType<typeof sqlServerConfig>,
  zone: Zone,
  isDryRun: boolean,
): Promise<void> {
  const where = addressOf(target);
  // A migration of a large table takes as long as it takes.
  const pool = await connect({ ...target, requestTimeout: 0 }, () => undefined);
  try {
    const plan = await planMigration(pool, where);
    print(process.stdout, describe(where, plan, isDryRun));
    // A controller's login may neither read nor write it, and an installation with it needs no change.
    const owns = await isOwner(pool);
    const writesClock = plan.pending.length > 0 || owns;
    if (owns) await tellOtherZone(pool, { from: plan.from, zone, isDryRun });
    if (isDryRun) return;
    await asOwner(pool, async () => {
      await migrate(pool, where);
      if (writesClock) await writeSiteClock(pool, where, zone);
    });
    if (plan.pending.length === 0) return;
    print(process.stdout, `SQL Server ${where}: done`);
  } finally {
    await pool.close();
  }
}

/** Dates of all reports in T-SQL are those of one zone: another machine that has another one changes them for everybody. */
async function tellOtherZone(
  pool: Awaited<ReturnType<typeof connect>>,
  { from, zone, isDryRun }: { from: number; zone: Zone; isDryRun: boolean },
): Promise<void> {
  if (from < siteClockVersion || (await siteClockState(pool, zone)) !== 'other-zone') return;
  const become = isDryRun ? 'would become' : 'become';
  print(
    process.stdout,
    `dbo.SiteClock is of another time zone: the dates of all reports in T-SQL ${become} those of site.timeZone here, ${zone.name}`,
  );
}

/** What a server says of a login without rights is often about something else: a controller's login sees no more than it may use. */
async function asOwner(pool: Awaited<ReturnType<typeof connect>>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StoreError) || (await isOwner(pool).catch(() => true))) throw error;
    const who = 'a login that owns the database (db_owner) must do that: billing-codes migrate --sqlserver-user …';
    throw new StoreError(error.code, `${error.message}; ${who}`, { cause: error });
  }
}

function describe(where: string, { from, to, pending }: MigrationPlan, isDryRun: boolean): string[] {
  if (pending.length === 0) return [`SQL Server ${where}: the schema is up to date (version ${to})`];
  const steps = pending.map(({ name }) => `  ${name}`);
  return [`SQL Server ${where}: from version ${from} to ${to}${isDryRun ? ', nothing was changed' : ''}`, ...steps];
}
