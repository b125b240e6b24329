import { databaseFile } from '../../controller/controller.ts';
import { moveToEmbedded } from '../../store/moving/to-embedded.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { startProgress } from '../progress.ts';
import { complain, print, printOwn } from '../usage.ts';
import { sqlServerConfig } from './config.ts';

const help = `billing-codes move-to-embedded --dry-run | --yes [--config FILE] [--SETTING VALUE …]

Carries everything from the configured SQL Server back into the local file, which is a copy of it: the calls of all controllers, moves,
prices and corrections; directory and rates are there already, and are brought up to date. Afterwards the local file is the system of
record. Nothing is changed in SQL Server.

  --dry-run   only says how much would be carried back
  --yes       does it

Run it on one machine only. Calls go on meanwhile; remove sqlserver.* from the configuration and restart the controller as soon as it
is done, since what is changed in SQL Server afterwards is not carried back. Stopped, it may be run again.

Exit codes: 0 done, 1 could not be done (run it again), 2 nothing was carried back, and why.
`;

export async function run(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    printOwn(process.stdout, help);
    return 0;
  }
  const { config, rest } = configFromArgs(args);
  const [isDryRun, isMeant] = [rest.includes('--dry-run'), rest.includes('--yes')];
  const unknown = rest.find((arg) => arg !== '--dry-run' && arg !== '--yes');
  if (unknown !== undefined || isDryRun === isMeant) {
    const why = unknown === undefined ? 'takes --dry-run or --yes' : `does not know ${unknown}`;
    complain(`: move-to-embedded ${why}; see billing-codes move-to-embedded --help`);
    return 2;
  }
  const progress = startProgress(process.stderr, () => performance.now());
  try {
    const { where, records } = await moveToEmbedded(
      {
        ...{ file: databaseFile(config), config: sqlServerConfig(config), freeCallTypes: config.rating.freeCallTypes },
        onProgress: ({ what, done, of }) => progress.show(what, done, of),
      },
      isDryRun,
    );
    progress.end();
    print(
      process.stdout,
      isDryRun
        ? `From SQL Server ${where} to the local file (nothing is changed): ${records.toLocaleString('en-US')} call records, and all that belongs to them`
        : 'Done: the local file is the system of record. Now remove sqlserver.* from the configuration and restart the controller.',
    );
    return 0;
  } catch (error) {
    progress.end();
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return error.code === 'invalid' ? 2 : 1;
  }
}
