import sql from 'mssql';
import type { Price } from '../../../rating/price.ts';
import type { PriceChange, ReratingSummary } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { priceParameters, storedPriceOf, withParameters, type SentPrice } from '../records/rows.ts';

/** The columns that a price has in dbo.CallRecords and, by the second name, in dbo.CallPriceHistory. */
const shared = [
  ['Currency', 'Currency'],
  ['CostMicros', 'CostMicros'],
  ['ChargeMicros', 'ChargeMicros'],
  ['BilledMs', 'BilledMs'],
  ['Destination', 'Destination'],
  ['PriceArithmetic', 'Arithmetic'],
] as const;
const inHistory = shared.map(([, column]) => column).join(', ');
const inRecord = (alias: string): string => shared.map(([column]) => `${alias}.${column}`).join(', ');

type Begun = { undoes: number | null; fromMs: number; untilMs: number; madeBy: string };

export async function beginRerating(
  transaction: sql.Transaction,
  { undoes, fromMs, untilMs, madeBy }: Begun,
): Promise<number> {
  const { recordset } = await new sql.Request(transaction)
    .input('undoes', sql.Int(), undoes)
    .input('from', sql.DateTime2(3), new Date(fromMs))
    .input('until', sql.DateTime2(3), new Date(untilMs))
    .input('madeBy', sql.NVarChar(200), madeBy)
    .query<{ id: number }>(
      `INSERT INTO dbo.Reratings (UndoesId, FromTime, UntilTime, MadeAt, MadeBy, Calls)
VALUES (@undoes, @from, @until, SYSUTCDATETIME(), @madeBy, 0); SELECT CAST(SCOPE_IDENTITY() AS INT) AS id;`,
    );
  return recordset[0]?.id ?? 0;
}

export async function reratingSums(transaction: sql.Transaction, id: number, more: number): Promise<void> {
  await new sql.Request(transaction)
    .input('id', sql.Int(), id)
    .input('more', sql.Int(), more)
    .query('UPDATE dbo.Reratings SET Calls = Calls + @more WHERE Id = @id');
}

/** Makes a price the current one of its call; the one before stays, and so does the first one. */
export async function appendPrice(
  transaction: sql.Transaction,
  reratingId: number,
  { callId, to, sent }: { callId: string; to: Price; sent: SentPrice },
): Promise<void> {
  const source = to.kind === 'priced' ? to : null;
  await withParameters(new sql.Request(transaction), priceParameters(sent))
    .input('callId', sql.VarChar(80), callId)
    .input('why', sql.VarChar(20), to.kind === 'priced' ? null : to.why)
    .input('tableId', sql.Int(), source?.tableId ?? null)
    .input('rateId', sql.Int(), source?.rateId ?? null)
    .input('rateVersion', sql.Int(), source?.rateVersion ?? null)
    .input('prefix', sql.VarChar(15), source?.prefix ?? null)
    .input('rerating', sql.Int(), reratingId)
    .query(
      `IF NOT EXISTS (SELECT 1 FROM dbo.CallPriceHistory WHERE CallId = @callId)
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, ${inHistory}, PricedAt)
SELECT c.CallId, 1, 0, ISNULL(c.PriceKind, 'unrated'), ${inRecord('c')}, c.EndedAt FROM dbo.CallRecords c WHERE c.CallId = @callId;
UPDATE dbo.CallPriceHistory SET IsCurrent = 0 WHERE CallId = @callId AND IsCurrent = 1;
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix, PricedAt, ReratingId)
SELECT @callId, MAX(Version) + 1, 1, @kind, @why, @currency, @costMicros, @chargeMicros, @billedMs, @destination, @arithmetic,
  @tableId, @rateId, @rateVersion, @prefix, SYSUTCDATETIME(), @rerating FROM dbo.CallPriceHistory WHERE CallId = @callId;
UPDATE dbo.CallRecords SET Currency = @currency, CostMicros = @costMicros, ChargeMicros = @chargeMicros, BilledMs = @billedMs,
  Destination = @destination, PriceArithmetic = @arithmetic, PriceKind = @kind WHERE CallId = @callId;`,
    );
}

type Undone = { id: number; list: PriceChange[] };

