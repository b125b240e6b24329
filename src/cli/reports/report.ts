import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { databaseFile } from '../../controller/database-file.ts';
import { checkNames } from '../../reports/known-names.ts';
import { zoneNamed } from '../../words/zone.ts';
import type { RequestField } from '../../reports/problem.ts';
import { readRequest, type Asked } from '../../reports/request.ts';
import { contentOf, writeFileWhole, type Content } from '../../reports/write.ts';
import { openIssuedHere } from './issued-here.ts';
import { isConfigured } from '../../store/sqlserver/settings.ts';
import { errorCodeOf, messageOf } from '../../words/thrown.ts';
import { configFromArgs } from '../context.ts';
import { startProgress, type Progress } from '../progress.ts';
import { isUsageError, print, printOwn, UsageError } from '../usage.ts';
import { reportHelp } from './help.ts';
import type { IssuedStatement } from '../../reports/statements/issued.ts';
import { correctedRequest, correctionOptions, noteIssued, statementToCorrect } from './issuing.ts';
import type { ReportContext } from './report-context.ts';
import { layBy, openSource, watched } from './source.ts';

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  preset: { type: 'string' },
  group: { type: 'string' },
  'then-by': { type: 'string' },
  filter: { type: 'string', multiple: true },
  order: { type: 'string' },
  limit: { type: 'string' },
  compare: { type: 'boolean' },
  invoice: { type: 'string' },
  by: { type: 'string' },
  format: { type: 'string' },
  layout: { type: 'string' },
  paper: { type: 'string' },
  locale: { type: 'string' },
  bom: { type: 'boolean' },
  output: { type: 'string' },
  issue: { type: 'boolean' },
  correct: { type: 'string' },
} as const;

/** A field by its option. */
const optionOf = (field: RequestField): string => `--${field === 'thenBy' ? 'then-by' : field}`;

/** Throws a `UsageError`. */
function readOptions(args: string[], context: ReportContext): AskedByHand {
  const { timeZone, site, nowMs } = context;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [name = '', ...more] = positionals;
  if (more.length > 0) throw new UsageError('expected the NAME of one report');
  const { output, issue: isIssued = false, correct: number, 'then-by': thenBy, ...asked } = values;
  const read = readRequest({ ...asked, thenBy, name }, nowMs(), {
    ...{ zone: zoneNamed(timeZone), fiscalYearStart: site.fiscalYearStart },
  });
  if (!read.ok) throw new UsageError(read.problem(optionOf));
  if ((isIssued || number !== undefined) && read.value.request.statements === undefined) {
    throw new UsageError('--issue and --correct are for the report statement');
  }
  if ((isIssued || number !== undefined) && context.issued === undefined) {
    throw new UsageError('--issue and --correct need the data folder of a controller (data.dir): there is none here');
  }
  if (number === undefined) return { ...read.value, output, isIssued, corrects: null };
  const given = ofTheStatement.find((option) => values[option] !== undefined);
  if (given !== undefined) throw new UsageError(`--correct makes the same statement again: leave out --${given}`);
  const corrects = statementToCorrect(number, context);
  return { ...correctedRequest(read.value, corrects), output, isIssued, corrects };
}

/** What a corrected statement has from the one before. */
const ofTheStatement = ['from', 'to', 'preset', 'group', 'filter', 'layout'] as const;

type AskedByHand = Asked & {
  output: string | undefined;
  /** It goes out. */
  isIssued: boolean;
  /** Null: none. */
  corrects: IssuedStatement | null;
};

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

async function make(asked: ReturnType<typeof readOptions>, context: ReportContext): Promise<void> {
  const { site, stderr, nowMs, prepare } = context;
  const progress = startProgress(stderr, nowMs);
  try {
    const known = await checkNames(asked.request.filters, context.source);
    if (!known.ok) throw new UsageError(known.problem(optionOf));
    await prepare?.(asked.request.period, progress);
    // Lines that come by on the same terminal are progress enough.
    const isSeen = asked.output === undefined && process.stdout.isTTY;
    const source = isSeen ? context.source : watched(context.source, progress);
    const warn = (line: string) => print(stderr, `billing-codes report: ${line}`);
    const made: IssuedStatement[] = [];
    const onMade = (one: IssuedStatement): void => void made.push(one);
    const { corrects } = asked;
    const correcting = corrects === null ? {} : await correctionOptions(corrects, asked, context);
    await write(await contentOf(asked, source, { site, warn, onMade, ...correcting }), asked.output, {
      ...{ ...context, progress },
    });
    if (asked.isIssued) noteIssued(made, asked.output, context);
  } finally {
    progress.end();
  }
}

/** `billing-codes report …`. Answers the exit code: 0 done, 2 wrong usage. What cannot be read or written rejects. */
export async function reportCommand(args: string[], context: ReportContext): Promise<number> {
  try {
    const asked = readOptions(args, context);
    if (asked.formerName !== null) {
      print(context.stderr, `billing-codes report: ${asked.formerName} is now called ${asked.request.name}`);
    }
    await make(asked, context);
    return 0;
  } catch (error) {
    if (!isUsageError(error)) throw error;
    print(context.stderr, `billing-codes report: ${messageOf(error)}`);
    return 2;
  }
}

/** Whether statements that went out are asked for: no other report opens where they are kept. */
const isIssuing = (args: readonly string[]): boolean => args.some((arg) => /^--(?:issue|correct)(?:=|$)/.test(arg));

/** `billing-codes report …` on the store that the configuration names. */
export async function run(args: string[]): Promise<number> {
  if (args[0] === 'deliveries') return (await import('./deliveries.ts')).run(args.slice(1));
  if (args[0] === 'statements') return (await import('./statements.ts')).run(args.slice(1));
  if (args.length === 0 || args.includes('--help') || args[0] === 'help') {
    printOwn(process.stdout, reportHelp);
    return args.length === 0 ? 2 : 0;
  }
  const { config, rest } = configFromArgs(args);
  const source = await openSource(config);
  const issued = isIssuing(rest) ? await openIssuedHere(config) : null;
  try {
    const { stdout, stderr } = process;
    const { timeZone, ...site } = config.site;
    const prepare = isConfigured(config.sqlserver) ? {} : { prepare: layBy(databaseFile(config)) };
    return await reportCommand(rest, {
      source,
      ...(issued === null ? {} : { issued }),
      timeZone,
      site,
      nowMs: Date.now,
      stdout,
      stderr,
      ...prepare,
    });
  } finally {
    issued?.close();
    await source.close();
  }
}
