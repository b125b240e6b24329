import type { Config } from '../config/schema.ts';
import type { ReportSource } from '../reports/report.ts';
import type { MovedCall } from '../store/ports/move-store.ts';
import type { OnceStore } from '../store/ports/once.ts';
import type { RatesImport, RateStore } from '../store/ports/rate-store.ts';
import { versionSource } from '../store/ports/rate-versions.ts';
import { StoreError } from '../store/ports/store-error.ts';
import { openScratchStore } from '../store/sqlite/scratch.ts';
import type { SharedStore } from '../store/sqlite/shared-store.ts';
import { isConnectionLost } from '../store/sqlserver/errors.ts';
import { isConfigured, poolConfig } from '../store/sqlserver/settings.ts';
import type { SqlServerStore } from '../store/sqlserver/store.ts';
import type { ConsoleParts, ConsoleReader, ControllerPort, ImportingRates, Restoring } from '../web/parts.ts';
import type { NewAuditEntry } from '../words/console.ts';
import { liveElsewhere, type LiveCall } from '../words/live-call.ts';
import { pricingRules } from './pricing-rules.ts';

/** The system of record as the console has it. */
export type ConsoleRecord = Pick<
  ConsoleParts,
  'store' | 'change' | 'restoreRates' | 'importRates' | 'away' | 'once'
> & {
  /** Calls that other controllers serve now. */
  elsewhere(): Promise<LiveCall[]>;
  reports: ReportSource;
  close(): Promise<void>;
};

/** A page shows the first hundred of those that are looked for. */
const maximumElsewhere = 2_000;

type Ground = { local: SharedStore; reports: ReportSource; controller: ControllerPort };

/** The local file, or SQL Server where one is configured. */
export function consoleRecord(config: Config, ground: Ground): ConsoleRecord {
  const { local, reports } = ground;
  if (isConfigured(config.sqlserver)) return sqlServerRecord(config, ground);
  return {
    ...{ store: local, reports, change: (entry) => local.audited(entry), away: () => Promise.resolve(null) },
    elsewhere: () => Promise.resolve([]),
    once: () => Promise.resolve(null),
    restoreRates: (entry, restoring) => restored(local, local, entry, restoring),
    importRates: (entry, importing) => imported(local.importRates, local, entry, importing),
    close: () => reports.close(),
  };
}

const reads = [
  ...[
    'findAccountByCode',
    'findAccountById',
    'findExtension',
    'listAccounts',
    'pageAccounts',
    'listCodes',
    'countAccounts',
    'accountsNamed',
    'codesAmong',
    'listExtensions',
  ],
  ...[
    'listDepartments',
    'listDepartmentUse',
    'listDestinations',
    'findCallRecord',
    'listCallRecords',
    'listMoves',
    'listLocks',
  ],
  ...['listRateTables', 'rateTableOf', 'ratesFor', 'listRateVersions', 'listReratings'],
] as readonly (keyof ConsoleReader & keyof SqlServerStore)[];

const changes = [
  ...['addAccount', 'updateAccount', 'importAccounts', 'addExtension', 'updateExtension', 'removeExtension'],
  ...['importExtensions', 'addDepartment', 'updateDepartment', 'importDepartments', 'removeDepartment', 'moveCall'],
  ...['addDestination', 'updateDestination', 'importDestinations', 'removeDestination'],
  ...['releaseLocks', 'saveRateTable', 'assignRateTable'],
] as readonly (keyof ReturnType<ConsoleParts['change']> & keyof SqlServerStore)[];

type Method = (...args: unknown[]) => Promise<unknown>;

const notReachable = new StoreError(
  'unavailable',
  'SQL Server is not reachable, so nothing was changed: try again once it is.',
);

/** Who finds SQL Server gone says so for so long, until the link has noticed as well. */
const noticedWithinMs = 5_000;

