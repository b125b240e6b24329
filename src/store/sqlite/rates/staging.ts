import type { Database } from 'better-sqlite3';
import type { Problems } from '../../../rating/tariff/problems.ts';
import type { RateTerms } from '../../../rating/rate.ts';
import { conflictOf } from '../../../rating/tariff/conflict.ts';
import type { RatesDifference } from '../../ports/rate-store.ts';
import { rateColumns } from '../../tables/rate.ts';
import { rateNames, selectedTerms, termValues } from './rows.ts';
import { always } from './rates.ts';

/** Rates of a file, sorted, on the way into a table. */
export type StagedRates = {
  add(
    lines: readonly { line: number; rates: readonly RateTerms[] }[],
    problems: Problems,
    /** No rate may begin before; null: any may. */
    fromMs: number | null,
  ): void;
  count(): number;
  /** Adds the present rates as far as they count before `fromMs`. */
  keepUntil(tableId: number, version: number, fromMs: number): void;
  /** Finds rates that contradict each other, and that there are any at all. */
  check(problems: Problems): void;
  compare(tableId: number, version: number, examples: number): RatesDifference;
  /** Answers, one after the other, behind which rate each `size` of them begin; null: there are no more. */
  steps(size: number): { next(): { prefix: string; fromKey: number } | null };
};

const columnTypes = Object.values(rateColumns).map(
  ({ sqlite, type: { kind } }) => `${sqlite} ${kind === 'ascii' || kind === 'text' ? 'TEXT' : 'INTEGER'}`,
);
/** Its columns, as the rates have them; `from_key`: valid-from to sort by, where null cannot stand. */
const create = `CREATE TEMP TABLE staged (
  from_key INTEGER NOT NULL, line INTEGER NOT NULL, ${columnTypes.join(', ')}, PRIMARY KEY (prefix, from_key, line)
) WITHOUT ROWID`;

/** Columns in which a rate can differ from the same one before. */
const comparable = rateNames.filter((name) => name !== 'prefix' && name !== 'valid_from');
const differs = comparable.map((name) => `s.${name} IS NOT r.${name}`).join(' OR ');
const sameRate = (alias: string) =>
  `${alias}.table_id = @tableId AND ${alias}.version = @version AND ${alias}.prefix = s.prefix AND ${alias}.valid_from IS s.valid_from`;

type Key = { tableId: number; version: number };
type Counts = { total: number; added: number; changed: number };

/** Makes the temporary table on this connection. */
export function stageRates(db: Database): StagedRates {
  db.exec(create);
  const insert = db.prepare(
    `INSERT OR IGNORE INTO temp.staged (from_key, line, ${rateNames.join(', ')})
VALUES (?, ?, ${rateNames.map(() => '?').join(', ')})`,
  );
  let count = 0;

  const addAll: StagedRates['add'] = (lines, problems, fromMs) => {
    for (const { line, rates } of lines) {
      for (const rate of rates) {
        const { validFromMs } = rate;
        if (fromMs !== null && (validFromMs === null || validFromMs < fromMs)) {
          problems.add(line, `prefix ${rate.prefix}: valid from is before the day from which this file is to count`);
        }
        const { changes } = insert.run(validFromMs ?? always, line, ...termValues(rate));
        if (changes === 0) problems.add(line, `prefix ${rate.prefix} is twice in this line`);
        count += changes;
      }
    }
  };

  return {
    add: addAll,
    count: () => count,

    keepUntil(tableId, version, fromMs) {
      const columns = rateNames.filter((name) => name !== 'valid_until');
      const kept = db.prepare<[Key & { fromMs: number }]>(
        `INSERT INTO temp.staged (from_key, line, valid_until, ${columns.join(', ')})
SELECT ifnull(valid_from, ${always}), 0, min(ifnull(valid_until, @fromMs), @fromMs), ${columns.join(', ')}
FROM rates WHERE table_id = @tableId AND version = @version AND ifnull(valid_from, ${always}) < @fromMs`,
      );
      count += kept.run({ tableId, version, fromMs }).changes;
    },

    check(problems) {
      type Placed = Pick<RateTerms, 'prefix' | 'validFromMs' | 'validUntilMs'> & { line: number };
      const sorted = db.prepare<[], Placed>(
        `SELECT prefix, line, valid_from AS validFromMs, valid_until AS validUntilMs FROM temp.staged
ORDER BY prefix, from_key, line`,
      );
      let earlier: Placed | null = null;
      for (const rate of sorted.iterate()) {
        // What contradicts itself in the present table is not this file's fault.
        const conflict = earlier === null || earlier.line + rate.line === 0 ? null : conflictOf(earlier, rate);
        if (conflict !== null) problems.add(conflict.line, conflict.error);
        earlier = rate;
      }
      if (earlier === null && problems.count() === 0) problems.add(1, 'the file holds no rates');
    },

    compare(tableId, version, examples) {
      const key = { tableId, version };
      const counts = db.prepare<[Key], Counts>(
        `SELECT count(*) AS total, ifnull(sum(r.id IS NULL), 0) AS added, ifnull(sum(r.id IS NOT NULL AND (${differs})), 0) AS changed
FROM temp.staged s LEFT JOIN rates r ON ${sameRate('r')}`,
      );
      const present = db
        .prepare<[Key], number>('SELECT count(*) FROM rates WHERE table_id = @tableId AND version = @version')
        .pluck();
      const { total, added, changed } = counts.get(key) ?? { total: 0, added: 0, changed: 0 };
      const removed = (present.get(key) ?? 0) - (total - added);
      const some = <T>(of: number, sql: string): T[] =>
        of === 0 ? [] : db.prepare<[Key & { examples: number }], T>(`${sql} LIMIT @examples`).all({ ...key, examples });
      const changes =
        changed === 0
          ? []
          : db
              .prepare<[Key & { examples: number }], { rates: RateTerms; staged: RateTerms }>(
                `SELECT ${selectedTerms('r')}, ${selectedTerms('s')}
FROM temp.staged s JOIN rates r ON ${sameRate('r')} WHERE ${differs} LIMIT @examples`,
              )
              .expand()
              .all({ ...key, examples });
      return {
        added,
        changed,
        removed,
        unchanged: total - added - changed,
        examples: {
          added: some(
            added,
            `SELECT ${selectedTerms('s')} FROM temp.staged s
WHERE NOT EXISTS (SELECT 1 FROM rates r WHERE ${sameRate('r')})`,
          ),
          changed: changes.map(({ rates: from, staged: to }) => ({ from, to })),
          removed: some(
            removed,
            `SELECT ${selectedTerms('r')} FROM rates r WHERE r.table_id = @tableId AND r.version = @version
  AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.prefix = r.prefix AND s.from_key = ifnull(r.valid_from, ${always}))`,
          ),
        },
      };
    },

    steps(size) {
      const last = db.prepare<[string, number, number], { prefix: string; fromKey: number }>(
        `SELECT prefix, from_key AS fromKey FROM temp.staged WHERE (prefix, from_key) > (?, ?)
ORDER BY prefix, from_key LIMIT 1 OFFSET ?`,
      );
      let start: { prefix: string; fromKey: number } | null = { prefix: '', fromKey: always };
      return {
        next() {
          const here = start;
          if (here !== null) start = last.get(here.prefix, here.fromKey, size - 1) ?? null;
          return here;
        },
      };
    },
  };
}
