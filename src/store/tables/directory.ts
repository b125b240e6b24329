import {
  accountFields,
  departmentFields,
  destinationFields,
  extensionFields,
  type Account,
  type Department,
  type Destination,
  type Extension,
} from '../../words/directory.ts';
import type { FieldTable, Kind, KindValues } from '../../words/directory/field.ts';
import { isRestriction, spread } from '../../words/directory/restriction.ts';

/** The directory in the stores: made of the field tables, whatever the dialect. */

/** One of its tables. `key`: the field that names a row. */
export type DirectoryTable<Entity> = {
  readonly sqlite: 'accounts' | 'extensions' | 'departments' | 'destinations';
  readonly sqlServer: `dbo.${string}`;
  readonly fields: FieldTable;
  readonly key: keyof Entity & string;
  /** Rows are read with the number that their department shows. */
  readonly hasDepartment: boolean;
};

export const accounts: DirectoryTable<Account> = {
  ...{ sqlite: 'accounts', sqlServer: 'dbo.Accounts', fields: accountFields, key: 'code', hasDepartment: true },
};
export const extensions: DirectoryTable<Extension> = {
  ...{ sqlite: 'extensions', sqlServer: 'dbo.Extensions', fields: extensionFields, key: 'number', hasDepartment: true },
};
export const departments: DirectoryTable<Department> = {
  ...{
    sqlite: 'departments',
    sqlServer: 'dbo.Departments',
    fields: departmentFields,
    key: 'name',
    hasDepartment: false,
  },
};

export const destinations: DirectoryTable<Destination> = {
  ...{
    sqlite: 'destinations',
    sqlServer: 'dbo.Destinations',
    fields: destinationFields,
    key: 'name',
    hasDepartment: false,
  },
};

/** How both keep the lines of an address, as a person types them. */
export const addressSeparator = '; ';
export const addressLines = (stored: string): string[] =>
  stored
    .split(/[;\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** How a dialect keeps the values of a kind. */
type Keeping<K extends Kind, Stored> = {
  readonly keep: (value: KindValues[K]) => Stored;
  /** `where` says table, row and column, for who has to mend it. Throws a `StoreError` where it is no such value. */
  readonly read: (stored: Stored, where: () => string) => KindValues[K];
};
export type Keepings<Stored> = { readonly [K in Kind]: Keeping<K, Stored> };

/** A row as it is selected: by the names of the fields, with its id and, of a member, its department's number. */
export type StoredRow<Stored> = Readonly<Record<string, Stored>>;

/** What is kept of an entity, in the order of its fields. */
export function keptValues<Stored>(fields: FieldTable, entity: object, keepings: Keepings<Stored>): Stored[] {
  const values = spread(entity);
  return Object.entries(fields).map(([name, { kind }]) => {
    // That table and entity agree is checked where the table is written (`satisfies`); walking through it loses the types.
    const keep = keepings[kind].keep as (value: unknown) => Stored;
    return keep(values[name]);
  });
}

/** Makes the reader of a table's rows. */
export function rowReader<Entity, Stored>(
  { fields, sqlServer, hasDepartment }: DirectoryTable<Entity>,
  keepings: Keepings<Stored>,
): (row: StoredRow<Stored>) => Entity {
  // Made once: each call reads a row or two, and a closure for each of its values took longer than SQLite's look-up.
  let id: Stored | undefined;
  const readers = Object.entries(fields).map(([name, field]) => {
    const where = (): string => `${sqlServer}, Id ${String(id)}, ${field.sqlServer}`;
    const read: (stored: Stored, where: () => string) => unknown = keepings[field.kind].read;
    const valueIn = (row: StoredRow<Stored>): unknown => read(row[name] as Stored, where);
    return { name, restricts: isRestriction(name), valueIn };
  });
  return (row) => {
    id = row['id'];
    const entity: Record<string, unknown> = { id };
    const restriction: Record<string, unknown> = {};
    for (const { name, restricts, valueIn } of readers) (restricts ? restriction : entity)[name] = valueIn(row);
    if (!hasDepartment) return entity as Entity;
    entity['restriction'] = restriction;
    entity['departmentCallerNumber'] = row['departmentCallerNumber'];
    return entity as Entity;
  };
}

/** What is kept of something new, by field: what was given of it, and what its table says of the rest. */
export function valuesOfNew(fields: FieldTable, given: object): Readonly<Record<string, unknown>> {
  const values = spread(given);
  return Object.fromEntries(
    Object.entries(fields).map(([name, { otherwise }]) => [name, name in values ? values[name] : otherwise]),
  );
}

/** Of a row of a department with how many accounts and extensions are in it. */
export const useOf = (row: StoredRow<unknown>): { accounts: number; extensions: number } => ({
  ...{ accounts: Number(row['accounts']), extensions: Number(row['extensions']) },
});
