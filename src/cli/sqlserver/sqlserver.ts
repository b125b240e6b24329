import { systemClock } from '../../words/clock.ts';
import { examine, type ServerReport } from '../../store/sqlserver/check.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { sqlServerConfig } from './config.ts';
import { complain, print, printOwn } from '../usage.ts';

const help = `billing-codes sqlserver check [--config FILE] [--SETTING VALUE …]

Connects to the configured SQL Server, changes nothing, and prints its version and edition, the login's rights, the schema's version,
the difference between the clocks, and the round-trip time. Exit code 0: a controller can work with it; 1: not yet, and what to
do; 2: no connection, and why.
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
  const unknown = command === 'check' ? rest[0] : command;
  if (unknown !== undefined) {
    complain(`: sqlserver does not know ${unknown}; see billing-codes sqlserver --help`);
    return 2;
  }
  let report: ServerReport;
  try {
    report = await examine(sqlServerConfig(config), systemClock);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return 2;
  }
  print(process.stdout, describe(report));
  const toDo = whatToDo(report);
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
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(14)}${value}`);
}

function whatToDo(report: ServerReport): string[] {
  const { schemaVersion, neededVersion, missingRights, clockDifferenceMs, isReadOnly } = report;
  const lines: string[] = [];
  if (isReadOnly)
    lines.push('the database is read-only: connect to the primary replica, or set the database READ_WRITE');
  if (schemaVersion < neededVersion) {
    lines.push(
      'the schema is older than this program, missing, or not visible to this login: run billing-codes migrate',
    );
  }
  if (schemaVersion > neededVersion) lines.push('the schema is newer than this program: start the newer program');
  if (missingRights.length > 0) {
    lines.push(`this login lacks ${missingRights.join(', ')}: add it to the role billing_controller (sql/README.md)`);
  }
  if (Math.abs(clockDifferenceMs) > maximumClockDifferenceMs) {
    lines.push(
      `the clocks are ${Math.abs(clockDifferenceMs)} ms apart: synchronise both machines with the same time server`,
    );
  }
  return lines;
}
