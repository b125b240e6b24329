import sql from 'mssql';
import { parseCallTypeList, parseNumberList, parsePrefixList } from '../../../policy/list.ts';
import type { Account, Department, Extension, Restriction } from '../../../words/directory.ts';
import type { DepartmentUse, DirectoryAdmin, DirectoryLookup } from '../../ports/store.ts';
import { StoreError } from '../../ports/store.ts';
import { toStoreError } from '../errors.ts';

const restrictionColumns = `LeastDigits AS minimumDigits, MostDigits AS maximumDigits, BlockedPrefixes AS blockedPrefixes,
AllowedPrefixes AS allowedPrefixes, AllowedNumbers AS allowedNumbers, AllowedCallTypes AS allowedCallTypes`;

const departmentNumberOf = (table: string): string =>
  `(SELECT d.CallerNumber FROM dbo.Departments d WHERE d.Id = ${table}.DepartmentId) AS departmentCallerNumber`;

export const selectAccounts = `SELECT Id AS id, Code AS code, Name AS name, DepartmentId AS departmentId,
CustomerNumbers AS customerNumbers, Enabled AS enabled, ValidFrom AS validFrom, ValidUntil AS validUntil,
CallerNumber AS callerNumber, Anonymous AS anonymous, ${departmentNumberOf('dbo.Accounts')}, ${restrictionColumns}
FROM dbo.Accounts`;
export const selectExtensions = `SELECT Id AS id, Number AS number, Name AS name, DepartmentId AS departmentId,
CallerNumber AS callerNumber, CallbackNumber AS callbackNumber, Place AS place, DefaultAccountId AS defaultAccountId,
${departmentNumberOf('dbo.Extensions')}, ${restrictionColumns}
FROM dbo.Extensions`;
export const selectDepartments = 'SELECT Id AS id, Name AS name, CallerNumber AS callerNumber FROM dbo.Departments';

type RestrictionRow = {
  minimumDigits: number | null;
  maximumDigits: number | null;
  blockedPrefixes: string;
  allowedPrefixes: string;
  allowedNumbers: string;
  allowedCallTypes: string;
};
export type AccountRow = RestrictionRow & {
  id: number;
  code: string;
  name: string;
  departmentId: number | null;
  customerNumbers: string;
  enabled: boolean;
  validFrom: Date | null;
  validUntil: Date | null;
} & Pick<Account, 'callerNumber' | 'anonymous' | 'departmentCallerNumber'>;
export type ExtensionRow = RestrictionRow & Omit<Extension, 'restriction'>;

function items<T>(list: { ok: true; items: T[] } | { ok: false; error: string }, of: string): T[] {
  if (list.ok) return list.items;
  throw new StoreError('invalid', `${of}: ${list.error}`);
}

/** Lists are read as people type them: a DBA writes them with plain T-SQL. Throws a `StoreError` that names the row. */
function restrictionOf(row: RestrictionRow, of: string): Restriction {
  return {
    minimumDigits: row.minimumDigits,
    maximumDigits: row.maximumDigits,
    blockedPrefixes: items(parsePrefixList(row.blockedPrefixes), `${of}, BlockedPrefixes`),
    allowedPrefixes: items(parsePrefixList(row.allowedPrefixes), `${of}, AllowedPrefixes`),
    allowedNumbers: items(parseNumberList(row.allowedNumbers), `${of}, AllowedNumbers`),
    allowedCallTypes: items(parseCallTypeList(row.allowedCallTypes), `${of}, AllowedCallTypes`),
  };
}

export function accountOf(row: AccountRow): Account {
  const of = `dbo.Accounts, Id ${row.id}`;
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    departmentId: row.departmentId,
    customerNumbers: items(parseNumberList(row.customerNumbers), `${of}, CustomerNumbers`),
    enabled: row.enabled,
    validFromMs: row.validFrom?.getTime() ?? null,
    validUntilMs: row.validUntil?.getTime() ?? null,
    restriction: restrictionOf(row, of),
    callerNumber: row.callerNumber,
    anonymous: row.anonymous,
    departmentCallerNumber: row.departmentCallerNumber,
  };
}

export function extensionOf(row: ExtensionRow): Extension {
  return {
    id: row.id,
    number: row.number,
    name: row.name,
    departmentId: row.departmentId,
    restriction: restrictionOf(row, `dbo.Extensions, Id ${row.id}`),
    callerNumber: row.callerNumber,
    callbackNumber: row.callbackNumber,
    place: row.place,
    defaultAccountId: row.defaultAccountId,
    departmentCallerNumber: row.departmentCallerNumber,
  };
}

/** Reads the directory; rejects with a `StoreError`. */
export function readDirectory(
  pool: sql.ConnectionPool,
  where: string,
): DirectoryLookup & Pick<DirectoryAdmin, 'listAccounts' | 'listExtensions' | 'listDepartments' | 'listDepartmentUse'> {
  async function rows<Row>(text: string, request = pool.request()): Promise<Row[]> {
    try {
      return (await request.query<Row>(text)).recordset;
    } catch (error) {
      throw toStoreError(error, where);
    }
  }
  return {
    async findAccountByCode(code) {
      const request = pool.request().input('code', sql.VarChar(20), code);
      const [row] = await rows<AccountRow>(`${selectAccounts} WHERE Code = @code`, request);
      return row === undefined ? null : accountOf(row);
    },
    async findAccountById(id) {
      const [row] = await rows<AccountRow>(
        `${selectAccounts} WHERE Id = @id`,
        pool.request().input('id', sql.Int(), id),
      );
      return row === undefined ? null : accountOf(row);
    },
    async findExtension(number) {
      const request = pool.request().input('number', sql.VarChar(40), number);
      const [row] = await rows<ExtensionRow>(`${selectExtensions} WHERE Number = @number`, request);
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
      const top = limit === undefined ? '' : `TOP (${Math.max(0, Math.floor(limit))}) `;
      const text = `${selectAccounts.replace('SELECT ', `SELECT ${top}`)}${filter} ORDER BY Code`;
      return (await rows<AccountRow>(text, request)).map(accountOf);
    },
    listExtensions: async () => (await rows<ExtensionRow>(`${selectExtensions} ORDER BY Number`)).map(extensionOf),
    listDepartments: () => rows<Department>(`${selectDepartments} ORDER BY Name`),
    listDepartmentUse: () =>
      rows<DepartmentUse>(
        `SELECT d.Id AS id, d.Name AS name, d.CallerNumber AS callerNumber,
(SELECT COUNT(*) FROM dbo.Accounts a WHERE a.DepartmentId = d.Id) AS accounts,
(SELECT COUNT(*) FROM dbo.Extensions e WHERE e.DepartmentId = d.Id) AS extensions
FROM dbo.Departments d ORDER BY d.Name`,
      ),
  };
}
