import { StoreError } from '../store/store.ts';
import { ConfigError } from '../config/load.ts';
import { errorCodeOf, messageOf } from '../thrown.ts';
import { commands, usage } from './commands.ts';

/**
 * `billing-codes COMMAND …`. Exit codes: 0 done; 1 could not be done; 2 wrong usage, wrong configuration or bad input, and
 * nothing was changed.
 */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    process.stderr.write(`billing-codes: there is no command "${name}"; "billing-codes help" lists them\n`);
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`billing-codes: ${messageOf(error).split('\n')[0] ?? ''}\n`);
  process.exitCode = exitCodeOf(error);
}
