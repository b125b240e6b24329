import { parseArgs } from 'node:util';
import { messageOf } from '../../src/words/thrown.ts';

/** What the command line says; what it leaves out, each case knows for itself. */
export type BenchOptions = {
  rounds: number;
  /** Length of one measurement. */
  seconds: number | null;
  calls: number | null;
  /** Calls at once, one measurement for each. */
  lanes: number[] | null;
  /** Progress, for whoever waits. */
  say: (line: string) => void;
};

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function parseOptions(args: string[]): { name: string; json: boolean; options: BenchOptions } {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string' },
        calls: { type: 'string' },
        'at-once': { type: 'string' },
      },
    });
  } catch (error) {
    // Node goes on about how an argument that looks like an option could be given.
    throw new UsageError(messageOf(error).split('. ')[0] ?? '', { cause: error });
  }
  const { values, positionals } = parsed;
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new UsageError('name one case');
  return {
    name,
    json: values.json,
    options: {
      rounds: wholeNumber('rounds', values.rounds),
      seconds: optional('seconds', values.seconds),
      calls: optional('calls', values.calls),
      lanes: values['at-once']?.split(',').map((text) => wholeNumber('at-once', text)) ?? null,
      say: (line) => {
        if (!values.quiet) process.stderr.write(`${line}\n`);
      },
    },
  };
}

const optional = (name: string, text: string | undefined): number | null =>
  text === undefined ? null : wholeNumber(name, text);

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} ${text}: a whole number from 1 on`);
  return value;
}
