import sql from 'mssql';
import type { Rate } from '../../../rating/rate.ts';
import type { RatesBatch, RateTableCopy } from '../../ports/rate-replica.ts';
import type { RatesImport, RatesImportOptions, RatesSource } from '../../ports/rate-store.ts';
import type { RatesWorkshop } from '../../ports/rates-workshop.ts';
import { StoreError } from '../../ports/store-error.ts';
import { bulkOf, insertTable, tableParameters } from './rows.ts';
import { lowestId } from '../replication/directory.ts';
import { copyPieces } from '../replication/rates.ts';
import { makeDefault, tableByName } from './tables.ts';
import { load } from '../loads.ts';
import { within } from '../transaction.ts';
import { requestOn } from '../request.ts';

const loadedAtOnce = 5000;
const removedAtOnce = 5000;

/** Where to, and what it is checked in. */
export type ImportTools = {
  pool: sql.ConnectionPool;
  where: string;
  openWorkshop: () => Promise<RatesWorkshop>;
};

/**
 * Imports rates by way of a workshop, with all its checks, and what came of it goes up by bulk load as a new version, which the
 * last statement makes the one that counts. A program that dies before leaves a version that nobody looks at.
 */
export async function importRates(
  { pool, where, openWorkshop }: ImportTools,
  name: string,
  source: RatesSource,
  options: RatesImportOptions = {},
): Promise<RatesImport> {
  const workshop = await openWorkshop();
  try {
    const present = await within(pool, where, 'The rates', (transaction) => tableByName(transaction, name));
    if (present !== null) await fill(workshop, pool, present);
    const { onProgress } = options;
    const result = await workshop.importRates(name, source, {
      ...options,
      onProgress: (progress) => {
        if (progress.phase === 'reading' || progress.phase === 'comparing') onProgress?.(progress);
      },
    });
    if (result.kind !== 'imported') return result;
    const { added, changed, removed } = result.difference;
    // Nothing is written, so that no controller copies the table again.
    if (present !== null && added + changed + removed === 0) return { ...result, version: present.version };
    const version = await upload({ pool, where, name, present, source: source.name, workshop, onProgress });
    return { ...result, version };
  } finally {
    await workshop.close();
  }
}

const nothing: RatesBatch = {
  ...{ tables: null, rates: [], removedRates: [], complete: null, assignments: [], position: null },
};

/** With the table as it is now. */
async function fill(workshop: RatesWorkshop, pool: sql.ConnectionPool, present: RateTableCopy): Promise<void> {
  await workshop.applyRates({ ...nothing, tables: [present] });
  for await (const rates of copyPieces(
    pool,
    { tableId: present.id, version: present.version, fromId: lowestId },
    () => undefined,
  )) {
    await workshop.applyRates({ ...nothing, rates });
  }
}

type Upload = {
  pool: sql.ConnectionPool;
  where: string;
  name: string;
  present: RateTableCopy | null;
  source: string;
  workshop: RatesWorkshop;
  onProgress: RatesImportOptions['onProgress'];
};

async function upload({ pool, where, name, present, source, workshop, onProgress }: Upload): Promise<number> {
  const { tableId, version } = await begin({ pool, where, name, present, source, workshop });
  try {
    let loaded = 0;
    for await (const rates of inPieces(workshop.exportRates(name), loadedAtOnce)) {
      await within(pool, where, 'The rates', async (transaction) => {
        // Without being told, a bulk load checks no constraints and runs no triggers, which takes the right to ALTER the table.
        const options = { checkConstraints: true, fireTriggers: true };
        await load(transaction, { table: bulkOf(tableId, version, rates), options });
      });
      loaded += rates.length;
      onProgress?.({ phase: 'writing', rates: loaded });
    }
    await finish({ pool, where, name, present, tableId, version, loaded });
    onProgress?.({ phase: 'done', rates: loaded });
  } catch (error) {
    await giveUp(pool, tableId, version, present === null).catch(() => undefined);
    throw error;
  }
  await removeVersions(pool, tableId, `Version < ${version} AND ${isAbandoned}`);
  return version;
}

/** Rates of an import that was given up; those of one that was finished are the table's history. */
const isAbandoned =
  'NOT EXISTS (SELECT 1 FROM dbo.RateImports i WHERE i.TableId = @id AND i.Version = dbo.Rates.Version AND i.FinishedAt IS NOT NULL)';

