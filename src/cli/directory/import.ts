import { parseArgs } from 'node:util';
import type { CsvProblem } from '../../csv/csv.ts';
import { readWhole } from '../../csv/whole-file.ts';
import { messageOf } from '../../words/thrown.ts';
import type { Result } from '../../words/result.ts';
import { onlyOne, print, UsageError } from '../usage.ts';
import type { DirectoryContext } from './context.ts';
import { printFormerName } from './flags.ts';

/** What an import makes of a file. `onFormerName`: a column goes by a former name. */
type Import<Read> = {
  read: (
    bytes: Uint8Array,
    context: DirectoryContext,
    onFormerName: (former: string, name: string) => void,
  ) => Promise<Result<Read, CsvProblem[]>>;
  /** What is likely to be wrong, but is done all the same. */
  warnings?: (read: Read) => readonly CsvProblem[];
  /** What would be done, in a sentence. */
  preview: (read: Read, context: DirectoryContext) => Promise<string>;
  /** Does it; says what was done. */
  write: (read: Read, context: DirectoryContext) => Promise<string>;
};

/** Makes `import FILE [--dry-run]`. */
export function importCommand<Read>({ read, warnings, preview, write }: Import<Read>) {
  return async (args: string[], context: DirectoryContext): Promise<number> => {
    const { values, positionals } = parseArgs({
      ...{ args, allowPositionals: true },
      options: { 'dry-run': { type: 'boolean' } },
    });
    const file = onlyOne(positionals, 'FILE');
    const result = await read(await bytesOf(file), context, (former, name) =>
      printFormerName(context.stderr, `${file}: column "${former}"`, `"${name}"`),
    );
    if (!result.ok) return refuse(file, result.problem, context.stderr);
    for (const { line, error } of warnings?.(result.value) ?? []) {
      print(context.stderr, `${file}:${line}: warning: ${error}`);
    }
    const done = values['dry-run'] === true ? preview : write;
    print(context.stdout, await done(result.value, context));
    return 0;
  };
}

/** A million accounts with all that may be said of one. */
const maximumBytes = 400_000_000;

function bytesOf(file: string): Promise<Uint8Array> {
  return readWhole(file, maximumBytes).catch((error: unknown) => {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  });
}

/** Names every line that is wrong; answers the exit code. */
function refuse(file: string, problems: readonly CsvProblem[], stderr: NodeJS.WritableStream): number {
  for (const { line, error } of problems) print(stderr, `${file}:${line}: ${error}`);
  const lines = new Set(problems.map(({ line }) => line)).size;
  print(stderr, `Nothing was imported: ${lines === 1 ? '1 line is' : `${lines} lines are`} wrong.`);
  return 2;
}
