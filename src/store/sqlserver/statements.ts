import sql from 'mssql';
import { requestOn } from './request.ts';

/** What a parameter may hold. */
export type Value = string | number | boolean | Date | null;

type Types = Readonly<Record<string, sql.ISqlType>>;

/** A request with a parameter for each column. */
export function request(
  transaction: sql.Transaction,
  types: Types,
  values: Readonly<Record<string, Value>>,
): sql.Request {
  const made = requestOn(transaction);
  for (const [name, type] of Object.entries(types)) made.input(name, type, values[name] ?? null);
  return made;
}

/** Adds a parameter for each value; answers their names as a list for `IN`. Of 2,100 that a statement may have. */
export function listOf(to: sql.Request, name: string, type: sql.ISqlType, values: readonly Value[]): string {
  values.forEach((value, at) => to.input(`${name}${at}`, type, value));
  return values.map((_, at) => `@${name}${at}`).join(', ');
}

export const insertInto = (table: string, columns: object): string => {
  const names = Object.keys(columns);
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`;
};

export const setAll = (columns: object): string =>
  Object.keys(columns)
    .map((name) => `${name} = @${name}`)
    .join(', ');

/** Rows of the statement itself; a trigger's come before it. */
export function affected({ rowsAffected }: { rowsAffected: number[] }): number {
  return rowsAffected.at(-1) ?? 0;
}

/** What follows SELECT, so that no more rows than these come; undefined: all. */
export const top = (limit: number | undefined): string =>
  limit === undefined || limit === Infinity ? '' : `TOP (${Math.max(0, Math.floor(limit))}) `;
