import { csvText } from '../../words/clean-text.ts';
import { formatIncrements } from '../increments.ts';
import { formatDecimal, formatMicros } from '../money.ts';
import { prefixText, type Rate, type RateTerms } from '../rate.ts';
import type { RateColumn } from './column-names.ts';
import type { TariffLine } from './line.ts';

/** A field of a rate in tariff files. */
type TariffField<Value> = {
  /** The column that an export writes it in; two fields may share one. */
  column: RateColumn;
  write: (rate: Rate) => string;
  /** Null: not read line by line. A line may hold several prefixes, and the currency applies to the whole file. */
  read: ((line: TariffLine) => Value) | null;
};

/** With the time even at midnight: as an end, a date alone would be read as including that day. */
const momentText = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString());

/** In the order of the columns of an export. */
export const tariffFields = {
  prefix: { column: 'prefix', write: ({ prefix }) => prefixText(prefix), read: null },
  destination: { column: 'destination', write: ({ destination }) => destination, read: (line) => line.destination() },
  priceMicros: {
    column: 'price',
    write: ({ priceMicros }) => formatMicros(priceMicros),
    read: (line) => line.price(),
  },
  connectFeeMicros: {
    column: 'connect fee',
    write: ({ connectFeeMicros }) => formatMicros(connectFeeMicros),
    read: (line) => line.money('connect fee', 'or 0'),
  },
  firstIncrementMs: {
    column: 'increments',
    write: formatIncrements,
    read: (line) => line.increments().firstIncrementMs,
  },
  nextIncrementMs: { column: 'increments', write: formatIncrements, read: (line) => line.increments().nextIncrementMs },
  minimumChargeMicros: {
    column: 'minimum charge',
    write: ({ minimumChargeMicros }) => formatMicros(minimumChargeMicros),
    read: (line) => line.money('minimum charge', 'or 0'),
  },
  currency: { column: 'currency', write: ({ currency }) => currency, read: null },
  validFromMs: {
    column: 'valid from',
    write: ({ validFromMs }) => momentText(validFromMs),
    read: (line) => line.validFrom(),
  },
  validUntilMs: {
    column: 'valid until',
    write: ({ validUntilMs }) => momentText(validUntilMs),
    read: (line) => line.validUntil(),
  },
  scope: { column: 'scope', write: ({ scope }) => (scope === 'all' ? '' : scope), read: (line) => line.scope() },
  graceMs: {
    column: 'grace seconds',
    write: ({ graceMs }) => formatDecimal(graceMs, 3),
    read: (line) => line.graceMs(),
  },
  status: { column: 'status', write: ({ status }) => (status === 'open' ? '' : status), read: (line) => line.status() },
  tiers: { column: 'tiers', write: ({ tiers }) => tiers, read: (line) => line.tiers() },
} as const satisfies { readonly [Field in keyof RateTerms | 'currency']: TariffField<Rate[Field]> };

/** The terms of a line's rates, apart from their prefixes; what is wrong is added to the line's problems. */
export function readTerms(line: TariffLine): Omit<RateTerms, 'prefix'> {
  const terms = Object.entries(tariffFields).flatMap(([field, { read }]) =>
    read === null ? [] : [[field, read(line)]],
  );
  return Object.fromEntries(terms) as Omit<RateTerms, 'prefix'>;
}

type Written = Pick<TariffField<unknown>, 'column' | 'write'>;
/** Columns of an export, each once. */
const written: readonly Written[] = [
  ...new Map(Object.values<Written>(tariffFields).map((field) => [field.column, field])).values(),
];

export const exportHeader: string = written.map(({ column }) => column).join(',');

/** A cell that a reader takes for one cell, and a spreadsheet for no formula. */
function quoted(value: string): string {
  const text = csvText(value);
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A rate as a line of an export. */
export const exportLine = (rate: Rate): string => written.map(({ write }) => quoted(write(rate))).join(',');
