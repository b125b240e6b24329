import type { Database } from 'better-sqlite3';
import type { Member } from '../../../words/directory/member.ts';
import { spread } from '../../../words/directory/restriction.ts';
import { StoreError } from '../../ports/store-error.ts';
import { valuesOfNew, type DirectoryTable } from '../../tables/directory.ts';
import { insert, replace, valuesOf, type Row } from './rows.ts';

/** `departmentId`: by name, made when missing. */
export type DepartmentIds = (name: string | null) => number | null;

/** An account or an extension as it is given; its department by name. */
type Given = { department?: string | null };

/** Changes of accounts or of extensions, to be run inside a transaction. They throw a `StoreError`. */
export type Members<Entity> = {
  byKey(key: string): Entity | null;
  /** What was just written under this key. */
  written(key: string): Entity;
  /** What is kept of something new. */
  valuesOfNew(input: Given): ReturnType<typeof valuesOf>;
  /** `id`: null for the next one. */
  add(input: Given, id: number | null): void;
  /** `before` with what is given. */
  change(before: Entity, changes: Given): void;
};

export function prepareMembers<Entity extends Member>(
  db: Database,
  table: DirectoryTable<Entity>,
  { select, read, departmentId }: { select: string; read: (row: Row) => Entity; departmentId: DepartmentIds },
): Members<Entity> {
  const find = db.prepare<[string], Row>(`${select} WHERE ${table.fields[table.key]?.sqlite ?? ''} = ?`);
  const inserting = db.prepare(insert(table));
  const replacing = db.prepare(replace(table));

  const byKey = (key: string): Entity | null => {
    const row = find.get(key);
    return row === undefined ? null : read(row);
  };
  const valuesOfGiven = ({ department = null, ...input }: Given) =>
    valuesOf(table, valuesOfNew(table.fields, { ...input, departmentId: departmentId(department) }));

  return {
    byKey,
    written(key) {
      const entity = byKey(key);
      if (entity === null) throw new StoreError('unavailable', `${db.name}: what was just written is not there.`);
      return entity;
    },
    valuesOfNew: valuesOfGiven,
    add: (input, id) => void inserting.run(...valuesOfGiven(input), id),
    change(before, { department, ...changes }) {
      const inDepartment = department === undefined ? {} : { departmentId: departmentId(department) };
      replacing.run(...valuesOf(table, { ...spread(before), ...spread(changes), ...inDepartment }), before.id);
    },
  };
}
