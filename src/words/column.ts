/** What a column holds, whatever the database. A dialect says how that is written (sqlite: STRICT types; sqlserver/column.ts). */
export type ColumnType =
  /** At most so many characters, all of them ASCII. */
  | { readonly kind: 'ascii'; readonly maximum: number }
  /** At most so many characters, of any script. */
  | { readonly kind: 'text'; readonly maximum: number }
  /** A whole number of 32 bits. */
  | { readonly kind: 'integer' }
  /** A whole number that a `number` holds exactly: milliseconds, micro-units. */
  | { readonly kind: 'long' }
  /** UTC milliseconds. */
  | { readonly kind: 'moment' }
  | { readonly kind: 'flag' };

/** The column of a field in both databases. */
export type Column<Type extends ColumnType = ColumnType> = {
  /** Its name in the local file. */
  readonly sqlite: string;
  /** Its name in SQL Server. */
  readonly sqlServer: string;
  readonly type: Type;
};

/** What may hold a field of this type. */
export type ColumnFor<Value> = Column<
  Extract<
    ColumnType,
    {
      kind: NonNullable<Value> extends string
        ? 'ascii' | 'text'
        : NonNullable<Value> extends boolean
          ? 'flag'
          : 'integer' | 'long' | 'moment';
    }
  >
>;

export const ascii = <Maximum extends number>(maximum: Maximum) => ({ kind: 'ascii', maximum }) as const;
export const text = <Maximum extends number>(maximum: Maximum) => ({ kind: 'text', maximum }) as const;
export const integer = { kind: 'integer' } as const;
export const long = { kind: 'long' } as const;
export const moment = { kind: 'moment' } as const;
export const flag = { kind: 'flag' } as const;
