import { unrestricted, type Account } from '../../words/directory.ts';
import type { DialPlan } from '../../numbers/plan.ts';
import type { CsvProblem } from '../../csv/csv.ts';
import { accountDefaults } from '../../store/ports/store.ts';
import type { AccountInput, DirectoryAdmin, DirectoryLookup } from '../../store/ports/store.ts';
import { accountFields, completeAccount, inputOf, readAccountFields } from './fields.ts';
import { readTypedRows, repeatedKeys } from '../csv-import.ts';

export const newAccount: AccountInput = {
  code: '',
  name: '',
  department: null,
  customerNumbers: [],
  enabled: true,
  validFromMs: null,
  validUntilMs: null,
  restriction: unrestricted,
  ...accountDefaults,
};

export type ReadAccounts =
  { ok: true; accounts: AccountInput[]; added: number; updated: number } | { ok: false; problems: CsvProblem[] };

type Directory = Pick<DirectoryLookup, 'findAccountByCode'> & Pick<DirectoryAdmin, 'listAccounts' | 'listDepartments'>;

/** With more lines than this all accounts are read at once: a look-up is a round trip where the store is a server. */
const maximumLookups = 500;

async function lookupFor(rows: number, directory: Directory): Promise<(code: string) => Promise<Account | null>> {
  if (rows <= maximumLookups) return (code) => directory.findAccountByCode(code);
  const known = new Map((await directory.listAccounts()).map((account) => [account.code, account]));
  return (code) => Promise.resolve(known.get(code) ?? null);
}

/**
 * Reads accounts from a CSV file with a header row. Every line that is wrong is named, not only the first. A column that the
 * file does not have keeps what a known account has; an empty cell clears it.
 */
export async function readAccounts(bytes: Uint8Array, plan: DialPlan, directory: Directory): Promise<ReadAccounts> {
  const shape = { fields: accountFields, needed: ['code', 'name'], what: 'accounts' } as const;
  const { rows, problems } = readTypedRows(bytes, shape);
  const departments = await directory.listDepartments();
  const find = await lookupFor(rows.length, directory);
  const repeated = repeatedKeys('code');
  const accounts: AccountInput[] = [];
  let updated = 0;
  for (const { line, typed } of rows) {
    const { changes, problems: ofRow } = readAccountFields(typed, plan);
    const code = changes.code ?? '';
    const twice = repeated(code, line);
    if (twice !== null) ofRow.push(twice);
    const known = await find(code);
    const { account, problems: ofWhole } = completeAccount(
      known === null ? newAccount : inputOf(known, departments),
      changes,
    );
    problems.push(...[...ofRow, ...ofWhole].map((error) => ({ line, error })));
    if (known !== null) updated += 1;
    accounts.push(account);
  }
  if (problems.length > 0) return { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
  return { ok: true, accounts, added: accounts.length - updated, updated };
}
