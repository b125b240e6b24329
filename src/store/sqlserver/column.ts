import sql from 'mssql';
import type { ColumnType } from '../../words/column.ts';
import type { Value } from './statements.ts';

/** The type of a parameter for such a column; widths as in sql/sqlserver. */
export function sqlTypeOf(type: ColumnType): sql.ISqlType {
  switch (type.kind) {
    case 'ascii':
      return sql.VarChar(type.maximum);
    case 'text':
      return sql.NVarChar(type.maximum);
    case 'integer':
      return sql.Int();
    case 'long':
      return sql.BigInt();
    case 'moment':
      return sql.DateTime2(3);
    case 'flag':
      return sql.Bit();
  }
}

/** How a column of this type is declared, of a table beside ours: texts compare as in this database, not as in tempdb. */
export function declarationOf(type: ColumnType): string {
  switch (type.kind) {
    case 'ascii':
      return `VARCHAR(${type.maximum}) COLLATE DATABASE_DEFAULT`;
    case 'text':
      return `NVARCHAR(${type.maximum}) COLLATE DATABASE_DEFAULT`;
    case 'integer':
      return 'INT';
    case 'long':
      return 'BIGINT';
    case 'moment':
      return 'DATETIME2(3)';
    case 'flag':
      return 'BIT';
  }
}

/** Moments cross as `Date`, in UTC (`useUTC`). */
export function toSql(type: ColumnType, value: Exclude<Value, Date>): Value {
  return type.kind === 'moment' && typeof value === 'number' ? new Date(value) : value;
}

/** BIGINT comes back as text, and a flag that a view makes as 0 or 1. */
export function fromSql(type: ColumnType, value: unknown): unknown {
  if (value === null) return null;
  if (value instanceof Date) return value.getTime();
  switch (type.kind) {
    case 'long':
      return Number(value);
    case 'flag':
      return value === true || value === 1;
    default:
      return value;
  }
}
