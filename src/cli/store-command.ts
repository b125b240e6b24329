import { existsSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { MoveStore } from '../store/ports/move-store.ts';
import { databaseFile } from '../controller/database-file.ts';
import { unlinkedCopy } from '../store/replication/origin.ts';
import { openStoreOfRecord } from '../store/of-record.ts';
import { StoreError } from '../store/ports/store-error.ts';
import type { Store } from '../store/ports/store.ts';
import { openLocalStore, type LocalStore } from '../store/sqlite/store.ts';
import { isConfigured } from '../store/sqlserver/settings.ts';
import { messageOf } from '../words/thrown.ts';
import { configFromArgs } from './context.ts';
import { sqlServerConfig } from './sqlserver/config.ts';
import { asksForHelp, complain, isUsageError, print, printOwn, UsageError } from './usage.ts';
import { pricingRules } from '../controller/pricing-rules.ts';

export type Output = { stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream };

type Open<Opened> = (config: Config) => Promise<Opened>;

/** Throws a `StoreError` where it is not there: with a mistaken data.dir, what only reads or tidies up would make an empty one. */
export function existingFile(config: Config): string {
  const file = databaseFile(config);
  if (existsSync(file)) return file;
  throw new StoreError('unavailable', `${file} does not exist: no controller has run with this data folder (data.dir)`);
}

/** The local file of the data folder, whether it is the system of record or a copy; it must be there. */
export const openLocal: Open<LocalStore> = async (config) =>
  openLocalStore({ file: existingFile(config), rules: pricingRules(config) });

/** The system of record. */
export const openOfRecord: Open<Store & MoveStore> = async (config) => {
  const [file, rules] = [databaseFile(config), pricingRules(config)];
  if (isConfigured(config.sqlserver)) return openStoreOfRecord({ file, rules, sqlServer: sqlServerConfig(config) });
  const local = await openLocalStore({ file, rules });
  // Somebody forgot the settings, as after a move: what is changed here nobody else gets.
  if ((await local.copyOrigin()).source !== null) complain(`: warning: ${unlinkedCopy}`);
  return local;
};

/** The system of record; where that is the local file, it must be there. */
const openExisting: Open<Store & MoveStore> = async (config) => {
  if (!isConfigured(config.sqlserver)) existingFile(config);
  return openOfRecord(config);
};

/** Of a new site, whose first accounts, phones and rates come before its controller's first start. */
const makesIt = new Set(['add', 'import', 'set']);

function showHelp(args: readonly string[], help: string, stdout: NodeJS.WritableStream): number {
  printOwn(stdout, help);
  return args.length === 0 ? 2 : 0;
}

/** Says what is wrong with the usage, and where to read about it; exit code 2. Rejects with every other error. */
export async function orWrongUsage(name: string, { stderr }: Output, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!isUsageError(error)) throw error;
    print(stderr, [...messageOf(error).split('\n'), `See: billing-codes ${name} --help`]);
    return 2;
  }
}

/** Makes the `run` of a command that works on a store, which is closed afterwards. */
export function onStore<Opened extends { close(): Promise<void> }>(
  help: string,
  opening: (word: string) => Open<Opened>,
  work: (args: string[], store: Opened, config: Config, output: Output) => Promise<number>,
) {
  return async (args: string[]): Promise<number> => {
    const { stdout, stderr } = process;
    if (asksForHelp(args)) return showHelp(args, help, stdout);
    const { config, rest } = configFromArgs(args);
    const store = await opening(rest[0] ?? '')(config);
    try {
      return await work(rest, store, config, { stdout, stderr });
    } finally {
      await store.close();
    }
  };
}

type Subcommand<Context> = (args: string[], context: Context) => Promise<number>;

type StoreCommand<Context, Opened> = {
  name: string;
  help: string;
  subcommands: ReadonlyMap<string, Subcommand<Context>>;
  /** Makes what the subcommands work with from the store. */
  contextOf: (store: Opened, config: Config, output: Output) => Context;
};

/** Both functions return the exit code: 0 done, 1 no such thing, 2 wrong usage or input and nothing changed. */
type Made<Context> = {
  command: Subcommand<Context>;
  /** Opens the store itself. */
  run: (args: string[]) => Promise<number>;
};

/**
 * `billing-codes NAME …`, made from its subcommands, on the system of record. An unusable store rejects with its `StoreError`.
 */
export const storeCommand = <Context extends Output>(
  definition: StoreCommand<Context, Store & MoveStore>,
): Made<Context> => commandOn((word) => (makesIt.has(word) ? openOfRecord : openExisting), definition);

/** The same on the local file. */
export const localCommand = <Context extends Output>(definition: StoreCommand<Context, LocalStore>): Made<Context> =>
  commandOn(() => openLocal, definition);

function commandOn<Context extends Output, Opened extends { close(): Promise<void> }>(
  /** By the first word after the command's name. */
  opening: (word: string) => Open<Opened>,
  { name, help, subcommands, contextOf }: StoreCommand<Context, Opened>,
): Made<Context> {
  async function dispatch(args: string[], context: Context): Promise<number> {
    if (asksForHelp(args)) return showHelp(args, help, context.stdout);
    const [word = '', ...rest] = args;
    const subcommand = subcommands.get(word);
    if (subcommand === undefined) throw new UsageError(`unknown command ${word}`);
    return subcommand(rest, context);
  }

  async function command(args: string[], context: Context): Promise<number> {
    try {
      return await orWrongUsage(name, context, () => dispatch(args, context));
    } catch (error) {
      if (!(error instanceof StoreError && (error.code === 'duplicate' || error.code === 'invalid'))) throw error;
      print(context.stderr, messageOf(error).split('\n'));
      return 2;
    }
  }

  const run = onStore(help, opening, (args, store, config, output) => command(args, contextOf(store, config, output)));
  return { command, run };
}
