import { freeWhys, unratedWhys } from '../../../rating/price.ts';
import type { FreeWhy, Price, UnratedWhy } from '../../../rating/price.ts';
import { isRoundingMode } from '../../../rating/money.ts';
import type { RateTable, RateTerms } from '../../../rating/rate.ts';
import type { CallPrice } from '../../ports/rate-store.ts';
import type { SqlValue } from '../records/rows.ts';

export const termColumns = {
  prefix: 'prefix',
  destination: 'destination',
  connectFeeMicros: 'connect_fee_micros',
  priceMicros: 'price_micros',
  firstIncrementMs: 'first_increment_ms',
  nextIncrementMs: 'next_increment_ms',
  minimumChargeMicros: 'minimum_charge_micros',
  validFromMs: 'valid_from',
  validUntilMs: 'valid_until',
} satisfies Record<keyof RateTerms, string>;

export const settingColumns = {
  currency: 'currency',
  roundingMode: 'rounding_mode',
  roundingUnitMicros: 'rounding_unit_micros',
  markupBasisPoints: 'markup_basis_points',
  markupPerCallMicros: 'markup_per_call_micros',
} satisfies Record<Exclude<keyof RateTable, 'id' | 'name'>, string>;

/** `columns` as a list to select, `t.valid_from AS validFromMs, …`. */
export const selected = (columns: Record<string, string>, alias: string): string =>
  Object.entries(columns)
    .map(([field, column]) => `${alias}.${column} AS ${field}`)
    .join(', ');

/** Rows are `Rate`; conditions on `r`, rates, and `t`, its table. */
export const selectRates = `SELECT r.id, r.version, r.table_id AS tableId, t.currency, ${selected(termColumns, 'r')}
FROM rates r JOIN rate_tables t ON t.id = r.table_id`;

export type RateTableRow = Omit<RateTable, 'roundingMode'> & { roundingMode: string };
export const rateTableFields = `t.id, t.name, ${selected(settingColumns, 't')}`;
export const rateTableByName = `SELECT ${rateTableFields} FROM rate_tables t WHERE t.name = ?`;
export const rateTableById = `SELECT ${rateTableFields} FROM rate_tables t WHERE t.id = ?`;

/** Parameters: `tableValues`; a table that is there keeps id, version and whether it is the default. */
export const upsertRateTable = `INSERT INTO rate_tables (name, ${Object.values(settingColumns).join(', ')})
VALUES (?${', ?'.repeat(Object.keys(settingColumns).length)})
ON CONFLICT (name) DO UPDATE SET ${Object.values(settingColumns)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`;

export const tableValues = (table: Omit<RateTable, 'id'>): SqlValue[] => [
  table.name,
  table.currency,
  table.roundingMode,
  table.roundingUnitMicros,
  table.markupBasisPoints,
  table.markupPerCallMicros,
];

export function rateTableOf<Row extends RateTableRow>(row: Row): Row & RateTable {
  const { roundingMode } = row;
  if (!isRoundingMode(roundingMode)) throw new Error(`rate table ${row.name} has no rounding mode "${roundingMode}"`);
  return { ...row, roundingMode };
}

export const bySqlPrefixes = (count: number): string =>
  `${selectRates} WHERE r.table_id = ? AND r.version = t.version AND r.prefix IN (${Array(count).fill('?').join(', ')})`;

const priceColumns = [
  'call_id',
  'version',
  'is_current',
  'kind',
  'why',
  'currency',
  'cost_micros',
  'charge_micros',
  'billed_ms',
  'table_id',
  'rate_id',
  'rate_version',
  'prefix',
  'destination',
  'arithmetic',
  'priced_at',
  'rerating_id',
];

/** Parameters: `priceValues`. */
export const insertPrice = `INSERT INTO call_prices (${priceColumns.join(', ')})
VALUES (${priceColumns.map(() => '?').join(', ')})`;

export function priceValues({ callId, version, isCurrent, price, pricedAtMs, reratingId }: CallPrice): SqlValue[] {
  const head = [callId, version, Number(isCurrent), price.kind];
  const tail = [pricedAtMs, reratingId];
  switch (price.kind) {
    case 'free':
    case 'unrated':
      return [...head, price.why, null, null, null, null, null, null, null, null, null, null, ...tail];
    case 'priced':
      return [
        ...head,
        null,
        price.currency,
        price.costMicros,
        price.chargeMicros,
        price.billedMs,
        price.tableId,
        price.rateId,
        price.rateVersion,
        price.prefix,
        price.destination,
        price.arithmetic,
        ...tail,
      ];
  }
}

export const selectPrices = `SELECT call_id AS callId, version, is_current AS isCurrent, kind, why, currency,
  cost_micros AS costMicros, charge_micros AS chargeMicros, billed_ms AS billedMs, table_id AS tableId, rate_id AS rateId,
  rate_version AS rateVersion, prefix, destination, arithmetic, priced_at AS pricedAtMs, rerating_id AS reratingId
FROM call_prices`;

type PricedRow = Omit<Extract<Price, { kind: 'priced' }>, 'kind'>;
export type PriceRow = Omit<CallPrice, 'price' | 'isCurrent'> &
  PricedRow & { isCurrent: number; kind: string; why: string | null };

const isFreeWhy = (why: string | null): why is FreeWhy => (freeWhys as readonly (string | null)[]).includes(why);
const isUnratedWhy = (why: string | null): why is UnratedWhy =>
  (unratedWhys as readonly (string | null)[]).includes(why);

function priceIn(row: PriceRow): Price {
  const { kind, why } = row;
  if (kind === 'free' && isFreeWhy(why)) return { kind, why };
  if (kind === 'unrated' && isUnratedWhy(why)) return { kind, why };
  if (kind !== 'priced') throw new Error(`call ${row.callId} has a price of an unknown kind: ${kind}, ${why ?? ''}`);
  const {
    currency,
    costMicros,
    chargeMicros,
    billedMs,
    tableId,
    rateId,
    rateVersion,
    prefix,
    destination,
    arithmetic,
  } = row;
  const rate = { tableId, rateId, rateVersion, prefix, destination };
  return { kind, currency, costMicros, chargeMicros, billedMs, ...rate, arithmetic };
}

export function callPriceOf(row: PriceRow): CallPrice {
  const { callId, version, isCurrent, pricedAtMs, reratingId } = row;
  return { callId, version, isCurrent: isCurrent === 1, price: priceIn(row), pricedAtMs, reratingId };
}
