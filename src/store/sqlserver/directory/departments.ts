import sql from 'mssql';
import { changesOf, type Department, type DepartmentInput } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { StoreError } from '../../ports/store-error.ts';
import { departments, useOf, valuesOfNew } from '../../tables/directory.ts';
import { insertInto, request, setAll } from '../statements.ts';
import { departmentOf, selectDepartments, selectDepartmentUse, typesOf, valuesOf, type Row } from './rows.ts';

/** Changes of departments, inside a transaction. A name counts in any case. They throw a `StoreError` or mssql's error. */

const types = typesOf(departments);

async function departmentByName(transaction: sql.Transaction, name: string): Promise<Department | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .query<Row>(`${selectDepartments} WHERE LOWER(Name) = LOWER(@name)`);
  const [row] = recordset;
  return row === undefined ? null : departmentOf(row);
}

async function make(transaction: sql.Transaction, input: DepartmentInput): Promise<Department> {
  const values = valuesOf(departments, valuesOfNew(departments.fields, input));
  await request(transaction, types, values).query(insertInto(departments.sqlServer, types));
  const made = await departmentByName(transaction, input.name);
  if (made === null) throw new StoreError('unavailable', 'The department just written is not there.');
  return made;
}

async function change(
  transaction: sql.Transaction,
  department: Department,
  changes: Partial<DepartmentInput>,
): Promise<Department> {
  const changed = { ...department, ...changes };
  await request(transaction, types, valuesOf(departments, changed))
    .input('Id', sql.Int(), department.id)
    .query(`UPDATE ${departments.sqlServer} SET ${setAll(types)} WHERE Id = @Id`);
  return changed;
}

/** It is made when missing; null: none. */
export async function departmentIdOf(transaction: sql.Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null;
  return ((await departmentByName(transaction, name)) ?? (await make(transaction, { name }))).id;
}

/** The ids of all these names at once. */
export async function departmentIdsOf(
  transaction: sql.Transaction,
  names: Iterable<string | null>,
): Promise<ReadonlyMap<string | null, number | null>> {
  const ids = new Map<string | null, number | null>();
  for (const name of new Set(names)) ids.set(name, await departmentIdOf(transaction, name));
  return ids;
}

export async function addDepartment(transaction: sql.Transaction, input: DepartmentInput): Promise<Department> {
  const known = await departmentByName(transaction, input.name);
  if (known !== null) throw departmentExists(known.name);
  return make(transaction, input);
}

export async function updateDepartment(
  transaction: sql.Transaction,
  name: string,
  changes: Partial<DepartmentInput>,
): Promise<Department | null> {
  const department = await departmentByName(transaction, name);
  if (department === null) return null;
  const other = changes.name === undefined ? null : await departmentByName(transaction, changes.name);
  if (other !== null && other.id !== department.id) throw departmentExists(other.name);
  return change(transaction, department, changes);
}

export async function importDepartments(
  transaction: sql.Transaction,
  inputs: readonly DepartmentInput[],
): Promise<{ added: number; changed: number }> {
  let [added, changed] = [0, 0];
  for (const input of inputs) {
    const known = await departmentByName(transaction, input.name);
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
}

export async function removeDepartment(transaction: sql.Transaction, name: string): Promise<Department | null> {
  const department = await departmentByName(transaction, name);
  if (department === null) return null;
  const byId = () => new sql.Request(transaction).input('id', sql.Int(), department.id);
  const { recordset } = await byId().query<Row>(`${selectDepartmentUse} WHERE Id = @id`);
  const use = useOf(recordset[0] ?? {});
  if (use.accounts + use.extensions > 0) throw departmentInUse(department.name, use);
  await byId().query('DELETE FROM dbo.Departments WHERE Id = @id');
  return department;
}
