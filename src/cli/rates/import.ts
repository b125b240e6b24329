import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatMoney } from '../../rating/money.ts';
import { noteLine, problemLines } from '../../rating/tariff/problems.ts';
import { questionKinds, questionText, type Question, type QuestionKind } from '../../rating/tariff/review/questions.ts';
import { createReview, plainReview } from '../../rating/tariff/review/review.ts';
import type { RatesImport, RatesImportOptions } from '../../store/ports/rate-store.ts';
import { messageOf } from '../../words/thrown.ts';
import { onlyOne, print, printOver, UsageError } from '../usage.ts';
import { differenceLines } from '../../directory/rates-difference.ts';
import type { RateTable } from '../../rating/rate.ts';
import { parsePeakHours } from '../../rating/scope.ts';
import { atSite } from './tables.ts';
import { momentOption, tableName } from './context.ts';
import type { RatesContext } from './context.ts';
import {
  fileOptionTypes,
  isFileOption,
  ratesFileOptions,
  type FileOptionValues,
} from '../../directory/rates/file-options.ts';
import { readMapping, saveMapping } from './mapping.ts';
import { ratesFile, type RatesFile } from '../../directory/rates/rates-file.ts';
import { counted } from './view.ts';

const importOptions = {
  table: { type: 'string' },
  'dry-run': { type: 'boolean' },
  from: { type: 'string' },
  amend: { type: 'boolean' },
  mapping: { type: 'string' },
  'save-mapping': { type: 'string' },
  confirm: { type: 'string', multiple: true },
  'may-remove': { type: 'string' },
  peak: { type: 'string' },
} as const;

/** Name of the table that the first import creates. */
const firstTable = 'default';

async function checkReadable(file: string): Promise<void> {
  try {
    const handle = await open(file);
    const isFolder = (await handle.stat()).isDirectory();
    await handle.close();
    if (isFolder) throw new Error('it is a folder');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

/** `--confirm price,coverage` */
function confirmedIn(texts: readonly string[]): QuestionKind[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => {
      const kind = questionKinds.find((known) => known === text.trim());
      if (kind === undefined) throw new UsageError(`--confirm: it must be one of ${questionKinds.join(', ')}`);
      return kind;
    });
}

function percentOption(text: string | undefined): number {
  if (text === undefined) return plainReview.maximumRemovedPercent;
  if (!/^(?:100|\d{1,2})%?$/.test(text))
    throw new UsageError('--may-remove: it must be a whole number of percent, 0 to 100');
  return Number.parseInt(text, 10);
}

/** When peak is, in the table: as it has it, or as is said here for the first time. */
function peakOption(text: string | undefined, present: RateTable | undefined): string {
  const stored = present?.peakHours ?? '';
  if (text === undefined) return stored;
  const said = parsePeakHours(text);
  if (!said.ok) throw new UsageError(`--peak: ${said.problem}`);
  if (stored !== '' && stored !== said.value) {
    const set = `billing-codes rates set ${JSON.stringify(present?.name ?? '')} --peak "${said.value}"`;
    throw new UsageError(`--peak: the table has ${stored}. To change it for all of its rates: ${set}`);
  }
  return said.value;
}

export async function importFile(args: string[], context: RatesContext): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{ args, allowPositionals: true },
    options: { ...fileOptionTypes, ...importOptions },
  });
  const { store, stderr, mappingsFolder } = context;
  const file = onlyOne(positionals, 'FILE');
  const table = (await tableName(store, values.table)) ?? firstTable;
  if (table === '') throw new UsageError('--table: the name is empty');
  const given = Object.fromEntries(Object.entries(values).filter(([name]) => isFileOption(name))) as FileOptionValues;
  const mapped = values.mapping === undefined ? {} : await readMapping(mappingsFolder, values.mapping);
  const said: FileOptionValues = { ...mapped, ...given };
  const fromMs = values.from === undefined ? null : momentOption('--from', values.from, context);
  const reading = ratesFileOptions(said, fromMs, context.time);
  const review = createReview({
    newRanges: context.plan.newRanges,
    language: typeof said.locale === 'string' ? new Intl.Locale(said.locale).language : 'en',
    maximumRemovedPercent: percentOption(values['may-remove']),
  });
  const options: RatesImportOptions = {
    dryRun: values['dry-run'] === true,
    amend: values.amend === true,
    review,
    confirmed: confirmedIn(values.confirm ?? []),
    onProgress: progressOn(stderr),
    ...(fromMs === null ? {} : { fromMs }),
    ...(reading.currency === null ? {} : { currency: reading.currency }),
  };
  await checkReadable(file);
  const present = (await store.listRateTables()).find(({ name }) => name.toLowerCase() === table.toLowerCase());
  const peakHours = peakOption(values.peak, present);
  const columns = { ...reading.columns, peak: peakHours !== '' };
  const source = ratesFile(file, { ...reading, columns, currency: present?.currency ?? reading.currency }, review);
  const result = await store.importRates(present?.name ?? table, source, options);
  options.onProgress?.({ phase: 'done', rates: 0 });
  const code = report(file, source, result, options, context);
  if (result.kind === 'imported' && peakHours !== (present?.peakHours ?? '')) {
    await store.saveRateTable(result.table, atSite({ peakHours }, context.timeZone));
  }
  if (present === undefined && result.kind === 'imported') await sayRounding(result.table, context);
  if (values['save-mapping'] !== undefined && result.kind !== 'refused') {
    print(stderr, `Saved how the file is read: ${await saveMapping(mappingsFolder, values['save-mapping'], said)}`);
  }
  return code;
}

