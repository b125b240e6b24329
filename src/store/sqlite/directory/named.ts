import type { Database } from 'better-sqlite3';
import { changesOf } from '../../../words/directory.ts';
import { StoreError } from '../../ports/store-error.ts';
import { valuesOfNew, type DirectoryTable } from '../../tables/directory.ts';
import { prepareIds } from './ids.ts';
import { insert, replace, valuesOf, type Row } from './rows.ts';

type Named = { id: number; name: string };

export type NamedChanges<Entity, Input> = {
  byName(name: string): Entity | null;
  make(input: Input): Entity;
  add(input: Input): Entity;
  update(of: { name: string; changes: Partial<Input> }): Entity | null;
  importAll(inputs: readonly Input[]): { added: number; changed: number };
  /** What was removed; null: there is none of this name. `check` throws where it may not be. */
  remove(name: string, check: (entity: Entity) => void): Entity | null;
};

type Table<Entity> = DirectoryTable<Entity> & { sqlite: 'departments' | 'destinations' };
type Reading<Entity> = { select: string; read: (row: Row) => Entity };

function prepareRows<Entity extends Named, Input extends { name: string }>(
  db: Database,
  table: Table<Entity>,
  { select, read }: Reading<Entity>,
) {
  const ids = prepareIds(db, table.sqlite);
  const find = db.prepare<[string], Row>(`${select} WHERE name = ?`);
  const inserting = db.prepare(insert(table));
  const replacing = db.prepare(replace(table));
  const deleting = db.prepare(`DELETE FROM ${table.sqlite} WHERE id = ?`);

  function byName(name: string): Entity | null {
    const row = find.get(name);
    return row === undefined ? null : read(row);
  }
  function make(input: Input): Entity {
    inserting.run(...valuesOf(table, valuesOfNew(table.fields, input)), ids.next());
    const made = byName(input.name);
    if (made === null) throw new StoreError('unavailable', `${db.name}: what was just written is not there.`);
    return made;
  }
  function change(entity: Entity, changes: Partial<Input>): Entity {
    const changed = { ...entity, ...changes };
    replacing.run(...valuesOf(table, changed), entity.id);
    return changed;
  }

  function remove({ id }: Entity): void {
    deleting.run(id);
    ids.retire(id);
  }
  return { byName, make, change, remove };
}

/** Changes of departments or of destinations, to be run inside a transaction. A name counts in any case. They throw a `StoreError`. */
export function prepareNamed<Entity extends Named, Input extends { name: string }>(
  db: Database,
  table: Table<Entity>,
  { exists, ...reading }: Reading<Entity> & { exists: (name: string) => StoreError },
): NamedChanges<Entity, Input> {
  const { byName, make, change, remove } = prepareRows<Entity, Input>(db, table, reading);

  return {
    byName,
    make,
    add(input) {
      const known = byName(input.name);
      if (known !== null) throw exists(known.name);
      return make(input);
    },
    update({ name, changes }) {
      const entity = byName(name);
      if (entity === null) return null;
      const other = changes.name === undefined ? null : byName(changes.name);
      if (other !== null && other.id !== entity.id) throw exists(other.name);
      return change(entity, changes);
    },
    importAll(inputs) {
      let [added, changed] = [0, 0];
      for (const input of inputs) {
        const known = byName(input.name);
        const changes = known === null ? null : changesOf(known, input);
        if (known === null) {
          make(input);
          added += 1;
        } else if (changes !== null) {
          change(known, changes);
          changed += 1;
        }
      }
      return { added, changed };
    },
    remove(name, check) {
      const entity = byName(name);
      if (entity === null) return null;
      check(entity);
      remove(entity);
      return entity;
    },
  };
}
