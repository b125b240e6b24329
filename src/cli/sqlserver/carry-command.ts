import { databaseFile } from '../../controller/database-file.ts';
import type { Config } from '../../config/schema.ts';
import type { MoveOptions } from '../../store/moving/to-sqlserver.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import { configFromArgs } from '../context.ts';
import { startProgress } from '../progress.ts';
import { complain, printOwn } from '../usage.ts';
import { sqlServerConfig } from './config.ts';
import { pricingRules } from '../../controller/pricing-rules.ts';

/** Which flags were given; `own`: the one that this command alone takes. */
export type Meant = { dryRun: boolean; yes: boolean; own: boolean };

type CarryCommand = {
  name: string;
  help: string;
  /** Why it is not begun like this; null: it is. */
  refuse?: (meant: Meant) => string | null;
  ownFlag: string;
  /** Answers the exit code; `ended` ends the line of progress. */
  carry: (options: MoveOptions, meant: Meant, ended: () => void) => Promise<number>;
};

/** Makes a command that carries everything from one system of record to the other. */
export function carryCommand({ name, help, refuse = () => null, ownFlag, carry }: CarryCommand) {
  const wrong = (why: string): number => {
    complain(`: ${name} ${why}; see billing-codes ${name} --help`);
    return 2;
  };
  return async (args: string[]): Promise<number> => {
    if (args.includes('--help')) {
      printOwn(process.stdout, help);
      return 0;
    }
    const { config, rest } = configFromArgs(args);
    const unknown = rest.find((arg) => !['--dry-run', '--yes', ownFlag].includes(arg));
    if (unknown !== undefined) return wrong(`does not know ${unknown}`);
    const meant: Meant = {
      dryRun: rest.includes('--dry-run'),
      yes: rest.includes('--yes'),
      own: rest.includes(ownFlag),
    };
    const why = refuse(meant);
    return why === null ? carried(config, (options, ended) => carry(options, meant, ended)) : wrong(why);
  };
}

async function carried(
  config: Config,
  carry: (options: MoveOptions, ended: () => void) => Promise<number>,
): Promise<number> {
  const progress = startProgress(process.stderr, () => performance.now());
  try {
    const options: MoveOptions = {
      ...{ file: databaseFile(config), config: sqlServerConfig(config), rules: pricingRules(config) },
      onProgress: ({ what, done, of }) => progress.show(what, done, of),
    };
    return await carry(options, () => progress.end());
  } catch (error) {
    progress.end();
    if (!(error instanceof StoreError)) throw error;
    complain(`: ${error.message}`);
    return error.code === 'invalid' ? 2 : 1;
  }
}