/** Of a new table, for which nobody has chosen it. */
async function sayRounding(name: string, { store, stderr }: RatesContext): Promise<void> {
  const made = (await store.listRateTables()).find((table) => table.name === name);
  if (made === undefined) return;
  const { currency, roundingMode, roundingUnitMicros } = made;
  const unit = formatMoney(roundingUnitMicros, currency);
  const set = `billing-codes rates set ${JSON.stringify(name)} --rounding-unit 0.0001`;
  print(stderr, `What a call costs is rounded ${roundingMode} to ${unit}. To keep smaller fractions: ${set}`);
}

/** Answers the exit code. */
function report(
  file: string,
  source: RatesFile,
  result: RatesImport,
  { confirmed = [], review }: RatesImportOptions,
  { time, stdout, stderr }: RatesContext,
): number {
  if (result.kind === 'refused') {
    for (const line of problemLines(file, result.problems)) print(stderr, line);
    print(stderr, `Nothing was imported: ${counted(result.problems.count(), 'problem')}.`);
    return 2;
  }
  const { difference, questions, table } = result;
  for (const note of source.notes()) print(stderr, `${file}: ${noteLine(note)}`);
  const open = questions.filter(({ kind }) => !confirmed.includes(kind));
  print(stderr, `Checked: ${review?.summary() ?? ''}; ${questions.length === 0 ? 'nothing is unlikely' : 'unlikely:'}`);
  for (const question of questions) print(stderr, questionLine(question, confirmed));
  switch (result.kind) {
    case 'unconfirmed':
      for (const line of differenceLines(difference, time)) print(stderr, line);
      print(stderr, `Nothing was imported. If all of this is right, import again with --confirm ${kindsOf(open)}`);
      return 2;
    case 'compared':
      printDifference(stdout, table, differenceLines(difference, time));
      if (open.length > 0)
        print(stderr, `To import it, --confirm ${kindsOf(open)} is needed, if all of this is right.`);
      return 0;
    case 'imported':
      print(stdout, `${table}, version ${result.version}: ${differenceLines(difference, time)[0] ?? ''}`);
      return 0;
  }
}

function printDifference(stdout: NodeJS.WritableStream, table: string, lines: string[]): void {
  const [first = '', ...more] = lines;
  print(stdout, [`No problems. Changes to ${table}: ${first}`, ...more]);
}

const kindsOf = (questions: readonly Question[]): string => questions.map(({ kind }) => kind).join(',');

const questionLine = (question: Question, confirmed: readonly QuestionKind[]): string =>
  `${confirmed.includes(question.kind) ? 'confirmed' : 'Is this right?'} ${question.kind}: ${questionText(question)}`;

/** A line that is overwritten; on a terminal only. */
function progressOn(stream: NodeJS.WritableStream): NonNullable<RatesImportOptions['onProgress']> {
  if (!('isTTY' in stream) || stream.isTTY !== true) return () => undefined;
  return ({ phase, rates }) => {
    printOver(stream, phase === 'done' ? '' : `${phase}: ${rates} rates`);
  };
}
