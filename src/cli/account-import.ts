import { unrestricted, type Account } from '../policy/directory.ts';
import type { DialPlan } from '../policy/number.ts';
import { readCsv } from '../store/csv.ts';
import type { CsvProblem, CsvRow } from '../store/csv.ts';
import type { AccountInput, DirectoryAdmin, DirectoryLookup } from '../store/store.ts';
import { accountFields, completeAccount, inputOf, readAccountFields } from './account-fields.ts';
import type { AccountField, TypedFields } from './account-fields.ts';

export const newAccount: AccountInput = {
  code: '',
  name: '',
  department: null,
  customerNumbers: [],
  enabled: true,
  validFromMs: null,
  validUntilMs: null,
  restriction: unrestricted,
};

export type ReadAccounts =
  { ok: true; accounts: AccountInput[]; added: number; updated: number } | { ok: false; problems: CsvProblem[] };

type Directory = Pick<DirectoryLookup, 'findAccountByCode'> & Pick<DirectoryAdmin, 'listAccounts' | 'listDepartments'>;

/** With more lines than this all accounts are read at once: a look-up is a round trip where the store is a server. */
const mostLookups = 500;

async function lookupFor(rows: number, directory: Directory): Promise<(code: string) => Promise<Account | null>> {
  if (rows <= mostLookups) return (code) => directory.findAccountByCode(code);
  const known = new Map((await directory.listAccounts()).map((account) => [account.code, account]));
  return (code) => Promise.resolve(known.get(code) ?? null);
}

const columnsKnown = `the columns are: ${accountFields.join(', ')}`;

/** Header names count in any case, with `_`, `-` or space between the words. */
function readHeader(header: CsvRow): { columns: AccountField[]; problems: CsvProblem[] } {
  const problems: CsvProblem[] = [];
  const columns: AccountField[] = [];
  for (const cell of header.cells) {
    const name = cell.toLowerCase().replace(/[\s_-]+/g, ' ');
    const field = accountFields.find((known) => known === name);
    if (field === undefined) {
      problems.push({
        line: header.line,
        error: `unknown column ${JSON.stringify(cell.slice(0, 40))}; ${columnsKnown}`,
      });
    } else if (columns.includes(field)) {
      problems.push({ line: header.line, error: `column ${field} appears twice` });
    } else {
      columns.push(field);
    }
  }
  for (const needed of ['code', 'name'] as const) {
    if (problems.length === 0 && !columns.includes(needed)) {
      problems.push({ line: header.line, error: `column ${needed} is missing; ${columnsKnown}` });
    }
  }
  return { columns, problems };
}

/**
 * Reads accounts from a CSV file with a header row. Every line that is wrong is named, not only the first. A column that the
 * file does not have keeps what a known account has; an empty cell clears it.
 */
export async function readAccounts(bytes: Uint8Array, plan: DialPlan, directory: Directory): Promise<ReadAccounts> {
  const { header, rows, problems } = readCsv(bytes);
  if (header === null) {
    const empty = { line: 1, error: `the file is empty: it needs a header row; ${columnsKnown}` };
    return { ok: false, problems: problems.length === 0 ? [empty] : problems };
  }
  const { columns, problems: ofHeader } = readHeader(header);
  if (ofHeader.length > 0) return { ok: false, problems: ofHeader };

  const departments = await directory.listDepartments();
  const find = await lookupFor(rows.length, directory);
  const lineOfCode = new Map<string, number>();
  const accounts: AccountInput[] = [];
  let updated = 0;
  for (const { line, cells } of rows) {
    const wrong = (error: string) => problems.push({ line, error });
    if (cells.length !== columns.length) {
      wrong(`${cells.length} fields, where the header has ${columns.length}`);
      continue;
    }
    const typed: TypedFields = {};
    columns.forEach((column, index) => (typed[column] = cells[index] ?? ''));
    const { changes, problems: ofFields } = readAccountFields(typed, plan);
    ofFields.forEach(wrong);
    const code = changes.code ?? '';
    const earlier = code === '' ? undefined : lineOfCode.get(code);
    if (earlier === undefined) lineOfCode.set(code, line);
    else wrong(`the same code as in line ${earlier}`);
    const known = await find(code);
    const { account, problems: ofWhole } = completeAccount(
      known === null ? newAccount : inputOf(known, departments),
      changes,
    );
    ofWhole.forEach(wrong);
    if (known !== null) updated += 1;
    accounts.push(account);
  }
  if (problems.length === 0 && rows.length === 0) {
    problems.push({ line: header.line, error: 'no accounts below the header' });
  }
  if (problems.length > 0) return { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
  return { ok: true, accounts, added: accounts.length - updated, updated };
}
