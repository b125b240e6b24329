import type { Database } from 'better-sqlite3';
import type { RateTerms } from '../../../rating/rate.ts';
import type { RatesDifference } from '../../ports/rate-store.ts';
import { always } from './always.ts';
import { rateNames, selectedTerms } from './rows.ts';

/** Columns in which a rate can differ from the same one before. */
const comparable = rateNames.filter((name) => !['prefix', 'scope', 'valid_from'].includes(name));
const differs = comparable.map((name) => `s.${name} IS NOT r.${name}`).join(' OR ');
const sameRate = (alias: string) =>
  `${alias}.table_id = @tableId AND ${alias}.version = @version AND ${alias}.prefix = s.prefix AND ${alias}.scope = s.scope AND ${alias}.valid_from IS s.valid_from`;

type Key = { tableId: number; version: number };
type Sample = Key & { examples: number };
type Counts = { total: number; added: number; changed: number };

/** How the staged rates differ from those of a version of a table, with at most so many examples of each kind. */
export function stagedDifference(
  db: Database,
  tableId: number,
  version: number,
  maximumExamples: number,
): RatesDifference {
  const key = { tableId, version };
  const { total, added, changed } = countDifferences(db, key);
  const removed = presentRates(db, key) - (total - added);
  const sample = { ...key, examples: maximumExamples };
  return {
    ...{ added, changed, removed, unchanged: total - added - changed },
    examples: {
      added: added === 0 ? [] : addedRates(db, sample),
      changed: changed === 0 ? [] : changedRates(db, sample),
      removed: removed === 0 ? [] : removedRates(db, sample),
    },
  };
}

/** `total`: staged rates. */
function countDifferences(db: Database, key: Key): Counts {
  const counts = db.prepare<[Key], Counts>(
    `SELECT count(*) AS total, ifnull(sum(r.id IS NULL), 0) AS added, ifnull(sum(r.id IS NOT NULL AND (${differs})), 0) AS changed
FROM temp.staged s LEFT JOIN rates r ON ${sameRate('r')}`,
  );
  return counts.get(key) ?? { total: 0, added: 0, changed: 0 };
}

function presentRates(db: Database, key: Key): number {
  const present = db.prepare<[Key], number>(
    'SELECT count(*) FROM rates WHERE table_id = @tableId AND version = @version',
  );
  return present.pluck().get(key) ?? 0;
}

function addedRates(db: Database, sample: Sample): RateTerms[] {
  const added = db.prepare<[Sample], RateTerms>(
    `SELECT ${selectedTerms('s')} FROM temp.staged s
WHERE NOT EXISTS (SELECT 1 FROM rates r WHERE ${sameRate('r')}) LIMIT @examples`,
  );
  return added.all(sample);
}

function changedRates(db: Database, sample: Sample): { from: RateTerms; to: RateTerms }[] {
  const changed = db.prepare<[Sample], { rates: RateTerms; staged: RateTerms }>(
    `SELECT ${selectedTerms('r')}, ${selectedTerms('s')}
FROM temp.staged s JOIN rates r ON ${sameRate('r')} WHERE ${differs} LIMIT @examples`,
  );
  return changed
    .expand()
    .all(sample)
    .map(({ rates: from, staged: to }) => ({ from, to }));
}

function removedRates(db: Database, sample: Sample): RateTerms[] {
  const removed = db.prepare<[Sample], RateTerms>(
    `SELECT ${selectedTerms('r')} FROM rates r WHERE r.table_id = @tableId AND r.version = @version
  AND NOT EXISTS (SELECT 1 FROM temp.staged s WHERE s.prefix = r.prefix AND s.scope = r.scope AND s.from_key = ifnull(r.valid_from, ${always}))
LIMIT @examples`,
  );
  return removed.all(sample);
}
