import { basename } from 'node:path';
import { LinesError, readCsvLines } from '../../csv/lines.ts';
import type { CsvRow } from '../../csv/csv.ts';
import { collectNotes, type LineProblem, type Noted, type Problems } from '../../rating/tariff/problems.ts';
import { orderShownBy, type DateOrder } from '../../rating/tariff/dates.ts';
import { findTable, headerWithin, type FoundTable } from '../../rating/tariff/header.ts';
import {
  createTariffReader,
  type DateOrders,
  type TariffOptions,
  type TariffReader,
} from '../../rating/tariff/reader.ts';
import type { RatesSource } from '../../store/ports/rate-store.ts';

/** Rows of a file from its beginning, some thousand at a time. Throws a `LinesError`. */
type Rows = (onProblem: (line: number, error: string) => void) => AsyncIterable<CsvRow[]>;

export type RatesFileOptions = TariffOptions & {
  /** Of a CSV file; null: found out. */
  separator: string | null;
};

export type RatesFile = RatesSource & {
  /** Once all is read: what was done besides reading rates as they stand. */
  notes(): Noted[];
};

/** A file of rates, in bounded memory. Reading rejects if the file cannot be opened. */
export function ratesFile(file: string, options: RatesFileOptions): RatesFile {
  const notes = collectNotes();
  let reader: TariffReader | null = null;
  const rows: Rows = (onProblem) =>
    readCsvLines(file, onProblem, options.separator === null ? {} : { separator: options.separator });

  async function* batches(problems: Problems): ReturnType<RatesSource['batches']> {
    const unreadable: LineProblem[] = [];
    const first = await firstRows(rows, (line, error) => unreadable.push({ line, error }));
    const table = findTable(first, options.columns, options.declared);
    if (!table.ok) {
      // Where no line can be read, that is what is wrong.
      for (const { line, error } of first.length === 0 && unreadable.length > 0 ? unreadable : table.problem) {
        problems.add(line, error);
      }
      return;
    }
    reader = createTariffReader(table.value, options, await dateOrders(rows, table.value, options), {
      problems,
      notes,
    });
    // Without known columns no line can be read.
    if (reader === null) return;
    const headerLine = table.value.header?.line ?? 0;
    for await (const batch of rows((line, error) => problems.add(line, error))) {
      yield batch.flatMap(({ line, cells }) => {
        if (line === headerLine) return [];
        if (line < headerLine) notes.add('not-a-rate', line, cells.filter((cell) => cell !== '').join(', '));
        return line < headerLine ? [] : [{ line, rates: reader?.read(line, cells) ?? [] }];
      });
    }
  }

  return {
    name: basename(file),
    currency: () => reader?.currency() ?? null,
    notes: () => notes.list(),
    async *batches(problems) {
      try {
        yield* batches(problems);
      } catch (error) {
        if (!(error instanceof LinesError)) throw error;
        problems.add(error.line, error.message);
      }
    },
  };
}

async function firstRows(rows: Rows, onProblem: Parameters<Rows>[0]): Promise<CsvRow[]> {
  const first: CsvRow[] = [];
  for await (const batch of rows(onProblem)) {
    first.push(...batch);
    if (first.length >= headerWithin) break;
  }
  return first;
}

/** Reads on until the columns of dates have shown their order: the first dates may be read in both. */
async function dateOrders(rows: Rows, { header, plan }: FoundTable, { dates }: TariffOptions): Promise<DateOrders> {
  const places = plan.columns.flatMap((column, at) =>
    column === 'valid from' || column === 'valid until' ? [at] : [],
  );
  const orders = new Map<number, DateOrder>();
  if (dates !== null || places.length === 0) return orders;
  for await (const batch of rows(() => undefined)) {
    for (const { line, cells } of batch) {
      if (line <= (header?.line ?? 0)) continue;
      for (const place of places) {
        const order = orders.has(place) ? null : orderShownBy(cells[place] ?? '');
        if (order !== null) orders.set(place, order);
      }
    }
    if (orders.size === places.length) break;
  }
  // A column that shows no order has that of the other one, in the same file.
  const [shown] = orders.values();
  return shown === undefined ? orders : new Map(places.map((place) => [place, orders.get(place) ?? shown]));
}
