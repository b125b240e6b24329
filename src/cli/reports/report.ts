import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { databaseFile } from '../../controller/controller.ts';
import { readAsked } from '../../reports/ask.ts';
import type { Asked } from '../../reports/ask.ts';
import { zoneNamed } from '../../reports/period.ts';
import type { Letterhead } from '../../reports/render/letterhead.ts';
import type { Period } from '../../reports/period.ts';
import type { CallsQuery, ReportSource } from '../../reports/report.ts';
import { contentOf, writeFileWhole } from '../../reports/write.ts';
import type { Content } from '../../reports/write.ts';
import { isConfigured } from '../../store/sqlserver/connect.ts';
import { openSqlServerStore } from '../../store/sqlserver/store.ts';
import { openUpkeep } from '../../store/sqlite/reports/upkeep.ts';
import { openLocalReports } from '../../store/sqlite/reports/reports.ts';
import { openLocalStore } from '../../store/sqlite/store.ts';
import { StoreError } from '../../store/ports/store.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { isUsageError, print, UsageError } from '../usage.ts';
import { configFromArgs } from '../context.ts';
import { startProgress } from '../progress.ts';
import type { Progress, ProgressStream } from '../progress.ts';
import { reportHelp } from './help.ts';
import { sqlServerConfig } from '../sqlserver/config.ts';

export type ReportContext = {
  source: ReportSource;
  /** IANA name of the site's time zone. */
  timeZone: string;
  /** At the top of printed statements. */
  letterhead: Letterhead;
  nowMs: () => number;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream & ProgressStream;
  /** Before the report is read. */
  prepare?: (period: Period, progress: Progress) => Promise<void>;
};

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  preset: { type: 'string' },
  group: { type: 'string' },
  'then-by': { type: 'string' },
  filter: { type: 'string', multiple: true },
  order: { type: 'string' },
  limit: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
} as const;

/** Throws a `UsageError`. */
function readRequest(args: string[], { timeZone, nowMs }: ReportContext): Asked & { output: string | undefined } {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError('expected one NAME of a report');
  const { output, ...asked } = values;
  const read = readAsked({ ...asked, name }, nowMs(), zoneNamed(timeZone));
  if (!read.ok) throw new UsageError(read.problem);
  return { ...read.value, output };
}

async function write(
  content: Content,
  output: string | undefined,
  context: ReportContext & { progress: Progress },
): Promise<void> {
  if (output === undefined) {
    await pipeline(Readable.from(content), context.stdout, { end: false }).catch((error: unknown) => {
      // Whoever reads has seen enough: `… | head`.
      if (errorCodeOf(error) !== 'EPIPE') throw error;
    });
    return;
  }
  try {
    await writeFileWhole(content, output);
  } catch (error) {
    throw new Error(`cannot write ${output}: ${messageOf(error)}`, { cause: error });
  }
  context.progress.end();
  print(context.stderr, `Written: ${output}`);
}

async function make(asked: ReturnType<typeof readRequest>, context: ReportContext): Promise<void> {
  const { letterhead, stderr, nowMs, prepare } = context;
  const progress = startProgress(stderr, nowMs);
  try {
    await prepare?.(asked.request.period, progress);
    // Lines that come by on the same terminal are progress enough.
    const isSeen = asked.output === undefined && process.stdout.isTTY;
    const source = isSeen ? context.source : watched(context.source, progress);
    await write(await contentOf(asked, source, letterhead), asked.output, { ...context, progress });
  } finally {
    progress.end();
  }
}

/** Shows how many of the calls that a report lists were read. */
function watched(source: ReportSource, progress: Progress): ReportSource {
  let done = 0;
  let of: number | null = null;
  return {
    ...source,
    async *calls(query) {
      // A statement asks for one account after the other.
      const filters = { ...query.filters };
      delete filters.accountId;
      delete filters.departmentId;
      of ??= await countOf(source, { ...query, filters });
      for await (const piece of source.calls(query)) {
        yield piece;
        done += piece.length;
        progress.show('Calls', done, of);
      }
    },
  };
}

async function countOf(source: ReportSource, { period, filters, limit = Infinity }: CallsQuery): Promise<number> {
  let count = 0;
  for await (const { calls } of source.summarize({ period, groupings: ['outcome'], filters })) count += calls;
  return Math.min(count, limit);
}

/** `billing-codes report …`. Answers the exit code: 0 done, 2 wrong usage. What cannot be read or written rejects. */
export async function reportCommand(args: string[], context: ReportContext): Promise<number> {
  try {
    const asked = readRequest(args, context);
    await make(asked, context);
    return 0;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    print(context.stderr, `billing-codes report: ${messageOf(error)}`);
    return 2;
  }
}

/** SQL Server where one is configured, else the local file. */
async function openSource(config: Config): Promise<ReportSource> {
  if (isConfigured(config.sqlserver)) return openSqlServerStore(sqlServerConfig(config));
  const file = databaseFile(config);
  // Makes the file and brings its schema up to date, as every command does.
  await (await openLocalStore({ file })).close();
  return openLocalReports(file);
}

/** Without a controller on the file, nobody else lays calls by for the next report. */
function layBy(file: string): NonNullable<ReportContext['prepare']> {
  return async (period, progress) => {
    const upkeep = openUpkeep(file);
    try {
      await upkeep.layBy(period, Date.now(), {
        onProgress: (done, of) => progress.show('Preparing hours', done, of),
      });
    } catch (error) {
      // A controller may be doing so, or the disk be full: the figures are the same without.
      if (!(error instanceof StoreError)) throw error;
    } finally {
      upkeep.close();
    }
  };
}

/** `billing-codes report …` on the store that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    process.stdout.write(reportHelp);
    return args.length === 0 ? 2 : 0;
  }
  const { config, rest } = configFromArgs(args);
  const source = await openSource(config);
  try {
    const { stdout, stderr } = process;
    const { timeZone, ...letterhead } = config.site;
    const prepare = isConfigured(config.sqlserver) ? {} : { prepare: layBy(databaseFile(config)) };
    return await reportCommand(rest, { source, timeZone, letterhead, nowMs: Date.now, stdout, stderr, ...prepare });
  } finally {
    await source.close();
  }
}
