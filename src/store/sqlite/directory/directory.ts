import type { Database } from 'better-sqlite3';
import type { CallDirectory, DepartmentUse, DirectoryAdmin } from '../../ports/store.ts';
import { accountOf, extensionOf, selectAccounts, selectDepartments, selectExtensions } from './rows.ts';
import type { AccountRow, ExtensionRow } from './rows.ts';
import { reading } from '../reading.ts';
import type { Department } from '../../../words/directory.ts';

export type DirectoryReader = CallDirectory &
  Pick<DirectoryAdmin, 'listAccounts' | 'listExtensions' | 'listDepartments' | 'listDepartmentUse'>;

/** Part of a text, as a LIKE pattern with `\` as its escape. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * Reads the directory on the calling thread, each time as it was last committed by whatever process. In WAL mode a reader
 * waits for no writer, and the pages come from memory: about 10 µs a lookup among 1,000,000 accounts.
 */
export function readDirectory(db: Database): DirectoryReader {
  const accountByCode = db.prepare<[string], AccountRow>(`${selectAccounts} WHERE code = ?`);
  const accountById = db.prepare<[number], AccountRow>(`${selectAccounts} WHERE id = ?`);
  const extensionByNumber = db.prepare<[string], ExtensionRow>(`${selectExtensions} WHERE number = ?`);
  // Digits alone: `:` is the character behind 9.
  const longer = db
    .prepare<[string, string, string, string], number>(
      `SELECT EXISTS (SELECT 1 FROM accounts WHERE code > ? AND code < ?)
OR EXISTS (SELECT 1 FROM extensions WHERE number > ? AND number < ?)`,
    )
    .pluck();
  const accounts = db.prepare<{ search: string | null; enabled: number | null; limit: number }, AccountRow>(
    `${selectAccounts}
WHERE (@search IS NULL OR code LIKE @search ESCAPE '\\' OR name LIKE @search ESCAPE '\\')
  AND (@enabled IS NULL OR enabled = @enabled)
ORDER BY code LIMIT @limit`,
  );
  const extensions = db.prepare<[], ExtensionRow>(`${selectExtensions} ORDER BY number`);
  const departments = db.prepare<[], Department>(`${selectDepartments} ORDER BY name`);
  const departmentUse = db.prepare<[], DepartmentUse>(
    `SELECT id, name, caller_number AS callerNumber,
  (SELECT count(*) FROM accounts WHERE department_id = d.id) AS accounts,
  (SELECT count(*) FROM extensions WHERE department_id = d.id) AS extensions
FROM departments d ORDER BY name`,
  );

  return {
    findAccountByCode: (code) =>
      reading(db, () => {
        const row = accountByCode.get(code);
        return row === undefined ? null : accountOf(row);
      }),
    findAccountById: (id) =>
      reading(db, () => {
        const row = accountById.get(id);
        return row === undefined ? null : accountOf(row);
      }),
    findExtension: (number) =>
      reading(db, () => {
        const row = extensionByNumber.get(number);
        return row === undefined ? null : extensionOf(row);
      }),
    isBeginning: (digits) => reading(db, () => longer.get(digits, `${digits}:`, digits, `${digits}:`) === 1),
    listAccounts: ({ search, enabled, limit } = {}) =>
      reading(db, () =>
        accounts
          .all({
            search: search === undefined ? null : containing(search),
            enabled: enabled === undefined ? null : Number(enabled),
            // SQLite reads a negative limit as none.
            limit: limit ?? -1,
          })
          .map(accountOf),
      ),
    listExtensions: () => reading(db, () => extensions.all().map(extensionOf)),
    listDepartments: () => reading(db, () => departments.all()),
    listDepartmentUse: () => reading(db, () => departmentUse.all()),
  };
}
