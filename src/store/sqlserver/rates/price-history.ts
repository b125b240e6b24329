import { isDeepStrictEqual } from 'node:util';
import sql from 'mssql';
import type { Price } from '../../../rating/price.ts';
import { priceThatStands, standingOf, type MadeRerating } from '../../../rating/standing.ts';
import type { PriceChange, ReratingSummary } from '../../ports/rate-store.ts';
import { StoreError } from '../../ports/store-error.ts';
import { shareIn } from '../../call-months.ts';
import type { SharedCall } from '../records/rows.ts';
import { priceParameters, storedPriceOf, withParameters, type SentPrice } from '../records/rows.ts';
import { requestOn } from '../request.ts';

/** The columns that a price has in dbo.CallRecords and, by the second name, in dbo.CallPriceHistory. */
const shared = [
  ['Currency', 'Currency'],
  ['CostMicros', 'CostMicros'],
  ['ChargeMicros', 'ChargeMicros'],
  ['BilledMs', 'BilledMs'],
  ['Destination', 'Destination'],
  ['PriceArithmetic', 'Arithmetic'],
  ['PriceBasis', 'Basis'],
  ['IncludedMs', 'IncludedMs'],
] as const;
export const inHistory = shared.map(([, column]) => column).join(', ');
const inRecord = (alias: string): string => shared.map(([column]) => `${alias}.${column}`).join(', ');

/** Whether the record has the price of this version; a correction changes the arithmetic where it changes nothing else. */
function isAsInRecord(record: string, version: string): string {
  const same = shared.map(([column, inHistory]) => {
    const [a, b] = [`${record}.${column}`, `${version}.${inHistory}`];
    return `(${a} = ${b} OR (${a} IS NULL AND ${b} IS NULL))`;
  });
  return [`ISNULL(${record}.PriceKind, 'unrated') = ${version}.Kind`, ...same].join(' AND ');
}

type Begun = { undoes: number | null; fromMs: number; untilMs: number; madeBy: string };

export async function beginRerating(
  transaction: sql.Transaction,
  { undoes, fromMs, untilMs, madeBy }: Begun,
): Promise<number> {
  const { recordset } = await requestOn(transaction)
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
  await requestOn(transaction)
    .input('id', sql.Int(), id)
    .input('more', sql.Int(), more)
    .query('UPDATE dbo.Reratings SET Calls = Calls + @more WHERE Id = @id');
}

/** What the history says of a call before anything is added: all of its prices so far, also those that others wrote to its record. */
export const catchUp = `IF NOT EXISTS (SELECT 1 FROM dbo.CallPriceHistory WHERE CallId = @callId)
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, ${inHistory}, PricedAt)
SELECT c.CallId, 1, 1, ISNULL(c.PriceKind, 'unrated'), ${inRecord('c')}, c.EndedAt FROM dbo.CallRecords c WHERE c.CallId = @callId
ELSE IF EXISTS (SELECT 1 FROM dbo.CallRecords c JOIN dbo.CallPriceHistory h ON h.CallId = c.CallId AND h.IsCurrent = 1
  WHERE c.CallId = @callId AND NOT (${isAsInRecord('c', 'h')}))
BEGIN
UPDATE dbo.CallPriceHistory SET IsCurrent = 0 WHERE CallId = @callId AND IsCurrent = 1;
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, ${inHistory}, PricedAt)
SELECT c.CallId, (SELECT MAX(Version) + 1 FROM dbo.CallPriceHistory h WHERE h.CallId = @callId), 1, ISNULL(c.PriceKind, 'unrated'), ${inRecord('c')}, SYSUTCDATETIME()
FROM dbo.CallRecords c WHERE c.CallId = @callId;
END;
UPDATE dbo.CallPriceHistory SET IsCurrent = 0 WHERE CallId = @callId AND IsCurrent = 1;`;

/**
 * Makes a price the current one of its call; the ones before stay. `reratingId` null: by the rules, where the call was moved. Prices
 * of corrected records are sent without their history: they are noted as the next price is made.
 */
