import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { messageOf } from '../../words/thrown.ts';
import type { Result } from '../../words/result.ts';
import { print, printCsv, UsageError } from '../usage.ts';
import type { DirectoryContext } from './context.ts';

type Export = {
  many: string;
  /** The file has billing codes in it: only with --show-codes. */
  hasCodes: boolean;
  csv: (context: DirectoryContext) => Promise<Result<string>>;
};

/** Makes `export [--output FILE]`. */
export function exportCommand({ many, hasCodes, csv }: Export) {
  return async (args: string[], context: DirectoryContext): Promise<number> => {
    const { values } = parseArgs({
      args,
      options: { output: { type: 'string' }, 'show-codes': { type: 'boolean' } },
    });
    if (hasCodes && values['show-codes'] !== true) {
      throw new UsageError('an export has billing codes in it, which are secrets: add --show-codes');
    }
    const exported = await csv(context);
    if (!exported.ok) throw new UsageError(`${many}: ${exported.problem}`);
    if (values.output === undefined) {
      printCsv(context.stdout, exported.value.trimEnd().split('\n'));
      return 0;
    }
    try {
      // Codes, names and limits concern nobody but who asked for them.
      await writeFile(values.output, exported.value, { mode: 0o600 });
    } catch (error) {
      throw new UsageError(`cannot write ${values.output}: ${messageOf(error)}`);
    }
    print(context.stderr, `Written: ${values.output}`);
    return 0;
  };
}
