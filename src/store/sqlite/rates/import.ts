import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { isCurrency } from '../../../rating/currency.ts';
import { collectProblems } from '../../../rating/tariff/problems.ts';
import { defaultSettings } from '../../../rating/rate-table-settings.ts';
import type { RatesImport, RatesImportOptions, RatesSource } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { openForWriting } from '../database.ts';
import { toStoreError } from '../errors.ts';
import { rateNames, rateTableByName, tableValues, upsertRateTable } from './rows.ts';
import type { RateTableRow } from './rows.ts';
import { reviewStaged } from './staged-review.ts';
import { stageRates } from './staging.ts';
import type { StagedRates } from './staging.ts';

/** How long one transaction should hold the file, and the others' turn between two. */
const holdMs = 10;
const pauseMs = 15;
const abandonedAfterMs = 3_600_000;

/**
 * Imports rates through a connection of its own:
 *
 * 1. the file is read into a temporary table, which is no part of the database;
 * 2. there it is checked for rates that contradict each other, and compared with the present table; a review may ask;
 * 3. it is copied, in short transactions between which call records are saved, into a new version that nobody looks at;
 * 4. one last transaction makes this version the one that counts.
 *
 * A program that dies before the last leaves a version that the next import removes.
 */
export async function importRates(
  file: string,
  tableName: string,
  source: RatesSource,
  options: RatesImportOptions = {},
): Promise<RatesImport> {
  const db = openForWriting({ file });
  try {
    // Sorting a million rates is done on disk, in SQLite's own temporary file.
    db.pragma('temp_store = FILE');
    db.pragma('temp.cache_size = -65536');
    // Where this fails the temporary table is dropped as a whole.
    db.pragma('temp.journal_mode = OFF');
    return await importInto(db, tableName, source, options);
  } catch (error) {
    throw toStoreError(error, file, 'The rates');
  } finally {
    db.close();
  }
}

type Present = { id: number; version: number; currency: string };

async function importInto(
  db: Database,
  name: string,
  source: RatesSource,
  options: RatesImportOptions,
): Promise<RatesImport> {
  const { onProgress, fromMs } = options;
  const problems = collectProblems();
  const staged = stageRates(db);
  // One transaction over temporary tables only: it holds no lock that anybody else could wait for.
  db.exec('BEGIN');
  for await (const lines of source.batches(problems)) {
    staged.add(lines, problems, fromMs ?? null);
    onProgress?.({ phase: 'reading', rates: staged.count() });
  }
  db.exec('COMMIT');
  const present = presentTable(db, name);
  if (present !== null && problems.count() === 0) {
    if (options.amend === true) staged.keepOthers(present.id, present.version);
    else if (fromMs !== undefined) staged.keepUntil(present.id, present.version, fromMs);
  }
  onProgress?.({ phase: 'comparing', rates: staged.count() });
  staged.check(problems);
  if (problems.count() > 0) return { kind: 'refused', problems };
  const currency = currencyOf(name, present, source, options);
  const difference = staged.compare(present?.id ?? 0, present?.version ?? 0, options.examples ?? 10);
  const questions = reviewStaged(db, present ?? { id: 0, version: 0 }, difference, options);
  const compared = { table: name, difference, questions };
  if (options.dryRun === true) return { kind: 'compared', ...compared };
  const isOpen = questions.some(({ kind }) => options.confirmed?.includes(kind) !== true);
  if (isOpen) return { kind: 'unconfirmed', ...compared };
  const version = await writeVersion(db, name, present, { staged, source, currency, onProgress });
  return { kind: 'imported', version, ...compared };
}

function presentTable(db: Database, name: string): Present | null {
  const row = db.prepare<[string], RateTableRow>(rateTableByName).get(name);
  if (row === undefined) return null;
  const version = db.prepare<[number], number>('SELECT version FROM rate_tables WHERE id = ?').pluck().get(row.id) ?? 0;
  return { id: row.id, version, currency: row.currency };
}

function currencyOf(name: string, present: Present | null, source: RatesSource, options: RatesImportOptions): string {
  const said = source.currency() ?? options.currency ?? present?.currency;
  if (said === undefined) throw new StoreError('invalid', `The new rate table "${name}" needs a currency: say which.`);
  if (!isCurrency(said)) throw new StoreError('invalid', `"${said}" is not an ISO 4217 currency.`);
  if (present !== null && present.currency !== said) {
    throw new StoreError('invalid', `The rates are in ${said}, and the table "${name}" is in ${present.currency}.`);
  }
  return said;
}

type Writing = {
  staged: StagedRates;
  source: RatesSource;
  currency: string;
  onProgress: RatesImportOptions['onProgress'];
};