export async function appendPrice(
  transaction: sql.Transaction,
  reratingId: number | null,
  { callId, to, sent }: { callId: string; to: Price; sent: SentPrice },
): Promise<void> {
  const source = to.kind === 'priced' ? to : null;
  await withParameters(requestOn(transaction), priceParameters(sent))
    .input('callId', sql.VarChar(80), callId)
    .input('why', sql.VarChar(20), to.kind === 'priced' ? null : to.why)
    .input('tableId', sql.Int(), source?.tableId ?? null)
    .input('rateId', sql.Int(), source?.rateId ?? null)
    .input('rateVersion', sql.Int(), source?.rateVersion ?? null)
    .input('prefix', sql.VarChar(15), source?.prefix ?? null)
    .input('rerating', sql.Int(), reratingId)
    .query(
      `${catchUp}
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix, PricedAt, ReratingId)
SELECT @callId, MAX(Version) + 1, 1, @kind, @why, @currency, @costMicros, @chargeMicros, @billedMs, @destination, @arithmetic,
  @basis, @includedMs, @tableId, @rateId, @rateVersion, @prefix, SYSUTCDATETIME(), @rerating FROM dbo.CallPriceHistory WHERE CallId = @callId;
UPDATE dbo.CallRecords SET Currency = @currency, CostMicros = @costMicros, ChargeMicros = @chargeMicros, BilledMs = @billedMs,
  Destination = @destination, PriceArithmetic = @arithmetic, PriceBasis = @basis, IncludedMs = @includedMs, PriceKind = @kind WHERE CallId = @callId;`,
    );
}

/** Gives a call the price of one of its versions again, as a new one; null: it has none. */
async function restorePrice(
  transaction: sql.Transaction,
  reratingId: number,
  { callId, version }: { callId: string; version: number | null },
): Promise<void> {
  await requestOn(transaction)
    .input('callId', sql.VarChar(80), callId)
    .input('version', sql.Int(), version)
    .input('rerating', sql.Int(), reratingId)
    .query(
      `UPDATE dbo.CallPriceHistory SET IsCurrent = 0 WHERE CallId = @callId AND IsCurrent = 1;
INSERT INTO dbo.CallPriceHistory (CallId, Version, IsCurrent, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix, PricedAt, ReratingId, Settles)
SELECT CallId, (SELECT MAX(Version) + 1 FROM dbo.CallPriceHistory WHERE CallId = @callId), 1, Kind, Why, ${inHistory}, TableId, RateId, RateVersion, Prefix,
  SYSUTCDATETIME(), @rerating, ISNULL(Settles, Version) FROM dbo.CallPriceHistory WHERE CallId = @callId AND Version = @version;
UPDATE c SET ${shared.map(([column, inHistory]) => `${column} = n.${inHistory}`).join(', ')}, PriceKind = n.Kind
FROM dbo.CallRecords c LEFT JOIN dbo.CallPriceHistory n ON n.CallId = c.CallId AND n.IsCurrent = 1 WHERE c.CallId = @callId;`,
    );
}

export async function madeReratings(transaction: sql.Transaction): Promise<MadeRerating[]> {
  const { recordset } = await requestOn(transaction).query<MadeRerating>(
    'SELECT Id AS id, UndoesId AS undoes FROM dbo.Reratings',
  );
  return [...recordset];
}

/** The undoing of a re-rating; `isAgain`: it was begun before, and one that was cut off continues. */
export async function beginUndo(
  transaction: sql.Transaction,
  id: number,
  madeBy: string,
): Promise<{ newId: number; isAgain: boolean }> {
  const { recordset } = await requestOn(transaction)
    .input('id', sql.Int(), id)
    .query<{ fromTime: Date; untilTime: Date }>(
      'SELECT FromTime AS fromTime, UntilTime AS untilTime FROM dbo.Reratings WHERE Id = @id',
    );
  const [found] = recordset;
  if (found === undefined) throw new StoreError('invalid', `There is no re-rating ${id}.`);
  const { isUndone, latestOf } = standingOf(await madeReratings(transaction));
  if (isUndone(id)) return { newId: latestOf(id), isAgain: true };
  const period = { fromMs: found.fromTime.getTime(), untilMs: found.untilTime.getTime() };
  return { newId: await beginRerating(transaction, { ...period, madeBy, undoes: latestOf(id) }), isAgain: false };
}

type Version = {
  callId: string;
  version: number;
  isCurrent: boolean;
  reratingId: number | null;
  settles: number | null;
  isSame: number;
  accountId: number | null;
  departmentId: number | null;
  answeredAt: Date;
};
/** `shared`: for `settleMonths`. */
export type Undoing = { calls: number; changes: PriceChange[]; shared: SharedCall[]; last: string | null };
const undoneAtOnce = 500;

