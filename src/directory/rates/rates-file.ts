import { basename } from 'node:path';
import { LinesError } from '../../csv/lines.ts';
import { collectNotes, type LineProblem, type Noted, type Notes, type Problems } from '../../rating/tariff/problems.ts';
import { columnDates } from '../../rating/tariff/dates.ts';
import { findTable, type FoundTable } from '../../rating/tariff/header.ts';
import {
  createTariffReader,
  type DateOrders,
  type TariffOptions,
  type TariffReader,
} from '../../rating/tariff/reader.ts';
import type { RatesReview } from '../../rating/tariff/review/review.ts';
import { SpreadsheetError } from '../../spreadsheet/error.ts';
import type { RatesSource } from '../../store/ports/rate-store.ts';
import { firstRows, openRows, type Rows, type RowsOptions } from './file-rows.ts';

export type RatesFileOptions = TariffOptions & RowsOptions;

/** Shown the lines that are no rates. */
export type RemarksReader = Pick<RatesReview, 'remark'>;

export type RatesFile = RatesSource & {
  /** Once all is read: what was done besides reading rates as they stand. */
  notes(): Noted[];
};

const maximumRemarks = 500;

/** A file of rates, CSV or a workbook, in bounded memory. Reading rejects if the file cannot be opened. */
export function ratesFile(file: string, options: RatesFileOptions, review?: RemarksReader): RatesFile {
  const noted = collectNotes();
  let reader: TariffReader | null = null;
  const remarks: { line: number; text: string }[] = [];
  const notes: Notes = {
    ...noted,
    add(kind, line, text) {
      noted.add(kind, line, text);
      if (kind === 'not-a-rate' && remarks.length < maximumRemarks) remarks.push({ line, text });
    },
  };

  async function* batches(problems: Problems): ReturnType<RatesSource['batches']> {
    const { rows, areShort } = await openRows(file, options);
    const table = await tableIn(rows, options, problems);
    if (table === null) return;
    const { header, plan } = table;
    const orders = await dateOrders(rows, table, options, problems);
    reader = orders === null ? null : createTariffReader(table, options, orders, { problems, notes });
    // Without known columns no line can be read.
    if (reader === null) return;
    const headerLine = header?.line ?? 0;
    const empty = areShort ? plan.columns.map(() => '') : [];
    for await (const batch of rows((line, error) => problems.add(line, error))) {
      yield batch.flatMap(({ line, cells }) => {
        if (line < headerLine) notes.add('not-a-rate', line, cells.filter((cell) => cell !== '').join(', '));
        if (line <= headerLine) return [];
        const whole = cells.length < empty.length ? [...cells, ...empty.slice(cells.length)] : cells;
        return [{ line, rates: reader?.read(line, whole) ?? [] }];
      });
    }
    const currency = reader.currency();
    for (const remark of remarks) review?.remark({ ...remark, currency, hasUnits: plan.units.size > 0 });
  }

  return {
    name: basename(file),
    currency: () => reader?.currency() ?? null,
    notes: () => noted.list(),
    async *batches(problems) {
      try {
        yield* batches(problems);
      } catch (error) {
        if (!(error instanceof LinesError) && !(error instanceof SpreadsheetError)) throw error;
        problems.add(error instanceof LinesError ? error.line : 1, error.message);
      }
    },
  };
}

/** Where the table is; null: the problems say why there is none. */
async function tableIn(rows: Rows, options: TariffOptions, problems: Problems): Promise<FoundTable | null> {
  const unreadable: LineProblem[] = [];
  const first = await firstRows(rows, (line, error) => unreadable.push({ line, error }));
  const table = findTable(first, options.columns, options.declared);
  if (table.ok) return table.value;
  // Where no line can be read, that is what is wrong.
  const why = first.length === 0 && unreadable.length > 0 ? unreadable : table.problem;
  for (const { line, error } of why) problems.add(line, error);
  return null;
}

/** Reads the columns of dates to their end: the first ones may be read in both orders. Null: the problems say what is wrong. */
async function dateOrders(
  rows: Rows,
  { header, plan }: FoundTable,
  { dates }: TariffOptions,
  problems: Problems,
): Promise<DateOrders | null> {
  const columns = plan.columns.flatMap((column, at) =>
    column === 'valid from' || column === 'valid until' ? [{ at, column, dates: columnDates() }] : [],
  );
  if (dates !== null || columns.length === 0) return new Map();
  for await (const batch of rows(() => undefined)) {
    for (const { line, cells } of batch) {
      if (line <= (header?.line ?? 0)) continue;
      for (const { at, dates: seen } of columns) seen.add(line, cells[at] ?? '');
    }
  }
  const mixed = columns.flatMap(({ column, dates: seen }) => {
    const wrong = seen.mixed();
    return wrong === null ? [] : [{ line: wrong.line, error: `${column}: ${wrong.error}` }];
  });
  for (const { line, error } of mixed) problems.add(line, error);
  if (mixed.length > 0) return null;
  // A column that shows no order has that of the other one, in the same file.
  const [shown] = columns.flatMap(({ dates: seen }) => seen.order() ?? []);
  return new Map(
    columns.flatMap(({ at, dates: seen }) => {
      const order = seen.order() ?? shown;
      return order === undefined ? [] : [[at, order] as const];
    }),
  );
}
