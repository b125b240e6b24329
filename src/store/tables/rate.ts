import type { RateTable, RateTerms } from '../../rating/rate.ts';
import { ascii, integer, long, moment, text, type ColumnFor } from '../../words/column.ts';

/** The column of a field; one that may be null says so, for bulk loads. */
type Field<Value> = ColumnFor<Value> &
  (null extends Value ? { readonly nullable: true } : { readonly nullable?: never });

/** What is stored of a rate, beside its id, table and version. */
export const rateColumns = {
  prefix: { sqlite: 'prefix', sqlServer: 'Prefix', type: ascii(15) },
  scope: { sqlite: 'scope', sqlServer: 'Scope', type: ascii(10) },
  status: { sqlite: 'status', sqlServer: 'Status', type: ascii(10) },
  destination: { sqlite: 'destination', sqlServer: 'Destination', type: text(200) },
  connectFeeMicros: { sqlite: 'connect_fee_micros', sqlServer: 'ConnectFeeMicros', type: long },
  priceMicros: { sqlite: 'price_micros', sqlServer: 'PriceMicros', type: long },
  tiers: { sqlite: 'tiers', sqlServer: 'Tiers', type: ascii(400) },
  firstIncrementMs: { sqlite: 'first_increment_ms', sqlServer: 'FirstIncrementMs', type: integer },
  nextIncrementMs: { sqlite: 'next_increment_ms', sqlServer: 'NextIncrementMs', type: integer },
  minimumChargeMicros: { sqlite: 'minimum_charge_micros', sqlServer: 'MinimumChargeMicros', type: long },
  graceMs: { sqlite: 'grace_ms', sqlServer: 'GraceMs', type: integer },
  validFromMs: { sqlite: 'valid_from', sqlServer: 'ValidFrom', type: moment, nullable: true },
  validUntilMs: { sqlite: 'valid_until', sqlServer: 'ValidUntil', type: moment, nullable: true },
} as const satisfies { readonly [Name in keyof RateTerms]: Field<RateTerms[Name]> };

/** What is stored of a rate table, beside its id and version. */
export const rateTableColumns = {
  name: { sqlite: 'name', sqlServer: 'Name', type: text(200) },
  currency: { sqlite: 'currency', sqlServer: 'Currency', type: ascii(3) },
  roundingMode: { sqlite: 'rounding_mode', sqlServer: 'RoundingMode', type: ascii(20) },
  roundingUnitMicros: { sqlite: 'rounding_unit_micros', sqlServer: 'RoundingUnitMicros', type: long },
  markupBasisPoints: { sqlite: 'markup_basis_points', sqlServer: 'MarkupBasisPoints', type: integer },
  markupPerCallMicros: { sqlite: 'markup_per_call_micros', sqlServer: 'MarkupPerCallMicros', type: long },
  peakHours: { sqlite: 'peak_hours', sqlServer: 'PeakHours', type: ascii(400) },
  holidays: { sqlite: 'holidays', sqlServer: 'Holidays', type: ascii(2000) },
  timeZone: { sqlite: 'time_zone', sqlServer: 'TimeZone', type: ascii(60) },
} as const satisfies { readonly [Name in Exclude<keyof RateTable, 'id'>]: Field<RateTable[Name]> };
