import type { Config } from '../config/schema.ts';
import type { MoveStore } from '../store/ports/move-store.ts';
import { databaseFile } from '../controller/database-file.ts';
import { openStoreOfRecord } from '../store/of-record.ts';
import { StoreError } from '../store/ports/store-error.ts';
import type { Store } from '../store/ports/store.ts';
import { isConfigured } from '../store/sqlserver/connect.ts';
import { messageOf } from '../words/thrown.ts';
import { configFromArgs } from './context.ts';
import { sqlServerConfig } from './sqlserver/config.ts';
import { asksForHelp, isUsageError, print, printOwn, UsageError } from './usage.ts';

export type Output = { stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream };

type Subcommand<Context> = (args: string[], context: Context) => Promise<number>;

type StoreCommand<Context> = {
  name: string;
  help: string;
  subcommands: ReadonlyMap<string, Subcommand<Context>>;
  /** Makes what the subcommands work with from the configured store. */
  contextOf: (store: Store & MoveStore, config: Config, output: Output) => Context;
};

/**
 * `billing-codes NAME …`, made from its subcommands. Both functions return the exit code: 0 done, 1 no such thing, 2 wrong usage
 * or input and nothing changed. An unusable store rejects with its `StoreError`.
 */
export function storeCommand<Context extends Output>({
  name,
  help,
  subcommands,
  contextOf,
}: StoreCommand<Context>): {
  command: Subcommand<Context>;
  /** Runs on the configured store. */
  run: (args: string[]) => Promise<number>;
} {
  const showHelp = (args: readonly string[], stdout: NodeJS.WritableStream): number => {
    printOwn(stdout, help);
    return args.length === 0 ? 2 : 0;
  };

  async function dispatch(args: string[], context: Context): Promise<number> {
    if (asksForHelp(args)) return showHelp(args, context.stdout);
    const [word = '', ...rest] = args;
    const subcommand = subcommands.get(word);
    if (subcommand === undefined) throw new UsageError(`unknown command ${word}`);
    return subcommand(rest, context);
  }

  async function command(args: string[], context: Context): Promise<number> {
    try {
      return await dispatch(args, context);
    } catch (error) {
      const isInput = error instanceof StoreError && (error.code === 'duplicate' || error.code === 'invalid');
      if (!isInput && !isUsageError(error)) throw error;
      print(context.stderr, messageOf(error).split('\n'));
      if (!isInput) print(context.stderr, `See: billing-codes ${name} --help`);
      return 2;
    }
  }

  async function run(args: string[]): Promise<number> {
    if (asksForHelp(args)) return showHelp(args, process.stdout);
    const { config, rest } = configFromArgs(args);
    const store = await openStoreOfRecord({
      ...{ file: databaseFile(config), freeCallTypes: config.rating.freeCallTypes },
      sqlServer: isConfigured(config.sqlserver) ? sqlServerConfig(config) : null,
    });
    try {
      const { stdout, stderr } = process;
      return await command(rest, contextOf(store, config, { stdout, stderr }));
    } finally {
      await store.close();
    }
  }

  return { command, run };
}
