import { StoreError } from '../store/store.ts';
import { add, change, importFile, list, print, setEnabled, show, UsageError } from './account-commands.ts';
import type { AccountsContext } from './account-commands.ts';
import { accountsHelp } from './account-help.ts';
import { errorCodeOf, messageOf } from '../thrown.ts';
import { configFromArgs } from './context.ts';
import { openStoreOfRecord } from './open-store.ts';

export type { AccountsContext };

async function dispatch(args: string[], context: AccountsContext): Promise<number> {
  const [command = '', ...rest] = args;
  if (asksForHelp(args)) {
    context.stdout.write(accountsHelp);
    return args.length === 0 ? 2 : 0;
  }
  switch (command) {
    case 'add':
      return add(rest, context);
    case 'change':
      return change(rest, context);
    case 'enable':
      return setEnabled(rest, context, true);
    case 'disable':
      return setEnabled(rest, context, false);
    case 'show':
      return show(rest, context);
    case 'list':
      return list(rest, context);
    case 'import':
      return importFile(rest, context);
    default:
      throw new UsageError(`unknown command ${command}`);
  }
}

/** parseArgs's own complaints: https://nodejs.org/api/errors.html, ERR_PARSE_ARGS_… */
const isParseArgsError = (error: unknown) => errorCodeOf(error).startsWith('ERR_PARSE_ARGS_');

/**
 * `billing-codes accounts …`. Answers the exit code: 0 done, 1 no such account, 2 wrong usage or input and nothing changed. An
 * unusable store rejects with its `StoreError`.
 */
export async function accountsCommand(args: string[], context: AccountsContext): Promise<number> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    const isInput = error instanceof StoreError && (error.code === 'duplicate' || error.code === 'invalid');
    if (!isInput && !(error instanceof UsageError) && !isParseArgsError(error)) throw error;
    print(context.stderr, messageOf(error));
    if (!isInput) print(context.stderr, 'See: billing-codes accounts --help');
    return 2;
  }
}

const asksForHelp = (args: readonly string[]) => args.length === 0 || args[0] === 'help' || args.includes('--help');

/** `billing-codes accounts …` on the store that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(accountsHelp);
    return args.length === 0 ? 2 : 0;
  }
  const { config, rest } = configFromArgs(args);
  const store = await openStoreOfRecord(config);
  try {
    const { stdout, stderr } = process;
    return await accountsCommand(rest, { store, plan: config.dialPlan, stdout, stderr, nowMs: Date.now });
  } finally {
    await store.close();
  }
}
