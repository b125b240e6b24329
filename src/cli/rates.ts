import { userInfo } from 'node:os';
import { StoreError } from '../store/store.ts';
import { messageOf } from '../thrown.ts';
import { asksForHelp, isUsageError, print, UsageError } from './usage.ts';
import { configFromArgs } from './context.ts';
import { openStoreOfRecord } from './open-store.ts';
import type { RatesContext } from './rates-context.ts';
import { explain } from './rates-explain.ts';
import { exportTable, importFile } from './rates-files.ts';
import { ratesHelp } from './rates-help.ts';
import { listReratings, rerate, undo } from './rates-rerate.ts';
import { assign, listTables, setTable } from './rates-tables.ts';

export type { RatesContext };

async function dispatch(args: string[], context: RatesContext): Promise<number> {
  const [command = '', ...rest] = args;
  if (asksForHelp(args)) {
    context.stdout.write(ratesHelp);
    return args.length === 0 ? 2 : 0;
  }
  switch (command) {
    case 'import':
      return importFile(rest, context);
    case 'export':
      return exportTable(rest, context);
    case 'tables':
      return listTables(rest, context);
    case 'set':
      return setTable(rest, context);
    case 'assign':
      return assign(rest, context, true);
    case 'unassign':
      return assign(rest, context, false);
    case 'explain':
      return explain(rest, context);
    case 'rerate':
      return rerate(rest, context);
    case 'undo':
      return undo(rest, context);
    case 'reratings':
      return listReratings(rest, context);
    default:
      throw new UsageError(`unknown command ${command}`);
  }
}

/**
 * `billing-codes rates …`. Answers the exit code: 0 done, 1 no such thing or no rate, 2 wrong usage or input and nothing
 * changed. An unusable store rejects with its `StoreError`.
 */
export async function ratesCommand(args: string[], context: RatesContext): Promise<number> {
  try {
    return await dispatch(args, context);
  } catch (error) {
    const isInput = error instanceof StoreError && (error.code === 'duplicate' || error.code === 'invalid');
    if (!isInput && !isUsageError(error)) throw error;
    print(context.stderr, messageOf(error));
    if (!isInput) print(context.stderr, 'See: billing-codes rates --help');
    return 2;
  }
}

/** `billing-codes rates …` on the store that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(ratesHelp);
    return args.length === 0 ? 2 : 0;
  }
  const { config, rest } = configFromArgs(args);
  const { freeCallTypes } = config.rating;
  const store = await openStoreOfRecord(config);
  try {
    const { stdout, stderr } = process;
    const user = userInfo().username;
    return await ratesCommand(rest, {
      store,
      plan: config.dialPlan,
      freeCallTypes,
      stdout,
      stderr,
      nowMs: Date.now,
      user,
    });
  } finally {
    await store.close();
  }
}
