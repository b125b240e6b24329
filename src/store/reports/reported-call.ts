import type { ReportedCall } from '../../reports/report.ts';
import { callRecordFields, listedFields, type ListedField } from '../../words/call-record.ts';
import { ascii, flag, long, text, type ColumnFor, type ColumnType } from '../../words/column.ts';

/** What reports show of a call and is no field of its record. */
export type DerivedField = Exclude<keyof ReportedCall, ListedField>;

/** How a store answers it. */
const derivedTypes = {
  account: text(200),
  department: text(200),
  number: text(200),
  destination: text(200),
  answered: flag,
  price: ascii(10),
  currency: ascii(3),
  costMicros: long,
  chargeMicros: long,
  billedMs: long,
  includedMs: long,
  arithmetic: text(400),
} as const satisfies { readonly [Name in DerivedField]: ColumnFor<ReportedCall[Name]>['type'] };

export const derivedFields = Object.keys(derivedTypes) as DerivedField[];

/** Of each field of a reported call. */
export const reportedTypes = new Map<keyof ReportedCall, ColumnType>([
  ...listedFields.map((field) => [field, callRecordFields[field].type] as const),
  ...derivedFields.map((field) => [field, derivedTypes[field]] as const),
]);
