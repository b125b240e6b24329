import { messageOf } from '../../../words/thrown.ts';
import type { Unreadable } from '../../../words/directory.ts';
import { StoreError } from '../../ports/store-error.ts';
import { rowReader, type DirectoryTable, type StoredRow } from '../../tables/directory.ts';
import type { Value } from '../statements.ts';
import { sqlServerKinds, standIns } from './kinds.ts';

/** Rows that plain T-SQL or a bulk load wrote, some of which cannot be read: one of them must not stop the others. */

type Row = StoredRow<Value> & { readonly id: number };
type Table<Entity> = DirectoryTable<Entity>;

/** Pairs of fields of which the first may not be more than the second, or may not reach it. */
const inOrder = [
  { low: 'minimumDigits', high: 'maximumDigits', mayBeEqual: true },
  { low: 'validFromMs', high: 'validUntilMs', mayBeEqual: false },
] as const;

/** Makes the reader of a table's rows: `closed` makes of one that cannot be read as it is what allows nothing. */
export function tolerant<Entity extends { unreadable?: readonly Unreadable[] }>(
  table: Table<Entity>,
  closed: (entity: Entity, unreadable: readonly string[]) => Entity,
): (row: Row) => Entity {
  const read = rowReader(table, sqlServerKinds);
  return (row) => {
    const unreadable = unreadableIn(table, row);
    if (unreadable.length === 0) return read(row);
    const names = unreadable.map(({ field }) => field);
    const mended = Object.fromEntries(names.map((name) => [name, standInOf(table, name)]));
    const entity = closed(read({ ...row, ...mended }), names);
    // The key as it is: people look for it.
    const key = names.includes(table.key) ? { [table.key]: row[table.key] } : {};
    return { ...entity, ...key, unreadable };
  };
}

const standInOf = ({ fields }: Table<never>, name: string): Value => {
  const kind = fields[name]?.kind;
  return kind === undefined ? null : standIns[kind];
};

function unreadableIn({ fields, sqlServer }: Table<never>, row: Row): Unreadable[] {
  const where = (column: string): string => `${sqlServer}, Id ${row.id}, ${column}`;
  const found: Unreadable[] = [];
  for (const [name, { kind, sqlServer: column }] of Object.entries(fields)) {
    try {
      sqlServerKinds[kind].read(row[name] ?? null, () => where(column));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      found.push({ field: name, problem: messageOf(error) });
    }
  }
  for (const { low, high, mayBeEqual } of inOrder) {
    const [lowest, highest] = [row[low] ?? null, row[high] ?? null];
    if (lowest === null || highest === null || found.some(({ field }) => field === low || field === high)) continue;
    if (lowest < highest || (mayBeEqual && lowest === highest)) continue;
    const [column, other] = [fields[low]?.sqlServer ?? low, fields[high]?.sqlServer ?? high];
    found.push(
      { field: low, problem: `${where(column)}: it is not below ${other}` },
      { field: high, problem: `${where(other)}: it is not above ${column}` },
    );
  }
  return found;
}
