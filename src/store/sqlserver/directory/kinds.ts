import sql from 'mssql';
import { parseCallTypeList, parseNumberList, parsePrefixList } from '../../../policy/list.ts';
import type { Kind } from '../../../words/directory/field.ts';
import type { Result } from '../../../words/result.ts';
import { StoreError } from '../../ports/store-error.ts';
import { addressLines, addressSeparator, type Keepings } from '../../tables/directory.ts';
import type { Value } from '../statements.ts';

const asItIs = <Stored extends Value>() => ({
  keep: (value: Stored): Value => value,
  read: (stored: Value): Stored => stored as Stored,
});

/** Lists are read as people type them: a DBA writes them with plain T-SQL. */
const list = <Item extends string>(parse: (text: string) => Result<Item[]>) => ({
  keep: (items: readonly Item[]): Value => items.join(','),
  read: (stored: Value, where: () => string): Item[] => {
    const items = parse(String(stored));
    if (items.ok) return items.value;
    throw new StoreError('invalid', `${where()}: ${items.problem}`);
  },
});

/** How each kind of field is kept in SQL Server. */
export const sqlServerKinds: Keepings<Value> = {
  'billing-code': asItIs<string>(),
  phone: asItIs<string>(),
  name: asItIs<string>(),
  text: asItIs<string>(),
  department: asItIs<number | null>(),
  account: asItIs<number | null>(),
  digits: asItIs<number | null>(),
  moment: {
    keep: (ms) => (ms === null ? null : new Date(ms)),
    read: (stored) => (stored instanceof Date ? stored.getTime() : null),
  },
  'yes-no': asItIs<boolean>(),
  'shown-number': asItIs<string | null>(),
  numbers: list(parseNumberList),
  prefixes: list(parsePrefixList),
  blocks: list(parsePrefixList),
  'call-types': list(parseCallTypeList),
  address: {
    keep: (lines) => lines.join(addressSeparator),
    read: (stored) => addressLines(String(stored)),
  },
};

const listType = sql.VarChar(4000);

/** Types of parameters; widths as in sql/sqlserver. A text as NVARCHAR scans the index of a VARCHAR column. */
export const sqlServerTypes: Readonly<Record<Kind, sql.ISqlType>> = {
  'billing-code': sql.VarChar(20),
  phone: sql.VarChar(40),
  name: sql.NVarChar(200),
  text: sql.NVarChar(200),
  department: sql.Int(),
  account: sql.Int(),
  digits: sql.Int(),
  moment: sql.DateTime2(3),
  'yes-no': sql.Bit(),
  'shown-number': sql.VarChar(20),
  numbers: listType,
  prefixes: listType,
  blocks: listType,
  'call-types': sql.VarChar(400),
  address: sql.NVarChar(1000),
};

/** Kinds that are lists as people type them. */
export const listKinds: readonly Kind[] = ['numbers', 'prefixes', 'blocks', 'call-types'];
