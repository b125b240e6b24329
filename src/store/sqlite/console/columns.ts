import type { SqlValue } from '../records/rows.ts';

type Columns = Readonly<Record<string, { readonly sqlite: string }>>;

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
