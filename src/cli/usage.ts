import { errorCodeOf } from '../words/thrown.ts';

/** What the person at the terminal has to put right; ends the command with exit code 2. */
export class UsageError extends Error {}

/** A `UsageError`, or what parseArgs itself complains of (https://nodejs.org/api/errors.html, ERR_PARSE_ARGS_…). */
export function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || errorCodeOf(error).startsWith('ERR_PARSE_ARGS_');
}

export function asksForHelp(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === 'help' || args.includes('--help');
}

export const print = (stream: NodeJS.WritableStream, text: string) => void stream.write(`${text}\n`);

export function onlyOne(positionals: readonly string[], what: string): string {
  const [one, ...more] = positionals;
  if (one === undefined || more.length > 0) throw new UsageError(`expected one ${what}`);
  return one;
}