async function writeVersion(
  db: Database,
  name: string,
  present: Present | null,
  { staged, source, currency, onProgress }: Writing,
): Promise<number> {
  // Nothing of these steps has to survive a power cut, but for the last (https://www.sqlite.org/pragma.html#pragma_synchronous).
  db.pragma('synchronous = NORMAL');
  await removeAbandoned(db);
  const { tableId, version } = begin(db, present, source.name);
  const columns = rateNames.join(', ');
  const insert = db.prepare<[string, number, string]>(
    `INSERT INTO rates (table_id, version, ${columns}) SELECT ${tableId}, ${version}, ${columns} FROM temp.staged
WHERE (prefix, from_key, scope) > (?, ?, ?) ORDER BY prefix, from_key, scope LIMIT 1000`,
  );
  const steps = staged.steps(1000);
  let written = 0;
  const copy = db.transaction(() => {
    const until = performance.now() + holdMs;
    do {
      const start = steps.next();
      if (start === null) return false;
      written += insert.run(start.prefix, start.fromKey, start.scope).changes;
    } while (performance.now() < until);
    return true;
  });
  while (copy.immediate()) {
    onProgress?.({ phase: 'writing', rates: written });
    await pause(pauseMs);
  }
  db.pragma('synchronous = FULL');
  db.transaction(() => {
    const now = presentTable(db, name);
    if (now?.id !== present?.id || now?.version !== present?.version) {
      throw new StoreError('unavailable', `Somebody else has changed the rates of "${name}" meanwhile: import again.`);
    }
    finish(db, { name, tableId, version, currency, rates: written, isNew: present === null });
  }).immediate();
  return version;
}

/** Takes a number for the version, and one for the table where it is new. */
function begin(db: Database, present: Present | null, source: string): { tableId: number; version: number } {
  return db
    .transaction(() => {
      const nextTable = db
        .prepare<[], number>(
          'SELECT max(ifnull((SELECT max(id) FROM rate_tables), 0), ifnull((SELECT max(table_id) FROM rate_imports), 0)) + 1',
        )
        .pluck();
      const tableId = present?.id ?? nextTable.get() ?? 1;
      const nextVersion = db
        .prepare<[number, number], number>(
          `SELECT max(ifnull((SELECT max(version) FROM rate_imports WHERE table_id = ?), 0),
  ifnull((SELECT version FROM rate_tables WHERE id = ?), 0)) + 1`,
        )
        .pluck();
      const version = nextVersion.get(tableId, tableId) ?? 1;
      db.prepare('INSERT INTO rate_imports (table_id, version, source, started_at) VALUES (?, ?, ?, ?)').run(
        tableId,
        version,
        source,
        Date.now(),
      );
      return { tableId, version };
    })
    .immediate();
}

type Finished = {
  name: string;
  tableId: number;
  version: number;
  currency: string;
  rates: number;
  isNew: boolean;
};

function finish(db: Database, { name, tableId, version, currency, rates, isNew }: Finished): void {
  db.prepare('UPDATE rate_imports SET finished_at = ?, rates = ? WHERE table_id = ? AND version = ?').run(
    Date.now(),
    rates,
    tableId,
    version,
  );
  if (isNew) {
    db.prepare(upsertRateTable).run(...tableValues({ ...defaultSettings(currency), name, currency }));
    // The first table is the default: nothing else has to be said to have calls priced.
    db.prepare(
      'UPDATE rate_tables SET id = ?, is_default = NOT EXISTS (SELECT 1 FROM rate_tables WHERE is_default = 1) WHERE name = ?',
    ).run(tableId, name);
  }
  db.prepare('UPDATE rate_tables SET version = ? WHERE id = ?').run(version, tableId);
}

/** Removes the versions of imports that were given up. Those that no longer count are the table's history. */
async function removeAbandoned(db: Database): Promise<void> {
  const unused = db.prepare<[number], { tableId: number; version: number }>(
    `SELECT table_id AS tableId, version FROM rate_imports i
WHERE NOT EXISTS (SELECT 1 FROM rate_tables t WHERE t.id = i.table_id AND t.version = i.version)
  AND finished_at IS NULL AND started_at < ?`,
  );
  const remove = db.prepare(
    'DELETE FROM rates WHERE id IN (SELECT id FROM rates WHERE table_id = ? AND version = ? LIMIT 1000)',
  );
  for (const { tableId, version } of unused.all(Date.now() - abandonedAfterMs)) {
    const step = db.transaction(() => {
      const until = performance.now() + holdMs;
      do {
        if (remove.run(tableId, version).changes === 0) return false;
      } while (performance.now() < until);
      return true;
    });
    while (step.immediate()) await pause(pauseMs);
    db.prepare('DELETE FROM rate_imports WHERE table_id = ? AND version = ?').run(tableId, version);
  }
}
