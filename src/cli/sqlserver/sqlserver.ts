import type { Config } from '../../config/schema.ts';
import { zoneNamed } from '../../words/zone.ts';
import { systemClock } from '../../words/clock.ts';
import { examine, type ServerReport } from '../../store/sqlserver/check.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { sqlServerConfig } from './config.ts';
import { complain, print, printOwn } from '../usage.ts';
import { showControllers } from './controllers.ts';
import { localCommands } from './local.ts';

const help = `Usage: billing-codes sqlserver COMMAND [--config FILE] [--SETTING VALUE …]

  check                        connects, changes nothing, and prints version and edition of the server, the login's rights, the schema's
                               version and what is missing of it, the time zone of its reports, the difference between the clocks,
                               the round-trip time, and rows that cannot be read, because of which calls are refused or unrated
  controllers [--json]         the controllers that are or were connected (dbo.Controllers): since when, when they last reported (every
                               5 seconds; "lost" after 30 seconds of silence), how many changes of the directory and rates they have not
                               read yet, how many changes of call records wait to be sent and since when, and how many were set aside
  status                       what the local file is a copy of, how old the copy is, and what waits to be sent
  copy-again                   copies everything from SQL Server once more, and sends what is missing there of the last 30 days; calls
                               go on with the present copy meanwhile
  set-aside list [--json]      call records that SQL Server refused, and why
  set-aside show CALL-ID       all of such a record, with the code masked
  set-aside resend CALL-ID … | --all
                               sends them once more, e.g. after a constraint was changed; one that is taken leaves the list

The others concern the local file of this machine, and what they ask for the running controller does within seconds, or the
next one at its start. billing-codes move-to-sqlserver and move-to-embedded change the system of record.

Exit codes: 0 done, or a controller can work with it; 1 not yet, and what to do; 2 wrong usage, or no connection, and why.
`;

/** Beyond this, call times from two controllers can no longer be compared. */
const maximumClockDifferenceMs = 1000;

export async function run(args: string[]): Promise<number> {
  const [command, ...settings] = args;
  if (args.includes('--help') || command === undefined) {
    printOwn(process.stdout, help);
    return command === undefined ? 2 : 0;
  }
  const { config, rest } = configFromArgs(settings);
  const onFile = localCommands.get(command);
  if (onFile !== undefined) return onFile(rest, config);
  const isList = command === 'controllers';
  const unknown = isList ? rest.find((arg) => arg !== '--json') : command === 'check' ? rest[0] : command;
  if (unknown !== undefined) {
    complain(`: sqlserver does not know ${unknown}; see billing-codes sqlserver --help`);
    return 2;
  }
  try {
    if (!isList)
      return reported(await examine(sqlServerConfig(config), systemClock, zoneNamed(config.site.timeZone)), config);
    await showControllers(sqlServerConfig(config), rest.includes('--json'));
    return 0;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return 2;
  }
}

function reported(report: ServerReport, { site }: Config): number {
  print(process.stdout, describe(report));
  const toDo = whatToDo(report, site.timeZone);
  for (const line of toDo) complain(`: ${line}`);
  return toDo.length === 0 ? 0 : 1;
}

function describe(report: ServerReport): string[] {
  const rows = [
    ['connected to', report.where],
    ['version', report.version],
    ['edition', report.edition],
    ['login', `${report.login}, ${report.roles.length === 0 ? 'in none of our roles' : report.roles.join(', ')}`],
    ['rights', report.missingRights.length === 0 ? 'all that a controller needs' : 'some are missing, see below'],
    [
      'row versions',
      report.hasRowVersions
        ? 'on'
        : 'off: controllers wait for imports; READ_COMMITTED_SNAPSHOT is recommended (sql/README.md)',
    ],
    ['schema', `version ${report.schemaVersion} of ${report.neededVersion}`],
    ['clock', `${Math.abs(report.clockDifferenceMs)} ms ${report.clockDifferenceMs < 0 ? 'behind' : 'ahead of'} ours`],
    ['round trip', `${report.roundTripMs.toFixed(1)} ms`],
    ['rows', report.unreadable.length === 0 ? 'all can be read' : 'some cannot be read, see below'],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(14)}${value}`);
}

/** Of a thousand rows that one statement spoilt, the first are enough. */
const rowsShown = 20;

function unreadableLines(unreadable: readonly string[]): string[] {
  const more = unreadable.length - rowsShown;
  return [...unreadable.slice(0, rowsShown), ...(more > 0 ? [`${more} more rows or columns cannot be read`] : [])];
}

/** A line for each thing that is wrong. */
export function whatToDo(report: ServerReport, timeZone: string): string[] {
  const { missingObjects, siteClock, schemaVersion, neededVersion, missingRights, clockDifferenceMs, isReadOnly } =
    report;
  // Whatever else is wrong with it is no matter.
  if (report.systemDatabase !== null) return [report.systemDatabase];
  const lines: string[] = [];
  if (isReadOnly)
    lines.push('the database is read-only: connect to the primary replica, or set the database READ_WRITE');
  if (schemaVersion < neededVersion) {
    lines.push(
      'the schema is older than this program, missing, or not visible to this login: run billing-codes migrate',
    );
  }
  if (schemaVersion > neededVersion) lines.push('the schema is newer than this program: start the newer program');
  if (missingObjects.length > 0) {
    lines.push(
      `the schema lacks ${missingObjects.join(', ')}: run the files of sql/sqlserver again in order, each of them may be (sqlcmd -b -i)`,
    );
  }
  if (siteClock === 'empty') {
    lines.push(`dbo.SiteClock is empty, so that reports in T-SQL have dates of UTC: run billing-codes migrate`);
  }
  if (siteClock === 'other-zone') {
    lines.push(
      `dbo.SiteClock is of another time zone than site.timeZone here, ${timeZone}: give all machines the same one, then run billing-codes migrate`,
    );
  }
  if (missingRights.length > 0) {
    lines.push(`this login lacks ${missingRights.join(', ')}: add it to the role billing_controller (sql/README.md)`);
  }
  if (Math.abs(clockDifferenceMs) > maximumClockDifferenceMs) {
    lines.push(
      `the clocks are ${Math.abs(clockDifferenceMs)} ms apart: synchronise both machines with the same time server`,
    );
  }
  return [...lines, ...report.triggersOff, ...unreadableLines(report.unreadable)];
}
