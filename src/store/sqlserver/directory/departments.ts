import sql from 'mssql';
import type { Department } from '../../../words/directory.ts';
import { departmentExists, departmentInUse } from '../../directory-errors.ts';
import { StoreError, type DepartmentInput } from '../../ports/store.ts';
import { selectDepartments } from './directory.ts';

/** Changes of departments, inside a transaction. A name counts in any case. They throw a `StoreError` or mssql's error. */

async function departmentByName(transaction: sql.Transaction, name: string): Promise<Department | null> {
  const { recordset } = await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .query<Department>(`${selectDepartments} WHERE LOWER(Name) = LOWER(@name)`);
  return recordset[0] ?? null;
}

async function make(transaction: sql.Transaction, { name, callerNumber = null }: DepartmentInput): Promise<Department> {
  await new sql.Request(transaction)
    .input('name', sql.NVarChar(200), name)
    .input('callerNumber', sql.VarChar(20), callerNumber)
    .query('INSERT INTO dbo.Departments (Name, CallerNumber) VALUES (@name, @callerNumber)');
  const made = await departmentByName(transaction, name);
  if (made === null) throw new StoreError('unavailable', 'The department just written is not there.');
  return made;
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

export async function setDepartmentCallerNumber(
  transaction: sql.Transaction,
  name: string,
  callerNumber: string | null,
): Promise<Department | null> {
  const department = await departmentByName(transaction, name);
  if (department === null) return null;
  await new sql.Request(transaction)
    .input('id', sql.Int(), department.id)
    .input('callerNumber', sql.VarChar(20), callerNumber)
    .query('UPDATE dbo.Departments SET CallerNumber = @callerNumber WHERE Id = @id');
  return { ...department, callerNumber };
}

export async function importDepartments(
  transaction: sql.Transaction,
  inputs: readonly DepartmentInput[],
): Promise<{ added: number; changed: number }> {
  let [added, changed] = [0, 0];
  for (const input of inputs) {
    const { name, callerNumber } = input;
    const known = await departmentByName(transaction, name);
    if (known === null) {
      await make(transaction, input);
      added += 1;
    } else if (callerNumber !== undefined && callerNumber !== known.callerNumber) {
      await setDepartmentCallerNumber(transaction, name, callerNumber);
      changed += 1;
    }
  }
  return { added, changed };
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
  return { ...department, name: newName };
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
