import sql from 'mssql';
import type { Restriction } from '../../words/directory.ts';

/** What a parameter may hold. */
export type Value = string | number | boolean | Date | null;

const list = sql.VarChar(4000);

/** Parameters of the columns that accounts and extensions share; widths as in sql/sqlserver/0001. */
export const restrictionParameters = {
  LeastDigits: sql.Int(),
  MostDigits: sql.Int(),
  BlockedPrefixes: list,
  AllowedPrefixes: list,
  AllowedNumbers: list,
  AllowedCallTypes: sql.VarChar(400),
} as const;

export function restrictionValues(restriction: Restriction): Record<keyof typeof restrictionParameters, Value> {
  return {
    LeastDigits: restriction.minimumDigits,
    MostDigits: restriction.maximumDigits,
    BlockedPrefixes: restriction.blockedPrefixes.join(','),
    AllowedPrefixes: restriction.allowedPrefixes.join(','),
    AllowedNumbers: restriction.allowedNumbers.join(','),
    AllowedCallTypes: restriction.allowedCallTypes.join(','),
  };
}

/** A request with a parameter for each column. */
export function request(
  transaction: sql.Transaction,
  types: Readonly<Record<string, sql.ISqlType>>,
  values: Readonly<Record<string, Value>>,
): sql.Request {
  const made = new sql.Request(transaction);
  for (const [name, type] of Object.entries(types)) made.input(name, type, values[name] ?? null);
  return made;
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
