import type { CallType } from '../call-type.ts';

/**
 * What a field of each kind holds. The kind decides how a field is read when it is typed (directory/reading.ts), how it is shown
 * (directory/showing.ts), and how each store keeps it (kinds.ts of store/sqlite/directory and of store/sqlserver/directory).
 */
export type KindValues = {
  /** 1 to 20 digits. A secret: masked wherever it is shown. */
  'billing-code': string;
  /** The number of a phone, as the phone system names the caller. */
  phone: string;
  /** A text that may not be empty. */
  name: string;
  text: string;
  /** Id of a department, which people name. */
  department: number | null;
  /** Id of an account, which people name or give the code of. */
  account: number | null;
  /** How many digits; null: no limit. */
  digits: number | null;
  /** UTC milliseconds; null: no limit. */
  moment: number | null;
  'yes-no': boolean;
  /** E.164 with `+`; null: none. */
  'shown-number': string | null;
  /** Lists in canonical form (policy/list.ts). */
  numbers: readonly string[];
  prefixes: readonly string[];
  /** Prefixes, each of which must block something. */
  blocks: readonly string[];
  'call-types': readonly CallType[];
};
export type Kind = keyof KindValues;

/** The kinds that hold just such values. */
export type KindOf<Value> = {
  [K in Kind]: [Value] extends [KindValues[K]] ? ([KindValues[K]] extends [Value] ? K : never) : never;
}[Kind];

/** All there is to say of a field, once: stores, commands, files and views are made from it. */
export type Field<Value> = {
  readonly kind: KindOf<Value>;
  /** Name of its column in CSV files, and its label; with dashes its flag, in camel case its name in JSON. */
  readonly header: string;
  /** An older header, which is still understood, as the flag made of it is. */
  readonly formerly?: string;
  readonly sqlite: string;
  readonly sqlServer: string;
  /** What it is where nothing was said of it. Absent: it has to be given. */
  readonly otherwise?: Value;
  /** Heading of its column where all are listed. Absent: lists do without it. */
  readonly heading?: string;
  /** A flag that is not made of the header. `many`: may be repeated; `means`: takes no value, and stands for this one. */
  readonly flag?: { readonly name: string; readonly many?: true; readonly means?: string };
  /** What follows its flag, in help texts. */
  readonly argument: string;
  /** For help texts; lines after the first go on below it. */
  readonly help: string;
};

/** A field for each property of an entity: one that is missing, or one too many, does not compile. */
export type FieldsOf<Entity> = { readonly [name in keyof Entity]-?: Field<Entity[name]> };

/** Some field. */
export type AnyField = Omit<Field<never>, 'kind' | 'otherwise'> & { readonly kind: Kind; readonly otherwise?: unknown };
/** Some entity's fields by name, in the order in which they are shown. */
export type FieldTable = Readonly<Record<string, AnyField>>;
