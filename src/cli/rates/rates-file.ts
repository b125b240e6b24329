import { basename } from 'node:path';
import { createTariffReader, type TariffOptions, type TariffReader } from '../../rating/tariff/reader.ts';
import { LinesError, readCsvLines } from '../../csv/lines.ts';
import type { RatesSource } from '../../store/ports/rate-store.ts';

/** A CSV file of rates, read once, in bounded memory. Reading rejects if the file cannot be opened. */
export function ratesFile(file: string, options: TariffOptions): RatesSource {
  let reader: TariffReader | null = null;

  return {
    name: basename(file),
    currency: () => reader?.currency() ?? null,
    async *batches(problems) {
      let hasHeader = false;
      try {
        for await (const rows of readCsvLines(file, (line, error) => problems.add(line, error))) {
          const [first] = rows;
          const lines = hasHeader ? rows : rows.slice(1);
          if (!hasHeader && first !== undefined) {
            hasHeader = true;
            reader = createTariffReader(first, options, problems);
            // Without known columns no line can be read.
            if (reader === null) return;
          }
          yield lines.map(({ line, cells }) => ({ line, rates: reader?.read(line, cells) ?? [] }));
        }
      } catch (error) {
        if (!(error instanceof LinesError)) throw error;
        problems.add(error.line, error.message);
      }
      if (!hasHeader && problems.count() === 0) problems.add(1, 'the file is empty: it needs a header row');
    },
  };
}
