import sql from 'mssql';
import type { AnyField } from '../../../words/directory/field.ts';
import type { Member } from '../../../words/directory/member.ts';
import { spread } from '../../../words/directory/restriction.ts';
import { StoreError } from '../../ports/store-error.ts';
import { valuesOfNew, type DirectoryTable } from '../../tables/directory.ts';
import { affected, insertInto, request, setAll, type Value } from '../statements.ts';
import { departmentIdOf, departmentIdsOf } from './departments.ts';
import { sqlServerTypes } from './kinds.ts';
import { typesOf, valuesOf, type Row } from './rows.ts';

/** An account or an extension as it is given; its department by name. */
type Given = { department?: string | null };

type Values = Readonly<Record<string, Value>>;

/** Changes of accounts or of extensions, inside a transaction. They throw a `StoreError` or mssql's error. */
export type Members<Entity> = {
  /** What was just written under this key. */
  written(transaction: sql.Transaction, key: string): Promise<Entity>;
  add(transaction: sql.Transaction, input: Given): Promise<void>;
  /** Changes what is given; answers whether there is one of this key. */
  change(transaction: sql.Transaction, key: string, changes: Given): Promise<boolean>;
  /** What is kept of each, by column; departments are made when missing. */
  valuesOfNew(transaction: sql.Transaction, inputs: readonly Given[]): Promise<Values[]>;
};

export function membersOf<Entity extends Member>(
  table: DirectoryTable<Entity>,
  { select, read }: { select: string; read: (row: Row) => Entity },
): Members<Entity> {
  const types = typesOf(table);
  const key = table.fields[table.key]?.sqlServer ?? '';

  async function byKey(transaction: sql.Transaction, value: string): Promise<Entity | null> {
    const { recordset } = await request(
      transaction,
      { [key]: types[key] ?? sql.NVarChar() },
      { [key]: value },
    ).query<Row>(`${select} WHERE ${key} = @${key}`);
    const [row] = recordset;
    return row === undefined ? null : read(row);
  }
  const valuesOfGiven = (input: Given, departmentId: number | null): Values =>
    valuesOf(table, valuesOfNew(table.fields, { ...input, departmentId }));

  return {
    async written(transaction, value) {
      const entity = await byKey(transaction, value);
      if (entity === null) throw new StoreError('unavailable', 'What was just written is not there.');
      return entity;
    },
    async add(transaction, input) {
      const values = valuesOfGiven(input, await departmentIdOf(transaction, input.department ?? null));
      await request(transaction, types, values).query(insertInto(table.sqlServer, types));
    },
    async change(transaction, value, { department, ...changes }) {
      const before = await byKey(transaction, value);
      if (before === null) return false;
      const inDepartment =
        department === undefined ? {} : { departmentId: await departmentIdOf(transaction, department) };
      const given = { ...spread(changes), ...inDepartment };
      // Nothing else is written: what cannot be read stays for people to see.
      const fields = Object.fromEntries(
        Object.entries(table.fields).filter(([name]) => given[name as keyof typeof given] !== undefined),
      );
      const some = { ...table, fields };
      if (Object.keys(fields).length === 0) return true;
      await request(transaction, typesOf(some), valuesOf(some, given))
        .input('Id', sql.Int(), before.id)
        .query(`UPDATE ${table.sqlServer} SET ${setAll(typesOf(some))} WHERE Id = @Id`);
      return true;
    },
    async valuesOfNew(transaction, inputs) {
      const ids = await departmentIdsOf(
        transaction,
        inputs.map(({ department = null }) => department),
      );
      return inputs.map((input) => valuesOfGiven(input, ids.get(input.department ?? null) ?? null));
    },
  };
}

/** By its bytes where it is text: the usual collations take a name in another case for the same one. */
function differs({ kind, sqlServer: column }: AnyField): string {
  const given = `i.${column}`;
  const [there, text] = [`t.${column}`, sqlServerTypes[kind].type];
  const isText = text === sql.VarChar || text === sql.NVarChar;
  const binary = isText ? ' COLLATE Latin1_General_BIN2' : '';
  return `${given}${binary} <> ${there} OR (${given} IS NULL AND ${there} IS NOT NULL) OR (${given} IS NOT NULL AND ${there} IS NULL)`;
}

/**
 * Writes those rows of `given` (a table or a SELECT, as `i`) whose key is known over what is there, and adds the others; what is the same is
 * not written, so that no controller copies it. `run`: a
 * request with the parameters of `given`.
 */
export async function merge(
  table: Pick<DirectoryTable<never>, 'sqlServer' | 'fields'> & { key: string },
  given: { from: string; where: string },
  run: (text: string) => Promise<sql.IResult<unknown>>,
): Promise<{ added: number; updated: number }> {
  const columns = Object.keys(typesOf(table));
  const key = table.fields[table.key]?.sqlServer ?? '';
  const others = columns.filter((name) => name !== key);
  const updated = await run(
    `UPDATE t SET ${others.map((name) => `${name} = i.${name}`).join(', ')}
FROM ${table.sqlServer} t JOIN ${given.from} ON i.${key} = t.${key} WHERE ${given.where}
AND (${Object.entries(table.fields)
      .filter(([name]) => name !== table.key)
      .map(([, field]) => differs(field))
      .join(' OR ')})`,
  );
  const added = await run(
    `INSERT INTO ${table.sqlServer} (${columns.join(', ')}) SELECT ${columns.map((name) => `i.${name}`).join(', ')}
FROM ${given.from} WHERE ${given.where} AND NOT EXISTS (SELECT 1 FROM ${table.sqlServer} t WHERE t.${key} = i.${key})`,
  );
  return { added: affected(added), updated: affected(updated) };
}
