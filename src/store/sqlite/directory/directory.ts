import type { Database } from 'better-sqlite3';
import type { DirectoryAdmin } from '../../ports/directory-admin.ts';
import type { CallDirectory } from '../../ports/directory-lookup.ts';
import type { Extension } from '../../../words/directory.ts';
import { forgettingWhatChanged } from '../changed.ts';
import { containing } from '../containing.ts';
import { reading } from '../reading.ts';
import { preparePages } from './account-pages.ts';
import { accountOf, departmentOf, departmentUseOf, destinationOf, extensionOf } from './rows.ts';
import {
  selectAccounts,
  selectDepartments,
  selectDepartmentUse,
  selectDestinations,
  selectExtensions,
  type Row,
} from './rows.ts';

export type DirectoryReader = CallDirectory &
  Pick<
    DirectoryAdmin,
    | 'listAccounts'
    | 'pageAccounts'
    | 'listCodes'
    | 'countAccounts'
    | 'accountsNamed'
    | 'codesAmong'
    | 'listExtensions'
    | 'listDepartments'
    | 'listDepartmentUse'
    | 'listDestinations'
  >;

type Codes = Pick<DirectoryAdmin, 'listCodes' | 'countAccounts' | 'codesAmong' | 'accountsNamed'>;

function readCodes(db: Database): Codes {
  const codes = db
    .prepare<[], [string, string, number]>('SELECT code, name, enabled FROM accounts ORDER BY code')
    .raw();
  const count = db.prepare<[], number>('SELECT count(*) FROM accounts').pluck();
  const among = db
    .prepare<[string], string>('SELECT code FROM accounts WHERE code IN (SELECT value FROM json_each(?))')
    .pluck();
  const named = db.prepare<[string], Row>(`${selectAccounts} WHERE name = ? COLLATE NOCASE ORDER BY id`);
  return {
    accountsNamed: (name) => reading(db, () => named.all(name).map(accountOf)),
    listCodes: () =>
      reading(db, () => codes.all().map(([code, name, enabled]) => ({ code, name, enabled: enabled === 1 }))),
    countAccounts: () => reading(db, () => count.get() ?? 0),
    codesAmong: (sought) => reading(db, () => among.all(JSON.stringify(sought))),
  };
}

const maximumExtensions = 10_000;

/** Phones that have called, known or not, are remembered as long as none was changed: they are few, and each call looks for its own more than once. */
function prepareExtensions(db: Database): (number: string) => Extension | null {
  const byNumber = db.prepare<[string], Row>(`${selectExtensions} WHERE number = ?`);
  const remembered = new Map<string, Extension | null>();
  const forgetWhatChanged = forgettingWhatChanged(db, 'extensions.changed', () => remembered.clear());
  return (number) => {
    forgetWhatChanged();
    const known = remembered.get(number);
    if (known !== undefined) return known;
    const row = byNumber.get(number);
    const extension = row === undefined ? null : extensionOf(row);
    if (remembered.size >= maximumExtensions) remembered.clear();
    remembered.set(number, extension);
    return extension;
  };
}

/**
 * Reads the directory on the calling thread, each time as it was last committed by whatever process. In WAL mode a reader
 * waits for no writer, and the pages come from memory: about 10 µs a lookup among 1,000,000 accounts.
 */
export function readDirectory(db: Database): DirectoryReader {
  const accountByCode = db.prepare<[string], Row>(`${selectAccounts} WHERE code = ?`);
  const accountById = db.prepare<[number], Row>(`${selectAccounts} WHERE id = ?`);
  const findExtension = prepareExtensions(db);
  // Digits alone: `:` is the character behind 9.
  const longer = db
    .prepare<[string, string, string, string], number>(
      `SELECT EXISTS (SELECT 1 FROM accounts WHERE code > ? AND code < ?)
OR EXISTS (SELECT 1 FROM extensions WHERE number > ? AND number < ?)`,
    )
    .pluck();
  const accounts = db.prepare<{ search: string | null; enabled: number | null; limit: number }, Row>(
    `${selectAccounts}
WHERE (@search IS NULL OR code LIKE @search ESCAPE '\\' OR name LIKE @search ESCAPE '\\')
  AND (@enabled IS NULL OR enabled = @enabled)
ORDER BY code LIMIT @limit`,
  );
  const extensions = db.prepare<[], Row>(`${selectExtensions} ORDER BY number`);
  const departments = db.prepare<[], Row>(`${selectDepartments} ORDER BY name`);
  const pageAccounts = preparePages(db);
  const destinations = db.prepare<[], Row>(`${selectDestinations} ORDER BY name`);
  const departmentUse = db.prepare<[], Row>(`${selectDepartmentUse} ORDER BY name`);

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
    findExtension: (number) => reading(db, () => findExtension(number)),
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
    pageAccounts: (page) => reading(db, () => pageAccounts(page)),
    ...readCodes(db),
    listExtensions: () => reading(db, () => extensions.all().map(extensionOf)),
    listDepartments: () => reading(db, () => departments.all().map(departmentOf)),
    listDepartmentUse: () => reading(db, () => departmentUse.all().map(departmentUseOf)),
    listDestinations: () => reading(db, () => destinations.all().map(destinationOf)),
  };
}
