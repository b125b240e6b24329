import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { databaseFile } from '../main.ts';
import { isProblem } from '../rating/money.ts';
import { isReportName, reportNames } from '../reports/catalog.ts';
import { composeReport, composeStatements, problemOf } from '../reports/compose.ts';
import type { ReportRequest } from '../reports/compose.ts';
import { readFilters } from '../reports/filters.ts';
import { readPeriod } from '../reports/period-text.ts';
import { zoneNamed } from '../reports/period.ts';
import { formats, isPrinted, renderReport, renderStatements } from '../reports/render/formats.ts';
import type { Format } from '../reports/render/formats.ts';
import type { Letterhead } from '../reports/render/letterhead.ts';
import { callOrders, groupings } from '../reports/report.ts';
import type { ReportSource } from '../reports/report.ts';
import { openLocalReports } from '../store/local/reports.ts';
import { openLocalStore } from '../store/local/store.ts';
import { errorCodeOf, messageOf } from '../thrown.ts';
import { print, UsageError } from './account-commands.ts';
import { configFromArgs } from './context.ts';
import { reportHelp } from './report-help.ts';

export type ReportContext = {
  source: ReportSource;
  /** IANA name of the site's time zone. */
  timeZone: string;
  /** At the top of printed statements. */
  letterhead: Letterhead;
  nowMs: () => number;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
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

function wordOption<T extends string>(option: string, text: string, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new UsageError(`${option}: there is no "${text}": use one of ${words.join(', ')}`);
  return word;
}

function limitOption(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError('--limit must be a whole number from 1 to 9999999');
  return Number(text);
}

type Asked = { request: ReportRequest; format: Format; output: string | undefined };

/** Throws a `UsageError`. */
function readRequest(args: string[], { timeZone, nowMs }: ReportContext): Asked {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError('expected one NAME of a report');
  if (!isReportName(name)) throw new UsageError(`there is no report "${name}": use one of ${reportNames.join(', ')}`);
  const zone = zoneNamed(timeZone);
  const asked = readPeriod(values, nowMs(), zone);
  if ('problem' in asked) throw new UsageError(asked.problem);
  const filterTexts = values.filter ?? [];
  const filters = readFilters(filterTexts);
  if (isProblem(filters)) throw new UsageError(filters.problem);
  const { group, order, limit, format = 'table', output } = values;
  const thenBy = values['then-by'];
  const request: ReportRequest = {
    ...{ name, zone, filterTexts, period: asked.period, filters: filters.value },
    ...(group === undefined ? {} : { group: wordOption('--group', group, groupings) }),
    ...(thenBy === undefined ? {} : { thenBy: wordOption('--then-by', thenBy, groupings) }),
    ...(order === undefined ? {} : { order: wordOption('--order', order, callOrders) }),
    ...(limit === undefined ? {} : { limit: limitOption(limit) }),
  };
  const problem = problemOf(request);
  if (problem !== null) throw new UsageError(problem);
  return { request, format: wordOption('--format', format, formats), output };
}

type Content = AsyncIterable<string | Uint8Array>;

async function contentOf({ request, format }: Asked, { source, letterhead }: ReportContext): Promise<Content> {
  const whole = await composeReport(request, source);
  return request.name === 'statement' && isPrinted(format)
    ? renderStatements({ each: composeStatements(request, source), whole, letterhead }, format)
    : renderReport(whole, format);
}

async function write(content: Content, output: string | undefined, context: ReportContext): Promise<void> {
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
  print(context.stderr, `Written: ${output}`);
}

/** What was in the file stays until all of the report is there. */
async function writeFileWhole(content: Content, file: string): Promise<void> {
  const present = await stat(file).catch(() => null);
  // A device or a pipe must not be replaced; a folder says so itself.
  const isPlain = present === null || present.isFile();
  const beside = isPlain ? `${file}.${process.pid}.part` : file;
  try {
    // Names, numbers and charges concern nobody but who asked for them.
    await pipeline(Readable.from(content), createWriteStream(beside, { mode: 0o600 }));
    if (isPlain) await rename(beside, file);
  } catch (error) {
    if (isPlain) await rm(beside, { force: true });
    throw error;
  }
}

/** `billing-codes report …`. Answers the exit code: 0 done, 2 wrong usage. What cannot be read or written rejects. */
export async function reportCommand(args: string[], context: ReportContext): Promise<number> {
  try {
    const asked = readRequest(args, context);
    await write(await contentOf(asked, context), asked.output, context);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError) && !errorCodeOf(error).startsWith('ERR_PARSE_ARGS_')) throw error;
    print(context.stderr, `billing-codes report: ${messageOf(error)}`);
    return 2;
  }
}

/** `billing-codes report …` on the local file that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    process.stdout.write(reportHelp);
    return args.length === 0 ? 2 : 0;
  }
  const { config, rest } = configFromArgs(args);
  const file = databaseFile(config);
  // Makes the file and brings its schema up to date, as every command does.
  await (await openLocalStore({ file })).close();
  const source = openLocalReports(file);
  try {
    const { stdout, stderr } = process;
    const { timeZone, ...letterhead } = config.site;
    return await reportCommand(rest, { source, timeZone, letterhead, nowMs: Date.now, stdout, stderr });
  } finally {
    await source.close();
  }
}