/** Gives each call the price back that it had before, but not those that were rated again since. */
export async function undoAll(transaction: sql.Transaction, id: number, madeBy: string): Promise<Undone> {
  const { recordset } = await new sql.Request(transaction)
    .input('id', sql.Int(), id)
    .query<{ fromTime: Date; untilTime: Date; undoneBy: number | null }>(
      `SELECT FromTime AS fromTime, UntilTime AS untilTime, (SELECT MAX(u.Id) FROM dbo.Reratings u WHERE u.UndoesId = r.Id) AS undoneBy
FROM dbo.Reratings r WHERE Id = @id`,
    );
  const [found] = recordset;
  if (found === undefined) throw new StoreError('invalid', `There is no re-rating ${id}.`);
  if (found.undoneBy !== null) throw new StoreError('invalid', `Re-rating ${id} was undone already.`);
  const period = { fromMs: found.fromTime.getTime(), untilMs: found.untilTime.getTime() };
  const newId = await beginRerating(transaction, { ...period, madeBy, undoes: id });
  const changed = await new sql.Request(transaction).input('id', sql.Int(), id).input('new', sql.Int(), newId).query<
    Record<string, unknown>
  >(`INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix, PricedAt, ReratingId)
SELECT h.CallId, h.Version + 1, 0, p.Kind, p.Why, ${shared.map(([, column]) => `p.${column}`).join(', ')}, p.TableId, p.RateId, p.RateVersion, p.Prefix,
  SYSUTCDATETIME(), @new
FROM dbo.CallPriceHistory h JOIN dbo.CallPriceHistory p ON p.CallId = h.CallId AND p.Version = h.Version - 1
WHERE h.ReratingId = @id AND h.IsCurrent = 1;
UPDATE dbo.CallPriceHistory SET IsCurrent = 0 WHERE ReratingId = @id AND IsCurrent = 1;
UPDATE dbo.CallPriceHistory SET IsCurrent = 1 WHERE ReratingId = @new;
UPDATE c SET Currency = n.Currency, CostMicros = n.CostMicros, ChargeMicros = n.ChargeMicros, BilledMs = n.BilledMs, Destination = n.Destination,
  PriceArithmetic = n.Arithmetic, PriceKind = n.Kind
FROM dbo.CallRecords c JOIN dbo.CallPriceHistory n ON n.CallId = c.CallId WHERE n.ReratingId = @new;
SELECT n.CallId AS callId, ${historyPrices('n', '')}, ${historyPrices('h', 'from.')}
FROM dbo.CallPriceHistory n JOIN dbo.CallPriceHistory h ON h.CallId = n.CallId AND h.Version = n.Version - 1 WHERE n.ReratingId = @new ORDER BY n.CallId;`);
  const list = changed.recordset.map((row) => ({
    callId: String(row['callId']),
    from: priceFrom(storedPriceOf(withoutPrefix(row, 'from.'))),
    to: priceFrom(storedPriceOf(row)),
  }));
  await reratingSums(transaction, newId, list.length);
  return { id: newId, list };
}

function historyPrices(alias: string, prefix: string): string {
  const columns = [...shared, ['PriceKind', 'Kind'] as const];
  const names: Record<string, string> = {
    ...{ Currency: 'currency', CostMicros: 'costMicros', ChargeMicros: 'chargeMicros', BilledMs: 'billedMs' },
    ...{ Destination: 'destination', Arithmetic: 'arithmetic', Kind: 'kind' },
  };
  return columns.map(([, column]) => `${alias}.${column} AS [${prefix}price.${names[column] ?? ''}]`).join(', ');
}

const withoutPrefix = (row: Record<string, unknown>, prefix: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/** A price of dbo.CallRecords, which does not say by which rate; null: the call has none. */
export function priceFrom({ kind, currency, costMicros, chargeMicros, billedMs, ...stored }: SentPrice): Price | null {
  if (currency === null || costMicros === null || chargeMicros === null) {
    // Why it is free or unrated is not in the record.
    return kind === 'unrated' ? { kind, why: 'no-rate' } : null;
  }
  const unknown = { tableId: 0, rateId: 0, rateVersion: 0, prefix: '' };
  return {
    ...{ kind: 'priced', currency, costMicros, chargeMicros, billedMs: billedMs ?? 0, ...unknown },
    ...{ destination: stored.destination ?? '', arithmetic: stored.arithmetic ?? '' },
  };
}

type ReratingRow = Pick<ReratingSummary, 'id' | 'undoes' | 'madeBy' | 'calls'> & {
  fromTime: Date;
  untilTime: Date;
  madeAt: Date;
  isUndone: number;
};

export function listedRerating({ fromTime, untilTime, madeAt, isUndone, ...row }: ReratingRow): ReratingSummary {
  return {
    ...row,
    isUndone: isUndone === 1,
    ...{ fromMs: fromTime.getTime(), untilMs: untilTime.getTime(), madeAtMs: madeAt.getTime() },
  };
}
