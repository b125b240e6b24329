import sql from 'mssql';
import { changesOf } from '../../../words/directory.ts';
import { StoreError } from '../../ports/store-error.ts';
import { valuesOfNew, type DirectoryTable } from '../../tables/directory.ts';
import { insertInto, request, setAll } from '../statements.ts';
import { typesOf, valuesOf, type Row } from './rows.ts';
import { requestOn } from '../request.ts';

type Named = { id: number; name: string };
type Reading<Entity> = { select: string; read: (row: Row) => Entity };

function rowsOf<Entity extends Named, Input extends { name: string }>(
  table: DirectoryTable<Entity>,
  { select, read }: Reading<Entity>,
) {
  const types = typesOf(table);

  async function byName(transaction: sql.Transaction, name: string): Promise<Entity | null> {
    const { recordset } = await requestOn(transaction)
      .input('name', sql.NVarChar(200), name)
      .query<Row>(`${select} WHERE LOWER(Name) = LOWER(@name)`);
    const [row] = recordset;
    return row === undefined ? null : read(row);
  }
  async function make(transaction: sql.Transaction, input: Input): Promise<Entity> {
    const values = valuesOf(table, valuesOfNew(table.fields, input));
    await request(transaction, types, values).query(insertInto(table.sqlServer, types));
    const made = await byName(transaction, input.name);
    if (made === null) throw new StoreError('unavailable', 'What was just written is not there.');
    return made;
  }
  async function change(transaction: sql.Transaction, entity: Entity, changes: Partial<Input>): Promise<Entity> {
    // Nothing else is written: what cannot be read stays for people to see.
    const fields = Object.fromEntries(
      Object.entries(table.fields).filter(([name]) => changes[name as keyof Input] !== undefined),
    );
    const some = { ...table, fields };
    if (Object.keys(fields).length > 0) {
      await request(transaction, typesOf(some), valuesOf(some, changes))
        .input('Id', sql.Int(), entity.id)
        .query(`UPDATE ${table.sqlServer} SET ${setAll(typesOf(some))} WHERE Id = @Id`);
    }
    return (await byName(transaction, changes.name ?? entity.name)) ?? entity;
  }

  return { byName, make, change };
}

/** Changes of departments or of destinations, inside a transaction. A name counts in any case. They throw a `StoreError` or mssql's error. */
export function namedOf<Entity extends Named, Input extends { name: string }>(
  table: DirectoryTable<Entity>,
  { exists, ...reading }: Reading<Entity> & { exists: (name: string) => StoreError },
) {
  const { byName, make, change } = rowsOf<Entity, Input>(table, reading);
  return {
    byName,
    make,
    add: async (transaction: sql.Transaction, input: Input): Promise<Entity> => {
      const known = await byName(transaction, input.name);
      if (known !== null) throw exists(known.name);
      return make(transaction, input);
    },
    update: async (transaction: sql.Transaction, name: string, changes: Partial<Input>): Promise<Entity | null> => {
      const entity = await byName(transaction, name);
      if (entity === null) return null;
      const other = changes.name === undefined ? null : await byName(transaction, changes.name);
      if (other !== null && other.id !== entity.id) throw exists(other.name);
      return change(transaction, entity, changes);
    },
    importAll: async (
      transaction: sql.Transaction,
      inputs: readonly Input[],
    ): Promise<{ added: number; changed: number }> => {
      let [added, changed] = [0, 0];
      for (const input of inputs) {
        const known = await byName(transaction, input.name);
        const changes = known === null ? null : changesOf(known, input);
        if (known === null) {
          await make(transaction, input);
          added += 1;
        } else if (changes !== null) {
          await change(transaction, known, changes);
          changed += 1;
        }
      }
      return { added, changed };
    },
    /** What was removed; null: there is none of this name. `check` throws where it may not be. */
    remove: async (
      transaction: sql.Transaction,
      name: string,
      check: (entity: Entity) => Promise<void>,
    ): Promise<Entity | null> => {
      const entity = await byName(transaction, name);
      if (entity === null) return null;
      await check(entity);
      await requestOn(transaction)
        .input('id', sql.Int(), entity.id)
        .query(`DELETE FROM ${table.sqlServer} WHERE Id = @id`);
      return entity;
    },
  };
}