/** Rates that nobody has imported, but written with SQL, become part of the history as they are replaced. */
const keepWritten = `INSERT INTO dbo.RateImports (TableId, Version, Source, FinishedAt, Rates)
SELECT t.Id, t.Version, N'SQL', SYSUTCDATETIME(), (SELECT COUNT(*) FROM dbo.Rates r WHERE r.TableId = t.Id AND r.Version = t.Version)
FROM dbo.RateTables t WHERE t.Id = @id
  AND NOT EXISTS (SELECT 1 FROM dbo.RateImports i WHERE i.TableId = t.Id AND i.Version = t.Version)
  AND EXISTS (SELECT 1 FROM dbo.Rates r WHERE r.TableId = t.Id AND r.Version = t.Version)`;

/** Takes a number for the version, and makes the table where there is none. */
function begin({ pool, where, name, present, source, workshop }: Omit<Upload, 'onProgress'>) {
  return within(pool, where, 'The rate table', async (transaction) => {
    const tableId = present?.id ?? (await createTable(transaction, name, workshop));
    if (present !== null) await requestOn(transaction).input('id', sql.Int(), tableId).query(keepWritten);
    const { recordset } = await requestOn(transaction)
      .input('id', sql.Int(), tableId)
      .query<{ version: number }>(
        `SELECT MAX(Version) AS version FROM (SELECT Version FROM dbo.RateTables WHERE Id = @id
UNION ALL SELECT Version FROM dbo.RateImports WHERE TableId = @id UNION ALL SELECT Version FROM dbo.Rates WHERE TableId = @id) v`,
      );
    const version = (recordset[0]?.version ?? 0) + 1;
    await requestOn(transaction)
      .input('id', sql.Int(), tableId)
      .input('version', sql.Int(), version)
      .input('source', sql.NVarChar(400), source.slice(0, 400))
      .query('INSERT INTO dbo.RateImports (TableId, Version, Source) VALUES (@id, @version, @source)');
    return { tableId, version };
  });
}

async function createTable(transaction: sql.Transaction, name: string, workshop: RatesWorkshop): Promise<number> {
  const made = (await workshop.listRateTables()).find((table) => table.name === name);
  if (made === undefined) throw new StoreError('unavailable', `The rate table "${name}" was not imported.`);
  await tableParameters(requestOn(transaction), made).query(insertTable(0));
  const table = await tableByName(transaction, name);
  if (table === null) throw new StoreError('unavailable', `The rate table "${name}" just written is not there.`);
  return table.id;
}

type Finished = Pick<Upload, 'pool' | 'where' | 'name' | 'present'> & {
  tableId: number;
  version: number;
  loaded: number;
};

function finish({ pool, where, name, present, tableId, version, loaded }: Finished): Promise<void> {
  return within(pool, where, 'The rate table', async (transaction) => {
    const request = () => requestOn(transaction).input('id', sql.Int(), tableId).input('version', sql.Int(), version);
    await request()
      .input('rates', sql.Int(), loaded)
      .query(
        'UPDATE dbo.RateImports SET FinishedAt = SYSUTCDATETIME(), Rates = @rates WHERE TableId = @id AND Version = @version',
      );
    const { rowsAffected } = await request()
      .input('before', sql.Int(), present?.version ?? 0)
      .query('UPDATE dbo.RateTables SET Version = @version WHERE Id = @id AND Version = @before');
    if ((rowsAffected.at(-1) ?? 0) === 0) {
      throw new StoreError('unavailable', `Somebody else has changed the rates of "${name}" meanwhile: import again.`);
    }
    if (present !== null) return;
    // The first table is the default: nothing else has to be said to have calls priced.
    const { recordset } = await request().query('SELECT TableId FROM dbo.DefaultRateTable');
    if (recordset.length === 0) await makeDefault(transaction, tableId);
  });
}

async function giveUp(pool: sql.ConnectionPool, tableId: number, version: number, isNew: boolean): Promise<void> {
  await removeVersions(pool, tableId, `Version = ${version}`);
  const request = () => pool.request().input('id', sql.Int(), tableId).input('version', sql.Int(), version);
  await request().query('DELETE FROM dbo.RateImports WHERE TableId = @id AND Version = @version');
  if (isNew) await request().query('DELETE FROM dbo.RateTables WHERE Id = @id AND Version = 0');
}

/** In pieces, so that no transaction is long. */
async function removeVersions(pool: sql.ConnectionPool, tableId: number, which: string): Promise<void> {
  for (;;) {
    const { rowsAffected } = await pool
      .request()
      .input('id', sql.Int(), tableId)
      .query(
        `DELETE FROM dbo.Rates WHERE Id IN (SELECT TOP (${removedAtOnce}) Id FROM dbo.Rates WHERE TableId = @id AND ${which})`,
      );
    if ((rowsAffected.at(-1) ?? 0) < removedAtOnce) return;
  }
}

async function* inPieces(source: AsyncIterable<Rate[]>, size: number): AsyncGenerator<Rate[]> {
  let piece: Rate[] = [];
  for await (const rates of source) {
    piece.push(...rates);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
