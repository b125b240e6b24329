import type { Database } from 'better-sqlite3';
import type { Grouping, SummaryPiece, SummaryQuery } from '../../../../reports/report.ts';
import { conditionsOf, keeping } from './conditions.ts';
import type { HourFilters } from './conditions.ts';
import { hourMs, prepareHourReader, readHours } from './hours.ts';
import { readNames } from './names.ts';
import { fieldsOfSums } from './levels.ts';
import { startSums } from './sums.ts';
import { readWords } from './words.ts';

type HourQuery = Omit<SummaryQuery, 'filters'> & { filters: HourFilters };

const asItIs = (_grouping: Grouping, quarter: number): number => quarter;

/** Makes a function that adds up the calls of a period, all of one moment: from `report_hours` where that holds. */
export function prepareHourSums(
  db: Database,
  country: (e164: string | null) => string | null,
): (query: HourQuery) => Iterable<SummaryPiece> {
  const wordsNow = readWords(db);
  const readAnew = prepareHourReader(db, country);
  return db.transaction(({ period, groupings, filters, clock = asItIs, top }: HourQuery): Iterable<SummaryPiece> => {
    const words = wordsNow();
    const names = readNames(db);
    const sums = startSums(groupings, clock);
    const conditions = conditionsOf(filters, words, names);
    const fields = new Set([
      'started' as const,
      ...fieldsOfSums(groupings),
      ...conditions.flatMap(({ fields }) => fields),
    ]);
    const asked = {
      from: Math.floor(period.fromMs / hourMs),
      to: Math.floor((period.untilMs - 1) / hourMs),
      fields: [...fields],
    };
    for (const hour of readHours(db, asked, (stale) => readAnew(stale, words.idOf))) {
      sums.add(hour, keeping(conditions, hour, period));
    }
    return sums.pieces({ words, names, top: top ?? null });
  });
}
