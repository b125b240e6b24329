import { StoreError } from '../store/ports/store-error.ts';
import { ConfigError } from '../config/error.ts';
import { errorCodeOf, messageOf } from '../words/thrown.ts';
import { programVersion } from '../config/version.ts';
import { commands, usage } from './commands.ts';
import { complain, printOwn } from './usage.ts';

/**
 * `billing-codes COMMAND …`. Exit codes: 0 done; 1 could not be done; 2 wrong usage, wrong configuration or bad input, and
 * nothing was changed.
 */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    printOwn(process.stdout, usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === 'version') {
    printOwn(process.stdout, `${programVersion()}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name || candidate.also === name);
  if (command === undefined) {
    complain(`: there is no command "${name}"; "billing-codes help" lists them`);
    return 2;
  }
  return (await command.load())(args);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return 2;
  if (error instanceof StoreError && error.code === 'invalid') return 2;
  // node:util parseArgs
  return errorCodeOf(error).startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}

/**
 * A reader that has gone (`… | head -1`, a collector of log lines that restarts) or a log on a full disk must end neither a
 * command half-way nor a controller with its calls: without a listener, Node ends the process. What cannot be written is lost;
 * Node keeps both streams open, so that later lines are written again.
 */
function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error) => {
    if (errorCodeOf(error) === 'EPIPE') return;
    complain(`: cannot write to the standard output: ${messageOf(error)}`);
    process.exitCode = 1;
  });
}

outliveReaders();
try {
  const code = await main(process.argv.slice(2));
  if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
} catch (error) {
  complain(`: ${messageOf(error).split('\n')[0] ?? ''}`);
  process.exitCode = exitCodeOf(error);
}
