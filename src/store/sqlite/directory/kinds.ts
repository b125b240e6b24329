import { callTypes, type CallType } from '../../../words/call-type.ts';
import { StoreError } from '../../ports/store-error.ts';
import { addressLines, addressSeparator, type Keepings } from '../../tables/directory.ts';
import type { SqlValue } from '../records/rows.ts';

/** As SQLite takes it, and as it was written by us: what is read needs no check but of its words. */
const asItIs = <Value extends SqlValue>() => ({
  keep: (value: Value): SqlValue => value,
  read: (stored: SqlValue): Value => stored as Value,
});

const itemsOf = (stored: SqlValue): string[] => (stored === '' ? [] : String(stored).split(','));
const list = {
  keep: (items: readonly string[]): SqlValue => items.join(','),
  read: itemsOf,
};

/** Throws on a word that this version does not know: dropping it could leave an empty list, which allows everything. */
function callTypeOf(text: string): CallType {
  const known = callTypes.find((callType) => callType === text);
  if (known === undefined) throw new StoreError('invalid', `The local store holds an unknown call type: ${text}.`);
  return known;
}

/** How each kind of field is kept in SQLite. */
export const sqliteKinds: Keepings<SqlValue> = {
  'billing-code': asItIs<string>(),
  phone: asItIs<string>(),
  name: asItIs<string>(),
  text: asItIs<string>(),
  department: asItIs<number | null>(),
  account: asItIs<number | null>(),
  digits: asItIs<number | null>(),
  limit: asItIs<number | null>(),
  level: asItIs<number>(),
  money: asItIs<number | null>(),
  moment: asItIs<number | null>(),
  end: asItIs<number | null>(),
  'yes-no': { keep: Number, read: (stored) => stored === 1 },
  'shown-number': asItIs<string | null>(),
  numbers: list,
  prefixes: list,
  'world-prefixes': list,
  blocks: list,
  mail: asItIs<string>(),
  hours: list,
  address: {
    keep: (lines) => lines.join(addressSeparator),
    read: (stored) => addressLines(String(stored)),
  },
  'call-types': { keep: list.keep, read: (stored) => itemsOf(stored).map(callTypeOf) },
};
