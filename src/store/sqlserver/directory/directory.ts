import sql from 'mssql';
import type { AccountPage, DirectoryAdmin } from '../../ports/directory-admin.ts';
import type { DirectoryLookup } from '../../ports/directory-lookup.ts';
import { toStoreError } from '../errors.ts';
import { accountOf, departmentOf, departmentUseOf, destinationOf, extensionOf } from './rows.ts';
import {
  selectAccounts,
  selectDepartments,
  selectDepartmentUse,
  selectDestinations,
  selectExtensions,
  someAccounts,
  type Row,
} from './rows.ts';
import { listOf } from '../statements.ts';

export type DirectoryReader = DirectoryLookup &
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

/** Reads the directory; rejects with a `StoreError`. */
export function readDirectory(pool: sql.ConnectionPool, where: string): DirectoryReader {
  async function rows(text: string, request = pool.request()): Promise<Row[]> {
    try {
      return (await request.query<Row>(text)).recordset;
    } catch (error) {
      throw toStoreError(error, where);
    }
  }
  return {
    async findAccountByCode(code) {
      const request = pool.request().input('code', sql.VarChar(20), code);
      const [row] = await rows(`${selectAccounts} WHERE Code = @code`, request);
      return row === undefined ? null : accountOf(row);
    },
    async findAccountById(id) {
      const [row] = await rows(`${selectAccounts} WHERE Id = @id`, pool.request().input('id', sql.Int(), id));
      return row === undefined ? null : accountOf(row);
    },
    async findExtension(number) {
      const request = pool.request().input('number', sql.VarChar(40), number);
      const [row] = await rows(`${selectExtensions} WHERE Number = @number`, request);
      return row === undefined ? null : extensionOf(row);
    },
    async listAccounts({ search, enabled, limit } = {}) {
      const request = pool.request();
      const conditions: string[] = [];
      if (search !== undefined) {
        request.input('search', sql.NVarChar(200), search);
        conditions.push('(CHARINDEX(@search, Code) > 0 OR CHARINDEX(LOWER(@search), LOWER(Name)) > 0)');
      }
      if (enabled !== undefined) {
        request.input('enabled', sql.Bit(), enabled);
        conditions.push('Enabled = @enabled');
      }
      const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      return (await rows(`${someAccounts(limit)}${filter} ORDER BY Code`, request)).map(accountOf);
    },
    pageAccounts: async (page) => {
      const request = pool.request();
      return (await rows(pageText(page, request), request)).map(accountOf);
    },
    accountsNamed: async (name) => {
      const request = pool.request().input('name', sql.NVarChar(200), name);
      return (await rows(`${selectAccounts} WHERE LOWER(Name) = LOWER(@name) ORDER BY Id`, request)).map(accountOf);
    },
    ...readCodes(pool, rows),
    listExtensions: async () => (await rows(`${selectExtensions} ORDER BY Number`)).map(extensionOf),
    listDepartments: async () => (await rows(`${selectDepartments} ORDER BY Name`)).map(departmentOf),
    listDepartmentUse: async () => (await rows(`${selectDepartmentUse} ORDER BY Name`)).map(departmentUseOf),
    listDestinations: async () => (await rows(`${selectDestinations} ORDER BY Name`)).map(destinationOf),
  };
}

type Rows = (text: string, request?: sql.Request) => Promise<Row[]>;

function readCodes(
  pool: sql.ConnectionPool,
  rows: Rows,
): Pick<DirectoryAdmin, 'listCodes' | 'countAccounts' | 'codesAmong'> {
  return {
    listCodes: async () =>
      (await rows('SELECT Code, Name, Enabled FROM dbo.Accounts ORDER BY Code')).map((row) => ({
        ...{ code: String(row['Code']), name: String(row['Name']), enabled: row['Enabled'] === true },
      })),
    countAccounts: async () =>
      Number((await rows('SELECT COUNT(*) AS Accounts FROM dbo.Accounts'))[0]?.['Accounts'] ?? 0),
    async codesAmong(codes) {
      if (codes.length === 0) return [];
      const request = pool.request();
      const list = listOf(request, 'c', sql.VarChar(21), codes);
      return (await rows(`SELECT Code FROM dbo.Accounts WHERE Code IN (${list})`, request)).map((row) =>
        String(row['Code']),
      );
    },
  };
}

/** A page begins where the one before ended. */
function pageText(page: AccountPage, request: sql.Request): string {
  const { search, searchesCodes, departmentId, enabled, after, limit } = page;
  const conditions: string[] = [];
  if (after !== undefined) {
    request.input('name', sql.NVarChar(200), after.name).input('id', sql.Int(), after.id);
    conditions.push('(Name > @name OR (Name = @name AND Id > @id))');
  }
  if (search !== undefined) {
    request.input('search', sql.NVarChar(200), search);
    const found = ['Name', 'Client', 'Matter'].map((column) => `CHARINDEX(LOWER(@search), LOWER(${column})) > 0`);
    // A longer text is no code, and would be cut to one by its parameter.
    const canBeCode = searchesCodes === true && search.length <= 20;
    if (canBeCode) request.input('code', sql.VarChar(20), search);
    conditions.push(`(${[...found, ...(canBeCode ? ['Code = @code'] : [])].join(' OR ')})`);
  }
  if (departmentId !== undefined) {
    request.input('department', sql.Int(), departmentId);
    conditions.push('DepartmentId = @department');
  }
  if (enabled !== undefined) {
    request.input('enabled', sql.Bit(), enabled);
    conditions.push('Enabled = @enabled');
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `${someAccounts(limit)}${where} ORDER BY Name, Id`;
}
