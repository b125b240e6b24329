import type { Database } from 'better-sqlite3';
import type { Problems } from '../../../rating/tariff/problems.ts';
import { prefixText, type RateTerms } from '../../../rating/rate.ts';
import { conflictOf } from '../../../rating/tariff/conflict.ts';
import type { RatesDifference } from '../../ports/rate-store.ts';
import { rateColumns } from '../../tables/rate.ts';
import { always } from './always.ts';
import { rateNames, termValues } from './rows.ts';
import { stagedDifference } from './staged-difference.ts';

/** Where a staged rate stands among the others. */
export type StagedPlace = { prefix: string; fromKey: number; scope: string };

/** Rates of a file, sorted, on the way into a table. */
export type StagedRates = {
  add(
    lines: readonly { line: number; rates: readonly RateTerms[] }[],
    problems: Problems,
    /** No rate may begin before this moment; null: there is no such moment. */
    fromMs: number | null,
  ): void;
  count(): number;
  /** Adds the present rates as far as they count before `fromMs`. */
  keepUntil(tableId: number, version: number, fromMs: number): void;
  /** Adds the present rates that the file does not change; those of its prefixes count until its own begin. */
  keepOthers(tableId: number, version: number): void;
  /** Finds rates that contradict each other, and that there are any at all. */
  check(problems: Problems): void;
  compare(tableId: number, version: number, examples: number): RatesDifference;
  /** Answers, one after the other, behind which rate each `size` of them begin; null: there are no more. */
  steps(size: number): { next(): StagedPlace | null };
};

const columnTypes = Object.values(rateColumns).map(
  ({ sqlite, type: { kind } }) => `${sqlite} ${kind === 'ascii' || kind === 'text' ? 'TEXT' : 'INTEGER'}`,
);
/** Its columns, as the rates have them; `from_key`: valid-from to sort by, where null cannot stand. */
const create = `CREATE TEMP TABLE staged (
  from_key INTEGER NOT NULL, line INTEGER NOT NULL, ${columnTypes.join(', ')}, PRIMARY KEY (prefix, from_key, scope, line)
) WITHOUT ROWID`;

/** Makes the temporary table on this connection. */
export function stageRates(db: Database): StagedRates {
  db.exec(create);
  const insert = prepareInsert(db);
  let count = 0;
  return {
    add(lines, problems, fromMs) {
      for (const { line, rates } of lines) {
        for (const rate of rates) count += insert(line, rate, problems, fromMs);
      }
    },
    count: () => count,
    keepUntil(tableId, version, fromMs) {
      count += copyKept(db, tableId, version, fromMs);
    },
    keepOthers(tableId, version) {
      count += copyOthers(db, tableId, version);
    },
    check: (problems) => findConflicts(db, problems),
    compare: (tableId, version, examples) => stagedDifference(db, tableId, version, examples),
    steps: (size) => stepThrough(db, size),
  };
}

/** Stages one rate of a line; answers how many were added: none where the line has this prefix twice. */
function prepareInsert(db: Database) {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO temp.staged (from_key, line, ${rateNames.join(', ')})
VALUES (?, ?, ${rateNames.map(() => '?').join(', ')})`,
  );
  return (line: number, rate: RateTerms, problems: Problems, fromMs: number | null): number => {
    const { validFromMs } = rate;
    if (fromMs !== null && (validFromMs === null || validFromMs < fromMs)) {
      problems.add(line, `prefix ${rate.prefix}: valid from is before the day from which this file applies`);
    }
    const { changes } = insert.run(validFromMs ?? always, line, ...termValues(rate));
    if (changes === 0) problems.add(line, `prefix ${prefixText(rate.prefix)} appears twice in this line`);
    return changes;
  };
}

/** Answers how many of the present rates were added. */
function copyKept(db: Database, tableId: number, version: number, fromMs: number): number {
  const columns = rateNames.filter((name) => name !== 'valid_until');
  const kept = db.prepare<[{ tableId: number; version: number; fromMs: number }]>(
    `INSERT INTO temp.staged (from_key, line, valid_until, ${columns.join(', ')})
SELECT ifnull(valid_from, ${always}), 0, min(ifnull(valid_until, @fromMs), @fromMs), ${columns.join(', ')}
FROM rates WHERE table_id = @tableId AND version = @version AND ifnull(valid_from, ${always}) < @fromMs`,
  );
  return kept.run({ tableId, version, fromMs }).changes;
}

/** Answers how many of the present rates were added. */
function copyOthers(db: Database, tableId: number, version: number): number {
  const columns = rateNames.filter((name) => name !== 'valid_until');
  // By the first of the file's rates for the same prefix.
  db.exec(`CREATE TEMP TABLE amended AS SELECT prefix, min(from_key) AS from_key FROM temp.staged GROUP BY prefix;
CREATE UNIQUE INDEX temp.amended_prefix ON amended (prefix)`);
  const kept = db.prepare<[{ tableId: number; version: number }]>(
    `INSERT INTO temp.staged (from_key, line, valid_until, ${columns.join(', ')})
SELECT ifnull(r.valid_from, ${always}), 0,
  CASE WHEN a.from_key IS NULL THEN r.valid_until ELSE min(ifnull(r.valid_until, a.from_key), a.from_key) END,
  ${columns.map((name) => `r.${name}`).join(', ')}
FROM rates r LEFT JOIN temp.amended a ON a.prefix = r.prefix
WHERE r.table_id = @tableId AND r.version = @version AND (a.from_key IS NULL OR ifnull(r.valid_from, ${always}) < a.from_key)`,
  );
  return kept.run({ tableId, version }).changes;
}

function findConflicts(db: Database, problems: Problems): void {
  type Placed = Pick<RateTerms, 'prefix' | 'scope' | 'validFromMs' | 'validUntilMs'> & { line: number };
  const sorted = db.prepare<[], Placed>(
    `SELECT prefix, scope, line, valid_from AS validFromMs, valid_until AS validUntilMs FROM temp.staged
ORDER BY prefix, scope, from_key, line`,
  );
  let earlier: Placed | null = null;
  for (const rate of sorted.iterate()) {
    // What contradicts itself in the present table is not this file's fault.
    const conflict = earlier === null || earlier.line + rate.line === 0 ? null : conflictOf(earlier, rate);
    if (conflict !== null) problems.add(conflict.line, conflict.error);
    earlier = rate;
  }
  if (earlier === null && problems.count() === 0) problems.add(1, 'the file contains no rates');
}

function stepThrough(db: Database, size: number): ReturnType<StagedRates['steps']> {
  const last = db.prepare<[string, number, string, number], StagedPlace>(
    `SELECT prefix, from_key AS fromKey, scope FROM temp.staged WHERE (prefix, from_key, scope) > (?, ?, ?)
ORDER BY prefix, from_key, scope LIMIT 1 OFFSET ?`,
  );
  let start: StagedPlace | null = { prefix: '', fromKey: always, scope: '' };
  return {
    next() {
      const here = start;
      if (here !== null) start = last.get(here.prefix, here.fromKey, here.scope, size - 1) ?? null;
      return here;
    },
  };
}
