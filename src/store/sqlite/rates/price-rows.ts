import { freeWhys, unratedWhys } from '../../../rating/price.ts';
import type { FreeWhy, Price, UnratedWhy } from '../../../rating/price.ts';
import { shareIn, storedShare, type StoredShare } from '../../call-months.ts';
import type { CallPrice } from '../../ports/rate-store.ts';
import type { SqlValue } from '../records/rows.ts';

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
  'included_ms',
  'basis',
  'settles',
];

/** Parameters: `priceValues`. */
export const insertPrice = `INSERT INTO call_prices (${priceColumns.join(', ')})
VALUES (${priceColumns.map(() => '?').join(', ')})`;

export function priceValues({
  callId,
  version,
  isCurrent,
  price,
  pricedAtMs,
  reratingId,
  settles,
}: CallPrice): SqlValue[] {
  const head = [callId, version, Number(isCurrent), price.kind];
  const { includedMs, basis } = storedShare(price);
  const tail = [pricedAtMs, reratingId, includedMs, basis, settles];
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
  rate_version AS rateVersion, prefix, destination, arithmetic, priced_at AS pricedAtMs, rerating_id AS reratingId,
  included_ms AS includedMs, basis, settles
FROM call_prices`;

type PricedRow = Omit<Extract<Price, { kind: 'priced' }>, 'kind' | 'month'>;
export type PriceRow = Omit<CallPrice, 'price' | 'isCurrent'> &
  PricedRow &
  StoredShare & { isCurrent: number; kind: string; why: string | null };

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
  return { kind, currency, costMicros, chargeMicros, billedMs, ...rate, arithmetic, ...shareIn(row) };
}

export function callPriceOf(row: PriceRow): CallPrice {
  const { callId, version, isCurrent, pricedAtMs, reratingId, settles } = row;
  return { callId, version, isCurrent: isCurrent === 1, price: priceIn(row), pricedAtMs, reratingId, settles };
}