/** While SQL Server is away, what is read comes from the copy here, and nothing is changed. */
function sqlServerRecord(config: Config, { local, reports, controller }: Ground): ConsoleRecord {
  const remote = opening(config);
  let goneMs = -Infinity;
  const away: ConsoleParts['away'] = async () => {
    const { sqlServer } = await controller.health();
    const isUp = sqlServer?.link === 'up' && performance.now() - goneMs > noticedWithinMs;
    return isUp ? null : { copyAgeMs: sqlServer?.copyAgeMs ?? null };
  };
  /** Null: it is away. */
  const reachable = async (): Promise<SqlServerStore | null> => {
    if ((await away()) !== null) return null;
    return remote.store().catch(() => {
      goneMs = performance.now();
      return null;
    });
  };
  const isGone = (error: unknown): boolean => {
    if (!isConnectionLost(error)) return false;
    goneMs = performance.now();
    return true;
  };
  const reach = { reachable, isGone };
  const methodOf = (of: object, name: string): Method => (of as Readonly<Record<string, Method>>)[name] as Method;
  const read =
    (name: string): Method =>
    (...args) =>
      askEither<object, unknown>(reach, local, (store) => methodOf(store, name)(...args));
  const readers = Object.fromEntries(reads.map((name) => [name, read(name)])) as Partial<ConsoleReader>;
  return {
    ...{ away, store: { ...local, ...readers }, reports: reportsOf(reach, reports) },
    async elsewhere() {
      const running = await (await reachable())?.listRunningElsewhere(config.controller.name, maximumElsewhere);
      return (running ?? []).map(liveElsewhere);
    },
    once: async (): Promise<OnceStore | null> => (await reachable())?.once(config.controller.name) ?? null,
    change: (entry) => changing(entry, { local, reachable, methodOf }),
    async restoreRates(entry, restoring) {
      const { importRates, exportRates } = await ratesOf(reachable);
      return restored({ importRates, exportRates }, local, entry, restoring);
    },
    importRates: async (entry, importing) => imported((await ratesOf(reachable)).importRates, local, entry, importing),
    async close() {
      await remote.close();
      await reports.close();
    },
  };
}

/** As `billing-codes rates restore`. */
function restored(
  store: Pick<RateStore, 'importRates' | 'exportRates'>,
  local: SharedStore,
  entry: NewAuditEntry,
  { table: { name, currency }, version, dryRun }: Restoring,
): Promise<RatesImport> {
  const source = versionSource(store, name, currency, version);
  return imported(store.importRates, local, dryRun ? null : entry, { table: name, source, options: {} });
}

/** An import is many transactions: its line of the audit trail comes first. */
async function imported(
  importRates: RateStore['importRates'],
  local: SharedStore,
  entry: NewAuditEntry | null,
  { table, source, options }: ImportingRates,
): Promise<RatesImport> {
  if (entry === null) return importRates(table, source, { ...options, dryRun: true });
  await local.appendAudit(entry);
  const notDone = { ...entry, subject: `${entry.subject}: not done`, before: null, after: null };
  try {
    const result = await importRates(table, source, { ...options, dryRun: false });
    if (result.kind !== 'imported') await local.appendAudit(notDone);
    return result;
  } catch (error) {
    await local.appendAudit(notDone);
    throw error;
  }
}

/** A file is compared with the table in a scratch store here. */
async function ratesOf(
  reachable: () => Promise<SqlServerStore | null>,
): Promise<Pick<RateStore, 'importRates' | 'exportRates'>> {
  const store = await reachable();
  if (store === null) throw notReachable;
  return {
    importRates: (...args) => store.importRatesIn(openScratchStore, ...args),
    exportRates: (...args) => store.exportRates(...args),
  };
}

