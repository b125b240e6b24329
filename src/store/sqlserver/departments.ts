import sql from 'mssql';
import type { Department } from '../../policy/directory.ts';
import { departmentExists, departmentInUse } from '../directory-errors.ts';
import { StoreError } from '../store.ts';
import { selectDepartments } from './directory.ts';

/** Changes of departments, inside a transaction. A name counts in any case. They throw a `StoreError` or mssql's error. */

async function departmentByName(transaction: sql.Transaction, name: string): Promise<Department | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .query<Department>(`${selectDepartments} WHERE LOWER(Name) = LOWER(@name)`);
  return recordset[0] ?? null;
}

async function make(transaction: sql.Transaction, name: string): Promise<Department> {
  await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .query('INSERT INTO dbo.Departments (Name) VALUES (@name)');
  const made = await departmentByName(transaction, name);
  if (made === null) throw new StoreError('unavailable', 'The department just written is not there.');
  return made;
}

/** It is made when missing; null: none. */
export async function departmentIdOf(transaction: sql.Transaction, name: string | null): Promise<number | null> {
  if (name === null) return null;
  return ((await departmentByName(transaction, name)) ?? (await make(transaction, name))).id;
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

export async function addDepartment(transaction: sql.Transaction, name: string): Promise<Department> {
  const known = await departmentByName(transaction, name);
  if (known !== null) throw departmentExists(known.name);
  return make(transaction, name);
}

export async function importDepartments(
  transaction: sql.Transaction,
  names: readonly string[],
): Promise<{ added: number }> {
  let added = 0;
  for (const name of names) {
    if ((await departmentByName(transaction, name)) !== null) continue;
    await make(transaction, name);
    added += 1;
  }
  return { added };
}

export async function renameDepartment(
  transaction: sql.Transaction,
  name: string,
  newName: string,
): Promise<Department | null> {
  const department = await departmentByName(transaction, name);
  if (department === null) return null;
  const other = await departmentByName(transaction, newName);
  if (other !== null && other.id !== department.id) throw departmentExists(other.name);
  await new sql.Request(transaction)
    .input('id', sql.Int(), department.id)
    .input('name', sql.NVarChar(200), newName)
    .query('UPDATE dbo.Departments SET Name = @name WHERE Id = @id');
  return { id: department.id, name: newName };
}

export async function removeDepartment(transaction: sql.Transaction, name: string): Promise<Department | null> {
  const department = await departmentByName(transaction, name);
  if (department === null) return null;
  const byId = () => new sql.Request(transaction).input('id', sql.Int(), department.id);
  const { recordset } = await byId().query<{ accounts: number; extensions: number }>(
    `SELECT (SELECT COUNT(*) FROM dbo.Accounts WHERE DepartmentId = @id) AS accounts,
(SELECT COUNT(*) FROM dbo.Extensions WHERE DepartmentId = @id) AS extensions`,
  );
  const [use] = recordset;
  if (use !== undefined && use.accounts + use.extensions > 0) throw departmentInUse(department.name, use);
  await byId().query('DELETE FROM dbo.Departments WHERE Id = @id');
  return department;
}
