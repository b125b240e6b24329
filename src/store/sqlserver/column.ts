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
