import sql from 'mssql';
import { callRecordFieldNames, callRecordFields, type CallRecord } from '../../../words/call-record.ts';
import { keptCountry } from '../../../words/shorten-number.ts';
import type { Price } from '../../../rating/price.ts';
import { countryName } from '../../../words/country.ts';
import { storedShare } from '../../call-months.ts';
import { long, text, ascii, type ColumnType } from '../../../words/column.ts';
import { fromSql, sqlTypeOf, toSql } from '../column.ts';
import type { Value } from '../statements.ts';

/** What goes with a record: its price, fields that are null where it has none, and the country of its number. */
export type SentPrice = {
  kind: Price['kind'] | null;
  currency: string | null;
  costMicros: number | null;
  chargeMicros: number | null;
  /** Time charged. */
  billedMs: number | null;
  arithmetic: string | null;
  /** What the rate calls it, else the country's name. */
  destination: string | null;
  /** Of a price that depends on the other calls of the month (rating/month.ts): what it is made of, as JSON. */
  basis: string | null;
  /** Billed time that was free, of what the account has free a month. */
  includedMs: number | null;
};
export type SentRecord = { record: CallRecord; price: SentPrice; country: string | null };

/** A call whose record or price was written in this transaction. */
export type SharedCall = {
  callId: string;
  accountId: number | null;
  departmentId: number | null;
  answeredAtMs: number | null;
  /** Null: it has none any more. */
  price: Pick<SentPrice, 'basis' | 'billedMs'> | null;
};

/** The price of a call in dbo.CallRecords. */
export const priceColumns = {
  currency: { sqlServer: 'Currency', type: ascii(3) },
  costMicros: { sqlServer: 'CostMicros', type: long },
  chargeMicros: { sqlServer: 'ChargeMicros', type: long },
  billedMs: { sqlServer: 'BilledMs', type: long },
  arithmetic: { sqlServer: 'PriceArithmetic', type: text(400) },
  kind: { sqlServer: 'PriceKind', type: ascii(10) },
  destination: { sqlServer: 'Destination', type: text(200) },
  basis: { sqlServer: 'PriceBasis', type: ascii(1000) },
  includedMs: { sqlServer: 'IncludedMs', type: long },
} as const satisfies Record<keyof SentPrice, { sqlServer: string; type: ColumnType }>;
const priceFields = Object.keys(priceColumns) as (keyof SentPrice)[];

/** Texts as long as the columns take them. */
export function sentPrice(price: Price | null, country: string | null): SentPrice {
  const ofCountry = country === null ? null : countryName(country);
  const noAmounts = { currency: null, costMicros: null, chargeMicros: null, billedMs: null };
  const none = { ...noAmounts, arithmetic: null, destination: ofCountry, basis: null, includedMs: null };
  if (price?.kind !== 'priced') return { ...none, kind: price?.kind ?? null };
  const { kind, currency, costMicros, chargeMicros, billedMs, arithmetic, destination } = price;
  return {
    ...{ kind, currency, costMicros, chargeMicros, billedMs },
    arithmetic: arithmetic.slice(0, priceColumns.arithmetic.type.maximum),
    ...storedShare(price),
    destination: destination === '' ? ofCountry : destination.slice(0, priceColumns.destination.type.maximum),
  };
}

/** Makes what is sent of a record. `kept`: its country, where its number does not say it any more. */
export function sentBy(countryOf: (e164: string | null) => string | null) {
  return (record: CallRecord, price: Price | null, kept: string | null = null): SentRecord => {
    const country = keptCountry({ calledE164: record.calledE164, country: kept }, countryOf);
    return { record, country, price: sentPrice(price, country) };
  };
}

/** Columns of dbo.CallRecords and what they are to hold. */
export type Parameter = {
  column: string;
  name: string;
  type: ColumnType;
  /** Absent: it may not be null. */
  nullable?: true;
  value: Exclude<Value, Date>;
};

export function fieldParameters<Field extends keyof CallRecord>(
  record: Pick<CallRecord, Field>,
  fields: readonly Field[],
): Parameter[] {
  return fields.map((field) => {
    const { sqlServer, type } = callRecordFields[field];
    return { column: sqlServer, name: field, type, value: record[field], ...(isNullable(field) ? nullable : {}) };
  });
}

const nullable = { nullable: true } as const;

/** What a record does not know is null, unless there is a better word for it. */
function isNullable(field: keyof CallRecord): boolean {
  const described = callRecordFields[field];
  return 'otherwise' in described && described.otherwise === null;
}

export function priceParameters(price: SentPrice): Parameter[] {
  return priceFields.map((field) => {
    const { sqlServer, type } = priceColumns[field];
    return { column: sqlServer, name: field, type, value: price[field], ...nullable };
  });
}

/** All of a row. */
export function parametersOf({ record, price, country }: SentRecord): Parameter[] {
  return [
    ...fieldParameters(record, callRecordFieldNames),
    ...priceParameters(price),
    { column: 'Country', name: 'country', type: ascii(2), value: country, ...nullable },
  ];
}

export function withParameters(request: sql.Request, parameters: readonly Parameter[]): sql.Request {
  for (const { name, type, value } of parameters) request.input(name, sqlTypeOf(type), toSql(type, value));
  return request;
}

/** Of the parameter that a call is found by. */
export const callIdType = sqlTypeOf(callRecordFields.callId.type);

/** As the server answers it, by the names of the fields. */
export type CallRecordRow = Record<string, unknown>;

/** What is selected of dbo.CallRecords for a `CallRecordRow`. */
export const callRecordColumns = selectedOf('');

/** The same of a table that the statement calls so; empty: by no name of its own. */
export function selectedOf(alias: string): string {
  const prefix = alias === '' ? '' : `${alias}.`;
  return callRecordFieldNames.map((field) => `${prefix}${callRecordFields[field].sqlServer} AS [${field}]`).join(', ');
}

/** What is selected of a price, as `storedPriceOf` reads it; its names begin with `price`, as those of fields do not. */
export function storedPrices(alias: string): string {
  return priceFields.map((field) => `${alias}.${priceColumns[field].sqlServer} AS [price.${field}]`).join(', ');
}

export function storedPriceOf(row: CallRecordRow): SentPrice {
  return Object.fromEntries(
    priceFields.map((field) => [field, fromSql(priceColumns[field].type, row[`price.${field}`])]),
  ) as SentPrice;
}

export function recordOf(row: CallRecordRow): CallRecord {
  return Object.fromEntries(
    callRecordFieldNames.map((field) => [field, fromSql(callRecordFields[field].type, row[field])]),
  ) as CallRecord;
}
