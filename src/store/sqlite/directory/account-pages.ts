import type { Database } from 'better-sqlite3';
import { portions } from '../../../words/portions.ts';
import type { Account } from '../../../words/directory.ts';
import type { AccountPage } from '../../ports/directory-admin.ts';
import { containing } from '../containing.ts';
import { createNameIndex, type Found, type NameIndex } from './name-index.ts';
import { accountOf, selectAccounts, type Row } from './rows.ts';

const byName = 'ORDER BY name COLLATE NOCASE, id LIMIT @limit';
/** So many of those that were found are read at once. */
const readAtOnce = 500;

/** What a page asks for, as a statement has it. */
function statementOf({ search, searchesCodes, departmentId, enabled, after }: AccountPage) {
  const sought = search === undefined ? undefined : containing(search);
  const anywhere = `(name LIKE @sought ESCAPE '\\' OR client LIKE @sought ESCAPE '\\' OR matter LIKE @sought ESCAPE '\\')`;
  const conditions = [
    // Not as a comparison of two rows, for which SQLite looks through the whole index as the collation is not the column's own.
    ...(after === undefined ? [] : ['name COLLATE NOCASE >= @name AND (name COLLATE NOCASE > @name OR id > @id)']),
    ...(sought === undefined ? [] : [searchesCodes === true ? `(${anywhere} OR code = @code)` : anywhere]),
    ...(departmentId === undefined ? [] : ['department_id = @departmentId']),
    // As a constant, by which the index of those that are disabled is found.
    ...(enabled === undefined ? [] : [`enabled = ${enabled ? 1 : 0}`]),
  ];
  return { conditions, values: { ...after, sought, code: search, departmentId } };
}

/** Makes a function that reads pages of accounts, by the index of the names: a page begins where the one before ended. */
export function preparePages(db: Database): (page: AccountPage) => Account[] {
  let names: NameIndex | null = null;
  return (page) => {
    const { search, departmentId, enabled, after } = page;
    names ??= createNameIndex(db);
    names.makeReady();
    // Those of a department, and those that are disabled, have an index and are few.
    if (search !== undefined && departmentId === undefined && enabled !== false) {
      const found = names.find(search, after?.id ?? null);
      if (found !== null) return pageOf(db, page, found);
    }
    return read(db, page, null).map(accountOf);
  };
}

/** `ids`: only of these. */
function read(db: Database, page: AccountPage, ids: readonly number[] | null): Row[] {
  const { conditions, values } = statementOf(page);
  const all = [...(ids === null ? [] : ['id IN (SELECT value FROM json_each(@ids))']), ...conditions];
  const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  const among = ids === null ? {} : { ids: JSON.stringify(ids) };
  return db
    .prepare<[object], Row>(`${selectAccounts} ${where} ${byName}`)
    .all({ ...values, ...among, limit: page.limit });
}

/** The statement has the last word on each of those that may be meant. */
function pageOf(db: Database, page: AccountPage, { ids, changed }: Found): Account[] {
  const { search, searchesCodes, limit } = page;
  const ofCode = db.prepare<[string], number>('SELECT id FROM accounts WHERE code = ?').pluck();
  const coded = searchesCodes === true ? ofCode.all(search ?? '') : [];
  const idsOf = (rows: readonly Row[]): number[] => rows.map(({ id }) => Number(id));
  const found = idsOf(read(db, page, [...changed, ...coded]));
  let inOrder = 0;
  for (const some of portions(ids, readAtOnce)) {
    const more = idsOf(read(db, page, some));
    found.push(...more);
    inOrder += more.length;
    if (inOrder >= limit) break;
  }
  return read(db, page, found).map(accountOf);
}
