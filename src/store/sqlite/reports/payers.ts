import type { Database } from 'better-sqlite3';
import type { PayingAccount } from '../../../reports/report.ts';
import { addressLines } from '../../tables/directory.ts';

type AccountRow = Omit<PayingAccount, 'address'> & { address: string };

export function listPayingAccounts(db: Database): PayingAccount[] {
  return db
    .prepare<[], AccountRow>(
      'SELECT id, name, department_id AS departmentId, client, matter, reference, address FROM accounts',
    )
    .all()
    .map((row) => ({ ...row, address: addressLines(row.address) }));
}

export function listDepartmentNames(db: Database): string[] {
  return db.prepare<[], string>('SELECT name FROM departments').pluck().all();
}
