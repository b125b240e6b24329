import type { CallType } from '../call-type.ts';

/**
 * The value of each kind of field. The kind decides how a field is read when typed (directory/reading.ts), how it is shown
 * (directory/showing.ts), and how each store stores it (kinds.ts of store/sqlite/directory and of store/sqlserver/directory).
 */
export type KindValues = {
  /** 1 to 20 digits. A secret: masked wherever it is shown. */
  'billing-code': string;
  /** The number of a phone, as the phone system sends it. */
  phone: string;
  /** A text that may not be empty. */
  name: string;
  text: string;
  /** Id of a department; people give its name. */
  department: number | null;
  /** Id of an account; people give its name or code. */
  account: number | null;
  /** How many digits; null: no limit. */
  digits: number | null;
  /** A whole number from 1 on; null: no limit. */
  limit: number | null;
  /** An authorization level, 0 to 255 (level.ts). */
  level: number;
  /** Money in millionths of its currency's unit; null: no limit. */
  money: number | null;
  /** UTC milliseconds; null: no limit. */
  moment: number | null;
  /** The same, exclusive: a date alone includes that day. */
  end: number | null;
  'yes-no': boolean;
  /** E.164 with `+`; null: none. */
  'shown-number': string | null;
  /** Lists in canonical form (policy/list.ts). */
  numbers: readonly string[];
  prefixes: readonly string[];
  /** First digits of E.164 numbers, without `+`. */
  'world-prefixes': readonly string[];
  /** Prefixes, each of which must block something. */
  blocks: readonly string[];
  'call-types': readonly CallType[];
  /** Times of the week in canonical form (words/hours.ts); empty: always. */
  hours: readonly string[];
  /** Lines of text, none of them empty. */
  address: readonly string[];
  /** E-mail addresses, separated by a comma and a space; empty: none. */
  mail: string;
};
export type Kind = keyof KindValues;

/** The kinds with exactly such values. */
export type KindOf<Value> = {
  [K in Kind]: [Value] extends [KindValues[K]] ? ([KindValues[K]] extends [Value] ? K : never) : never;
}[Kind];

/** Everything about a field, in one place: stores, commands, files and views are made from it. */
export type Field<Value> = {
  readonly kind: KindOf<Value>;
  /** The name of its CSV column and its label; with dashes its flag, in camel case its name in JSON. */
  readonly header: string;
  /** A former header, which still works, as does the flag made from it. */
  readonly formerly?: string;
  readonly sqlite: string;
  readonly sqlServer: string;
  /** The default. Absent: the field must be given. */
  readonly otherwise?: Value;
  /** Heading of its column in lists. Absent: not shown in lists. */
  readonly heading?: string;
  /** A flag that is not made from the header. `many`: may be repeated; `means`: takes no value, and stands for this one. */
  readonly flag?: { readonly name: string; readonly many?: true; readonly means?: string };
  /** What follows its flag in help texts. */
  readonly argument: string;
  /** For help texts; further lines continue below the first. */
  readonly help: string;
};

/** A field for each property of an entity: one that is missing, or one too many, does not compile. */
export type FieldsOf<Entity> = { readonly [name in keyof Entity]-?: Field<Entity[name]> };

/** Any field. */
export type AnyField = Omit<Field<never>, 'kind' | 'otherwise'> & { readonly kind: Kind; readonly otherwise?: unknown };
/** The fields of any entity by name, in the order in which they are shown. */
export type FieldTable = Readonly<Record<string, AnyField>>;
