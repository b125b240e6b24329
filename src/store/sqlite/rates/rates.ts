import type { Database } from 'better-sqlite3';
import type { Rate } from '../../../rating/rate.ts';
import { monthBegins, monthKey, type MonthPlace } from '../../../rating/month.ts';
import { standingOf } from '../../../rating/standing.ts';
import type { RateStore, RateVersion, ReratingSummary } from '../../ports/rate-store.ts';
import { callPriceOf, selectPrices, type PriceRow } from './price-rows.ts';
import { prepareRateLookup } from './rate-lookup.ts';
import { selectRates } from './rows.ts';
import { always } from './always.ts';
import { plannedOnce } from '../planned-once.ts';
import { reading } from '../reading.ts';

const reratings = `SELECT id, undoes, from_time AS fromMs, until_time AS untilMs, made_at AS madeAtMs, made_by AS madeBy, calls
FROM reratings ORDER BY id DESC`;

const exportedAtOnce = 1000;

const listedVersions = `SELECT i.version, i.version = t.version AS isCurrent, i.source, i.finished_at AS importedAtMs, i.rates
FROM rate_tables t JOIN rate_imports i ON i.table_id = t.id
WHERE t.name = ? AND i.finished_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM rates r WHERE r.table_id = i.table_id AND r.version = i.version)
ORDER BY i.version DESC`;

type ExportKey = { tableId: number; version: number };

/** Reads rates and prices on the calling thread. */
export function readRates(
  db: Database,
): Pick<
  RateStore,
  'rateTableOf' | 'monthSoFar' | 'ratesFor' | 'exportRates' | 'listRateVersions' | 'listCallPrices' | 'listReratings'
> {
  const lookup = prepareRateLookup(db);
  const soFar = db.prepare<[string], MonthPlace>(
    `SELECT ifnull(sum(included_ms), 0) AS includedMs, ifnull(sum(tiered_ms), 0) AS tieredMs FROM call_month_hours WHERE month = ${plannedOnce('?')}`,
  );
  const prices = db.prepare<[string], PriceRow>(`${selectPrices} WHERE call_id = ? ORDER BY version DESC`);
  const listedReratings = db.prepare<[], Omit<ReratingSummary, 'isUndone'>>(reratings);
  const exported = db.prepare<[string], ExportKey>('SELECT id AS tableId, version FROM rate_tables WHERE name = ?');
  // One version of a table does not change: so an export may be read in pieces, and no transaction stays open over it.
  const piece = db.prepare<[ExportKey & { prefix: string; from: number; scope: string }], Rate>(
    `${selectRates} WHERE r.table_id = @tableId AND r.version = @version
  AND r.prefix >= @prefix AND (r.prefix, ifnull(r.valid_from, ${always}), r.scope) > (@prefix, @from, @scope)
ORDER BY r.prefix, r.valid_from, r.scope LIMIT ${exportedAtOnce}`,
  );

  const versions = db.prepare<[string], Omit<RateVersion, 'isCurrent'> & { isCurrent: number }>(listedVersions);

  async function* exportRates(name: string, version?: number): AsyncGenerator<Rate[]> {
    const current = await reading(db, () => exported.get(name));
    if (current === undefined) return;
    const key = { ...current, version: version ?? current.version };
    let last: Rate | null = null;
    for (;;) {
      const rates: Rate[] = await reading(db, () => nextPiece(key, last));
      if (rates.length > 0) yield rates;
      last = rates.at(-1) ?? null;
      if (last === null || rates.length < exportedAtOnce) return;
    }
  }

  function nextPiece(key: ExportKey, last: Rate | null): Rate[] {
    return piece.all({
      ...{ ...key, prefix: last?.prefix ?? '', from: last?.validFromMs ?? always, scope: last?.scope ?? '' },
    });
  }

  return {
    monthSoFar: (payer, month) => reading(db, () => soFar.get(monthKey(payer, month)) ?? monthBegins),
    rateTableOf: (call) => reading(db, () => lookup.tableOf(call)),
    ratesFor: (tableId, e164) => reading(db, () => lookup.ratesFor(tableId, e164)),
    exportRates,
    listRateVersions: (table) =>
      reading(db, () => versions.all(table).map((row) => ({ ...row, isCurrent: row.isCurrent === 1 }))),
    listCallPrices: (callId) => reading(db, () => prices.all(callId).map(callPriceOf)),
    listReratings: () =>
      reading(db, () => {
        const all = listedReratings.all();
        const { isUndone } = standingOf(all);
        return all.map((row) => ({ ...row, isUndone: isUndone(row.id) }));
      }),
  };
}
