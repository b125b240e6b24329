import sql from 'mssql';
import { isCodeText } from '../../../policy/code.ts';
import { parseHours } from '../../../words/hours.ts';
import { parseCallTypeList, parseNumberList, parsePrefixList, parseWorldPrefixList } from '../../../policy/list.ts';
import type { Kind } from '../../../words/directory/field.ts';
import { isLevel } from '../../../words/directory/level.ts';
import type { Result } from '../../../words/result.ts';
import { StoreError } from '../../ports/store-error.ts';
import { addressLines, addressSeparator, type Keepings } from '../../tables/directory.ts';
import type { Value } from '../statements.ts';

const asItIs = <Stored extends Value>() => ({
  keep: (value: Stored): Value => value,
  read: (stored: Value): Stored => stored as Stored,
});

/** Rows may have come past the CHECKs: a bulk load skips them unless told otherwise, and older ones let more through. */
const checked = <Stored extends Value>(isReadable: (stored: Value) => boolean, problem: string) => ({
  keep: (value: Stored): Value => value,
  read: (stored: Value, where: () => string): Stored => {
    if (isReadable(stored)) return stored as Stored;
    throw new StoreError('invalid', `${where()}: ${problem}`);
  },
});

const isText = (stored: Value): boolean => typeof stored === 'string' && stored !== '';
const isCount = (stored: Value): boolean => typeof stored === 'number' && Number.isSafeInteger(stored) && stored >= 0;
/** As the local file takes it (sql/sqlite/0008-caller-numbers-and-gateways.sql). */
const isE164 = (stored: Value): boolean => typeof stored === 'string' && /^\+[1-9][0-9]{5,14}$/.test(stored);

/**
 * Lists are read as people type them: a DBA writes them with plain T-SQL. But here a comma always separates (sql/README.md), and this
 * program writes none with a space: `101,102` is two.
 */
const list = <Item extends string>(parse: (text: string) => Result<Item[]>) => ({
  keep: (items: readonly Item[]): Value => items.join(','),
  read: (stored: Value, where: () => string): Item[] => {
    const items = parse(String(stored).replaceAll(',', ', '));
    if (items.ok) return items.value;
    throw new StoreError('invalid', `${where()}: ${items.problem}`);
  },
});

const keptMoment = {
  keep: (ms: number | null): Value => (ms === null ? null : new Date(ms)),
  read: (stored: Value): number | null => (stored instanceof Date ? stored.getTime() : null),
};

/** How each kind of field is kept in SQL Server. */
export const sqlServerKinds: Keepings<Value> = {
  // Without the code, which is a secret.
  'billing-code': checked<string>(
    (stored) => typeof stored === 'string' && isCodeText(stored),
    'it is not 1 to 20 digits',
  ),
  phone: checked<string>(isText, 'it is empty'),
  name: checked<string>(isText, 'it is empty'),
  text: asItIs<string>(),
  department: asItIs<number | null>(),
  account: asItIs<number | null>(),
  digits: checked<number | null>((stored) => stored === null || isCount(stored), 'it is negative'),
  limit: checked<number | null>(
    (stored) => stored === null || (isCount(stored) && stored !== 0),
    'it is not a whole number from 1 on',
  ),
  level: checked<number>(isLevel, 'it is not a whole number from 0 to 255'),
  // The driver answers BIGINT as text.
  money: {
    keep: (micros) => micros,
    read: (stored, where) => {
      if (stored === null) return null;
      if (isCount(Number(stored))) return Number(stored);
      throw new StoreError('invalid', `${where()}: it is negative, or larger than money can be exact in`);
    },
  },
  moment: keptMoment,
  end: keptMoment,
  'yes-no': asItIs<boolean>(),
  'shown-number': checked<string | null>(
    (stored) => stored === null || isE164(stored),
    'it is not a number in E.164, e.g. +18015550100',
  ),
  numbers: list(parseNumberList),
  prefixes: list(parsePrefixList),
  'world-prefixes': list(parseWorldPrefixList),
  blocks: list(parsePrefixList),
  hours: list(parseHours),
  'call-types': list(parseCallTypeList),
  mail: asItIs<string>(),
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
  limit: sql.Int(),
  level: sql.SmallInt(),
  money: sql.BigInt(),
  moment: sql.DateTime2(3),
  end: sql.DateTime2(3),
  'yes-no': sql.Bit(),
  'shown-number': sql.VarChar(20),
  numbers: listType,
  prefixes: listType,
  'world-prefixes': listType,
  blocks: listType,
  hours: sql.VarChar(400),
  'call-types': sql.VarChar(400),
  address: sql.NVarChar(1000),
  mail: sql.NVarChar(400),
};

/** What is read in place of what cannot be; whoever reads it sees to it that nothing is allowed by that. */
export const standIns: Readonly<Record<Kind, Value>> = {
  'billing-code': '0',
  phone: '?',
  name: '?',
  text: '',
  department: null,
  account: null,
  digits: null,
  limit: null,
  level: 0,
  money: null,
  moment: null,
  end: null,
  'yes-no': false,
  'shown-number': null,
  numbers: '',
  prefixes: '',
  'world-prefixes': '',
  blocks: '',
  hours: '',
  'call-types': '',
  address: '',
  mail: '',
};
