import type { Config } from '../../config/schema.ts';
import { messageOf } from '../../words/thrown.ts';
import { configFromArgs } from '../context.ts';
import { complain, isUsageError, printOwn } from '../usage.ts';

type Operation = {
  name: string;
  help: string;
  /** Returns the exit code; rejects where it could not be done. */
  work: (args: string[], config: Config) => Promise<number>;
};

/** Makes `billing-codes NAME …`. Its exit code is that of the work; 2 after wrong usage, 1 where the work failed otherwise. */
export function operation({ name, help, work }: Operation) {
  return async (args: string[]): Promise<number> => {
    if (args.includes('--help')) {
      printOwn(process.stdout, help);
      return 0;
    }
    const { config, rest } = configFromArgs(args);
    try {
      return await work(rest, config);
    } catch (error) {
      complain(` ${name}: ${messageOf(error)}`);
      return isUsageError(error) ? 2 : 1;
    }
  };
}