/** A line of the audit trail before the change, since the two are in two databases; another one where it was not made. */
function changing(
  entry: NewAuditEntry,
  {
    local,
    reachable,
    methodOf,
  }: {
    local: SharedStore;
    reachable: () => Promise<SqlServerStore | null>;
    methodOf: (of: object, name: string) => Method;
  },
): ReturnType<ConsoleParts['change']> {
  const change =
    (name: string): Method =>
    async (...args) => {
      const store = await reachable();
      if (store === null) throw notReachable;
      await local.appendAudit(entry);
      try {
        const done = await methodOf(store, name)(...args);
        if (name === 'moveCall') await noteMoved(store, local, done as MovedCall);
        return done;
      } catch (error) {
        await local.appendAudit({ ...entry, subject: `${entry.subject}: not done`, before: null, after: null });
        throw error;
      }
    };
  return Object.fromEntries(changes.map((name) => [name, change(name)])) as ReturnType<ConsoleParts['change']>;
}

/** The file here has not moved the call: programs are told of it all the same. What cannot be noted undoes no move. */
async function noteMoved(store: SqlServerStore, local: SharedStore, { move }: MovedCall): Promise<void> {
  try {
    const record = await store.findCallRecord(move.callId);
    if (record === null) return;
    await local.noteHooks([{ kind: 'moved', atMs: move.movedAtMs, told: { record, price: null, before: null, move } }]);
  } catch {
    // Whoever watches the file says what is wrong with it.
  }
}

type Reach = { reachable: () => Promise<SqlServerStore | null>; isGone: (error: unknown) => boolean };
type Source = Omit<ReportSource, 'close'>;

/** Where it is away, or goes away in the middle of the question, the copy answers. */
async function askEither<Either, Answer>(
  { reachable, isGone }: Reach,
  copy: Either,
  ask: (of: Either | SqlServerStore) => Promise<Answer>,
): Promise<Answer> {
  const store = await reachable();
  if (store === null) return ask(copy);
  try {
    return await ask(store);
  } catch (error) {
    if (isGone(error)) return ask(copy);
    throw error;
  }
}

function reportsOf(reach: Reach, copy: ReportSource): ReportSource {
  const { reachable, isGone } = reach;
  const once = <Answer>(ask: (source: Source) => Promise<Answer>): Promise<Answer> =>
    askEither<Source, Answer>(reach, copy, ask);
  async function* pieces<Piece>(ask: (source: Source) => AsyncIterable<Piece>): AsyncGenerator<Piece> {
    const store = await reachable();
    let isBegun = false;
    try {
      if (store !== null) {
        for await (const piece of ask(store)) {
          isBegun = true;
          yield piece;
        }
        return;
      }
    } catch (error) {
      // What was begun there does not go on with a copy.
      if (!isGone(error) || isBegun) throw error;
    }
    yield* ask(copy);
  }
  return {
    summarize: (query) => pieces((source) => source.summarize(query)),
    calls: (query) => pieces((source) => source.calls(query)),
    unusedAccounts: (period) => pieces((source) => source.unusedAccounts(period)),
    accounts: () => once((source) => source.accounts()),
    hasAccount: (name) => once((source) => source.hasAccount(name)),
    departments: () => once((source) => source.departments()),
    close: () => Promise.resolve(),
  };
}

const againMs = 5_000;

/** Opened when it is first needed; after a failure not again for some seconds. Loading its driver takes a while. */
function opening(config: Config): { store(): Promise<SqlServerStore>; close(): Promise<void> } {
  let opened: Promise<SqlServerStore> | null = null;
  let failedMs = -Infinity;
  const open = async (): Promise<SqlServerStore> => {
    const { openSqlServerStore } = await import('../store/sqlserver/store.ts');
    return openSqlServerStore(poolConfig(config.sqlserver), { rules: pricingRules(config) });
  };
  return {
    store() {
      if (performance.now() - failedMs < againMs) return Promise.reject(notReachable);
      opened ??= open().catch((error: unknown) => {
        opened = null;
        failedMs = performance.now();
        throw error;
      });
      return opened;
    },
    close: async () => {
      const store = await (opened ?? Promise.resolve(null)).catch(() => null);
      await store?.close();
    },
  };
}
