import sql from 'mssql';
import { isRoundingMode } from '../../../rating/money.ts';
import type { RateTable, RateTerms } from '../../../rating/rate.ts';
import type { RateTableCopy, StoredRate } from '../../ports/rate-replica.ts';
import { StoreError } from '../../ports/store.ts';

/** Columns of dbo.RateTables and dbo.Rates by the fields; types as in sql/sqlserver/0004. */
export const tableColumns = {
  name: { name: 'Name', type: sql.NVarChar(200) },
  currency: { name: 'Currency', type: sql.Char(3) },
  roundingMode: { name: 'RoundingMode', type: sql.VarChar(20) },
  roundingUnitMicros: { name: 'RoundingUnitMicros', type: sql.BigInt() },
  markupBasisPoints: { name: 'MarkupBasisPoints', type: sql.Int() },
  markupPerCallMicros: { name: 'MarkupPerCallMicros', type: sql.BigInt() },
} satisfies Record<Exclude<keyof RateTable, 'id'>, { name: string; type: sql.ISqlType }>;

export const termColumns = {
  prefix: { name: 'Prefix', type: sql.VarChar(15) },
  destination: { name: 'Destination', type: sql.NVarChar(200) },
  connectFeeMicros: { name: 'ConnectFeeMicros', type: sql.BigInt() },
  priceMicros: { name: 'PriceMicros', type: sql.BigInt() },
  firstIncrementMs: { name: 'FirstIncrementMs', type: sql.Int() },
  nextIncrementMs: { name: 'NextIncrementMs', type: sql.Int() },
  minimumChargeMicros: { name: 'MinimumChargeMicros', type: sql.BigInt() },
  validFromMs: { name: 'ValidFrom', type: sql.DateTime2(3) },
  validUntilMs: { name: 'ValidUntil', type: sql.DateTime2(3) },
} satisfies Record<keyof RateTerms, { name: string; type: sql.ISqlType }>;

export const selectedTerms = Object.entries(termColumns)
  .map(([field, { name }]) => `r.${name} AS ${field}`)
  .join(', ');

/** Rows are `RateRow`; conditions on `r`. */
export const selectRates = `SELECT r.Id AS id, r.TableId AS tableId, r.Version AS version, ${selectedTerms} FROM dbo.Rates r`;

/** Rows are `RateTableRow`; conditions on `t`. */
export const selectTables = `SELECT t.Id AS id, ${Object.entries(tableColumns)
  .map(([field, { name }]) => `t.${name} AS ${field}`)
  .join(', ')}, t.Version AS version, CASE WHEN d.TableId IS NULL THEN 0 ELSE 1 END AS isDefault
FROM dbo.RateTables t LEFT JOIN dbo.DefaultRateTable d ON d.TableId = t.Id`;

/** A BIGINT comes back as text, a time as `Date`. */
export type RateRow = {
  id: number;
  tableId: number;
  version: number;
  prefix: string;
  destination: string;
  connectFeeMicros: string;
  priceMicros: string;
  firstIncrementMs: number;
  nextIncrementMs: number;
  minimumChargeMicros: string;
  validFromMs: Date | null;
  validUntilMs: Date | null;
};

export type RateTableRow = {
  id: number;
  name: string;
  currency: string;
  roundingMode: string;
  roundingUnitMicros: string;
  markupBasisPoints: number;
  markupPerCallMicros: string;
  version: number;
  isDefault: number;
};

export function rateOf(row: RateRow): StoredRate {
  return {
    ...row,
    connectFeeMicros: Number(row.connectFeeMicros),
    priceMicros: Number(row.priceMicros),
    minimumChargeMicros: Number(row.minimumChargeMicros),
    validFromMs: row.validFromMs?.getTime() ?? null,
    validUntilMs: row.validUntilMs?.getTime() ?? null,
  };
}

/** Without what only a copy needs. */
export function plainTable({
  id,
  name,
  currency,
  roundingMode,
  roundingUnitMicros,
  markupBasisPoints,
  markupPerCallMicros,
}: RateTable): RateTable {
  return { id, name, currency, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros };
}

/** Throws a `StoreError` where a DBA's rounding mode is none. */
export function rateTableOf(row: RateTableRow): RateTableCopy {
  const { roundingMode } = row;
  if (!isRoundingMode(roundingMode)) {
    throw new StoreError(
      'invalid',
      `dbo.RateTables, Id ${row.id}, RoundingMode: there is no rounding mode "${roundingMode}"`,
    );
  }
  return {
    ...row,
    roundingMode,
    roundingUnitMicros: Number(row.roundingUnitMicros),
    markupPerCallMicros: Number(row.markupPerCallMicros),
    isDefault: row.isDefault === 1,
  };
}
