import type { Database } from 'better-sqlite3';
import type { PayingAccount, PayingDepartment } from '../../../reports/report.ts';
import { addressLines } from '../../tables/directory.ts';

type AccountRow = Omit<PayingAccount, 'address'> & { address: string };

export function listPayingAccounts(db: Database): PayingAccount[] {
  return db
    .prepare<[], AccountRow>(
      'SELECT id, name, department_id AS departmentId, client, matter, reference, address, mail FROM accounts',
    )
    .all()
    .map((row) => ({ ...row, address: addressLines(row.address) }));
}

export function hasAccount(db: Database, name: string): boolean {
  return db.prepare<[string]>('SELECT 1 FROM accounts WHERE name = ? COLLATE NOCASE').get(name) !== undefined;
}

export function listPayingDepartments(db: Database): PayingDepartment[] {
  return db.prepare<[], PayingDepartment>('SELECT id, name, mail FROM departments').all();
}