/** Gives some of the calls of a re-rating, those after this one, the price that applies now. `last` null: none are left. */
export async function undoSome(
  transaction: sql.Transaction,
  { id, newId, after }: { id: number; newId: number; after: string },
): Promise<Undoing> {
  const standing = standingOf(await madeReratings(transaction));
  const origin = standing.originOf(id);
  const request = () =>
    requestOn(transaction).input('origin', sql.Int(), origin).input('after', sql.VarChar(80), after);
  const { recordset: calls } = await request().query<{ callId: string }>(
    `SELECT DISTINCT TOP (${undoneAtOnce}) CallId AS callId FROM dbo.CallPriceHistory
WHERE ReratingId = @origin AND CallId > @after ORDER BY CallId`,
  );
  const lastId = calls.at(-1)?.callId ?? after;
  const { recordset: rows } = await request()
    .input('last', sql.VarChar(80), lastId)
    .query<Version & Record<string, unknown>>(
      `SELECT h.CallId AS callId, h.Version AS version, h.IsCurrent AS isCurrent, h.ReratingId AS reratingId, h.Settles AS settles,
  c.AccountId AS accountId, c.DepartmentId AS departmentId, c.AnsweredAt AS answeredAt,
  CASE WHEN ${isAsInRecord('c', 'h')} THEN 1 ELSE 0 END AS isSame, ${historyPrices('h', '')}
FROM dbo.CallPriceHistory h
JOIN dbo.CallRecords c ON c.CallId = h.CallId AND c.EndedAt IS NOT NULL AND c.AnsweredAt IS NOT NULL
WHERE h.CallId > @after AND h.CallId <= @last
  AND h.CallId IN (SELECT o.CallId FROM dbo.CallPriceHistory o WHERE o.ReratingId = @origin) ORDER BY h.CallId, h.Version DESC`,
    );
  const versions = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) versions.set(row.callId, [...(versions.get(row.callId) ?? []), row]);
  const changes: PriceChange[] = [];
  const shared: SharedCall[] = [];
  for (const [callId, history] of versions) {
    const current = history.find(({ isCurrent }) => isCurrent);
    // The record was corrected since: its price is no longer that of any re-rating.
    if (current?.isSame !== 1) continue;
    const stands = priceThatStands(history, standing);
    const [from, to] = [storedPriceOf(current), stands === null ? null : storedPriceOf(stands)];
    if (isDeepStrictEqual(from, to)) continue;
    await restorePrice(transaction, newId, { callId, version: stands?.version ?? null });
    changes.push({ callId, from: priceFrom(from), to: to === null ? null : priceFrom(to) });
    const { accountId, departmentId, answeredAt } = current;
    shared.push({ callId, accountId, departmentId, answeredAtMs: answeredAt.getTime(), price: to });
  }
  await reratingSums(transaction, newId, changes.length);
  return { calls: calls.length, changes, shared, last: calls.length < undoneAtOnce ? null : lastId };
}

function historyPrices(alias: string, prefix: string): string {
  const columns = [...shared, ['PriceKind', 'Kind'] as const];
  const names: Record<string, string> = {
    ...{ Currency: 'currency', CostMicros: 'costMicros', ChargeMicros: 'chargeMicros', BilledMs: 'billedMs' },
    ...{ Destination: 'destination', Arithmetic: 'arithmetic', Kind: 'kind', Basis: 'basis', IncludedMs: 'includedMs' },
  };
  return columns.map(([, column]) => `${alias}.${column} AS [${prefix}price.${names[column] ?? ''}]`).join(', ');
}

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
    ...shareIn(stored),
  };
}

type ReratingRow = Pick<ReratingSummary, 'id' | 'undoes' | 'madeBy' | 'calls'> & {
  fromTime: Date;
  untilTime: Date;
  madeAt: Date;
};

export function listedReratings(rows: readonly ReratingRow[]): ReratingSummary[] {
  const { isUndone } = standingOf(rows);
  return rows.map(({ fromTime, untilTime, madeAt, ...row }) => ({
    ...row,
    isUndone: isUndone(row.id),
    ...{ fromMs: fromTime.getTime(), untilMs: untilTime.getTime(), madeAtMs: madeAt.getTime() },
  }));
}
