import { databaseFile } from '../../controller/controller.ts';
import { moveToSqlServer, planMove, type MoveOptions, type MovePlan } from '../../store/moving/to-sqlserver.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { startProgress } from '../progress.ts';
import { complain, print, printOwn } from '../usage.ts';
import { sqlServerConfig } from './config.ts';

const help = `billing-codes move-to-sqlserver --dry-run | --yes [--config FILE] [--SETTING VALUE …]

Carries everything in the local file over to the configured SQL Server: departments, accounts, extensions, rate tables with their
rates, call records, moves, and all prices and corrections that calls had. Calls go on meanwhile. Afterwards the local file is a
copy of SQL Server, which is the system of record.

  --dry-run   only says what would be carried over, and what is in the way
  --yes       does it

It may be stopped at any moment, and goes on where it was when it is run again: nothing is lost, or there twice. Run
billing-codes migrate first; both need db_owner. If the controller runs without SQL Server, restart it with sqlserver.* set as soon as this
is done. A code, phone or rate table that is another one in SQL Server is named, and then nothing is carried over.

Exit codes: 0 done, 1 could not be done (run it again), 2 nothing was carried over, and why.
`;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const [isDryRun, isMeant] = [rest.includes('--dry-run'), rest.includes('--yes')];
  const unknown = rest.find((arg) => arg !== '--dry-run' && arg !== '--yes');
  if (unknown !== undefined) {
    complain(`: move-to-sqlserver does not know ${unknown}; see billing-codes move-to-sqlserver --help`);
    return 2;
  }
  const progress = startProgress(process.stderr, () => performance.now());
  const options: MoveOptions = {
    ...{ file: databaseFile(config), config: sqlServerConfig(config), freeCallTypes: config.rating.freeCallTypes },
    onProgress: ({ what, done, of }) => progress.show(what, done, of),
  };
  try {
    const plan = await planMove(options);
    print(process.stdout, describe(plan, isMeant && !isDryRun));
    if (plan.conflicts.length > 0) return 2;
    if (isDryRun) return 0;
    if (!isMeant) {
      complain(': nothing was changed: add --yes to carry it over');
      return 2;
    }
    const { setAside } = await moveToSqlServer(options);
    progress.end();
    print(process.stdout, `Done: SQL Server ${plan.where} is the system of record, and the local file its copy.`);
    if (setAside > 0) {
      complain(`: SQL Server refused ${setAside} call records: billing-codes sqlserver set-aside list`);
    }
    return 0;
  } catch (error) {
    progress.end();
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return error.code === 'invalid' ? 2 : 1;
  }
}

function describe({ where, counts, conflicts, isBegun }: MovePlan, isMeant: boolean): string[] {
  const rows: [string, number][] = [
    ['departments', counts.departments],
    ['accounts', counts.accounts],
    ['extensions', counts.extensions],
    ['rate tables', counts.rateTables],
    ['rates', counts.rates],
    ['call records', counts.records],
    ['moves', counts.moves],
    ['prices', counts.prices],
    ['re-ratings', counts.reratings],
    ['corrections', counts.corrections],
  ];
  const lines = rows.map(([what, count]) => `  ${what.padEnd(13)}${count.toLocaleString('en-US').padStart(12)}`);
  const head = `From the local file to SQL Server ${where}${isBegun ? ', going on' : ''}${isMeant ? '' : ' (nothing is changed)'}:`;
  const inTheWay = conflicts.map((line) => `In the way: ${line}`);
  return [head, ...lines, ...inTheWay];
}
