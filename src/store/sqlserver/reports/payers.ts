import sql from 'mssql';
import type { PayingAccount, PayingDepartment } from '../../../reports/report.ts';
import { addressLines } from '../../tables/directory.ts';
import type { Query } from './query.ts';

type AccountRow = Omit<PayingAccount, 'address'> & { address: string };

export async function listPayingAccounts(query: Query): Promise<PayingAccount[]> {
  const rows = await query<AccountRow>(
    () => `SELECT Id AS id, Name AS name, DepartmentId AS departmentId, Client AS client, Matter AS matter,
  Reference AS reference, Address AS address, Mail AS mail
FROM dbo.Accounts`,
  );
  return rows.map((row) => ({ ...row, address: addressLines(row.address) }));
}

export async function hasAccount(query: Query, name: string): Promise<boolean> {
  const found = await query<{ found: number }>((request) => {
    request.input('name', sql.NVarChar(100), name);
    return 'SELECT TOP (1) 1 AS found FROM dbo.Accounts WHERE Name = @name';
  });
  return found.length > 0;
}

export const listPayingDepartments = (query: Query): Promise<PayingDepartment[]> =>
  query<PayingDepartment>(() => 'SELECT Id AS id, Name AS name, Mail AS mail FROM dbo.Departments');
