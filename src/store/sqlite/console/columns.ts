import type { SqlValue } from '../records/rows.ts';

export type Columns = Readonly<Record<string, { readonly sqlite: string }>>;

/** What follows SELECT, with the names of the fields; `of`: another name of the table. */
export const listed = (columns: Columns, of = ''): string =>
  Object.entries(columns)
    .map(([name, { sqlite }]) => `${of}${sqlite} AS ${name}`)
    .join(', ');

/** What follows SET. */
export const assigned = (columns: Columns): string =>
  Object.entries(columns)
    .map(([name, { sqlite }]) => `${sqlite} = @${name}`)
    .join(', ');

export const insertInto = (table: string, columns: Columns): string => {
  const names = Object.entries(columns);
  return `INSERT INTO ${table} (${names.map(([, { sqlite }]) => sqlite).join(', ')}) VALUES (${names.map(([name]) => `@${name}`).join(', ')})`;
};

/** As SQLite takes it. */
export const valuesOf = (columns: Columns, entity: object): Record<string, SqlValue> => {
  const values = entity as Readonly<Record<string, SqlValue | boolean>>;
  return Object.fromEntries(
    Object.keys(columns).map((name) => {
      const value = values[name];
      return [name, typeof value === 'boolean' ? Number(value) : (value ?? null)];
    }),
  );
};
