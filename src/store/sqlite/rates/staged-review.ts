import type { Database } from 'better-sqlite3';
import { maximumPrefixDigits, type RateTerms } from '../../../rating/rate.ts';
import type { Question } from '../../../rating/tariff/review/questions.ts';
import type { RatesReview } from '../../../rating/tariff/review/review.ts';
import type { RatesDifference, RatesImportOptions } from '../../ports/rate-store.ts';
import { selectedTerms } from './rows.ts';

type Key = { id: number; version: number };

/** `prefix` itself, what it begins with, and what everything begins with. */
const prefixes = Array.from({ length: maximumPrefixDigits }, (_, at) => `substr(r.prefix, 1, ${at + 1})`)
  .concat("''")
  .join(', ');

/** Shows a review the staged rates of the file, and what they do to those in force; answers what it asks. */
export function reviewStaged(
  db: Database,
  { id, version }: Key,
  difference: RatesDifference,
  { review, fromMs, amend }: RatesImportOptions,
): Question[] {
  if (review === undefined) return [];
  showRates(db, review);
  if (difference.changed + difference.added > 0) showReplaced(db, { id, version }, review);
  // Those that are over already are missed by nobody.
  if (amend !== true) showRemoved(db, { id, version, atMs: fromMs ?? Date.now() }, review);
  return review.questions();
}

/** The rates of line 0 are those in force, which stay. */
function showRates(db: Database, review: RatesReview): void {
  const rates = db.prepare<[], RateTerms & { line: number }>(
    `SELECT s.line, ${selectedTerms('s')} FROM temp.staged s WHERE s.line > 0 ORDER BY s.prefix, s.from_key`,
  );
  for (const rate of rates.iterate()) review.rate(rate);
}

/** The latest rate in force that begins no later than the file's, by prefix. */
function showReplaced(db: Database, { id, version }: Key, review: RatesReview): void {
  const replaced = db
    .prepare<[Key], { rates: RateTerms; staged: RateTerms }>(
      `SELECT ${selectedTerms('r')}, ${selectedTerms('s')} FROM temp.staged s JOIN rates r
  ON r.table_id = @id AND r.version = @version AND r.prefix = s.prefix AND r.scope = s.scope
WHERE s.line > 0 AND s.price_micros <> r.price_micros AND s.status = 'open' AND r.status = 'open'
  AND r.id = (SELECT l.id FROM rates l WHERE l.table_id = @id AND l.version = @version AND l.prefix = s.prefix AND l.scope = s.scope
    ORDER BY l.valid_from DESC LIMIT 1)`,
    )
    .expand();
  for (const { rates: from, staged: to } of replaced.iterate({ id, version })) review.replaced(from, to);
}

/** Codes that are in force then, and that the file does not have; also how many are in force at all. */
function showRemoved(db: Database, key: Key & { atMs: number }, review: RatesReview): void {
  type Removed = Pick<RateTerms, 'prefix' | 'destination'> & { isCovered: number };
  const inForce = 'r.table_id = @id AND r.version = @version AND (r.valid_until IS NULL OR r.valid_until > @atMs)';
  const count = db
    .prepare<[typeof key], number>(`SELECT count(DISTINCT r.prefix) FROM rates r WHERE ${inForce}`)
    .pluck();
  review.inForce(count.get(key) ?? 0);
  const removed = db.prepare<[typeof key], Removed>(
    `SELECT r.prefix, max(r.destination) AS destination,
  EXISTS (SELECT 1 FROM temp.staged s WHERE s.prefix IN (${prefixes}) AND s.line > 0) AS isCovered
FROM rates r WHERE ${inForce} AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.prefix = r.prefix AND s.line > 0)
GROUP BY r.prefix`,
  );
  for (const { prefix, destination, isCovered } of removed.iterate(key)) {
    review.removed({ prefix, destination, isCovered: isCovered === 1 });
  }
}
