import { FileOptionError } from '../directory/rates/file-options.ts';
import { terminalText, visibleJson, visibleText } from '../words/clean-text.ts';
import { errorCodeOf } from '../words/thrown.ts';

/** What the person at the terminal has to put right; ends the command with exit code 2. */
export class UsageError extends Error {}

/** A `UsageError`, or what parseArgs itself complains of (https://nodejs.org/api/errors.html, ERR_PARSE_ARGS_…). */
export function isUsageError(error: unknown): boolean {
  return (
    error instanceof UsageError || error instanceof FileOptionError || errorCodeOf(error).startsWith('ERR_PARSE_ARGS_')
  );
}

export function asksForHelp(args: readonly string[]): boolean {
  return args.length === 0 || args[0] === 'help' || args.includes('--help');
}

/** Where a command writes to: a terminal, a file, a pipe. */
type Printed = { write(text: string): unknown };

/** One line or, of an array, a line of each: what is in them draws nothing and ends no line. Everything is printed by these functions. */
export const print = (stream: Printed, text: string | readonly string[]): void => {
  const lines = typeof text === 'string' ? [text] : text;
  stream.write(lines.map((line) => `${visibleText(line)}\n`).join(''));
};

/** JSON of which every byte can be shown; `indent`: over several lines. */
export const printJson = (stream: Printed, value: unknown, indent: 0 | 2 = 2): void => {
  const lines = JSON.stringify(value, null, indent).split('\n');
  stream.write(`${lines.map(visibleJson).join('\n')}\n`);
};

/** Lines of a CSV whose cells have been cleaned for it (`csvText`); false: the reader is behind, wait for `drain`. */
export const printCsv = (stream: NodeJS.WritableStream, lines: readonly string[]): boolean =>
  stream.write(lines.map((line) => `${line}\n`).join(''));

/** In place of the line that the cursor is on, on a terminal (CR, and erase to its end: ECMA-48, EL). */
export const printOver = (stream: Printed, text: string): void => void stream.write(`\r\u001b[K${visibleText(text)}`);

/** Text of our own, with its line breaks. */
export const printOwn = (stream: Printed, text: string): void => void stream.write(terminalText(text));

/** What went wrong, where there is nothing to do but to end. */
export const complain = (text: string, stream: Printed = process.stderr): void => {
  print(stream, `billing-codes${text}`);
};

export function onlyOne(positionals: readonly string[], what: string): string {
  const [one, ...more] = positionals;
  if (one === undefined || more.length > 0) throw new UsageError(`expected one ${what}`);
  return one;
}
