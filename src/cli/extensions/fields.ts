import { unrestricted } from '../../words/directory.ts';
import type { Department, Extension, Restriction } from '../../words/directory.ts';
import type { CsvProblem } from '../../csv/csv.ts';
import type { DialPlan } from '../../numbers/plan.ts';
import { extensionDefaults } from '../../store/ports/store.ts';
import type { DirectoryAdmin, DirectoryLookup, ExtensionInput } from '../../store/ports/store.ts';
import { readTypedRows, repeatedKeys } from '../csv-import.ts';
import { departmentNameOf } from '../directory-view.ts';
import { payerFinder, type Payer } from '../calls/payer.ts';
import { readShownNumber } from '../shown-number.ts';
import {
  checkRestriction,
  readDepartment,
  readRestrictionField,
  readText,
  restrictionFields,
} from '../typed-fields.ts';
import type { Problems } from '../typed-fields.ts';

/** Fields of an extension as a person types them, by the names of the CSV columns; the options are the same with dashes. */
export const extensionFields = [
  ...(['number', 'name', 'department'] as const),
  ...restrictionFields,
  ...(['caller number', 'callback number', 'place', 'default account'] as const),
] as const;
export type TypedExtension = Partial<Record<(typeof extensionFields)[number], string>>;

export const newExtension: ExtensionInput = {
  ...{ number: '', name: '', department: null, restriction: unrestricted },
  ...extensionDefaults,
};

/** What a person would have typed to get this extension. */
export function inputOf(extension: Extension, departments: readonly Department[]): ExtensionInput {
  const { number, name, restriction, callerNumber, callbackNumber, place, defaultAccountId } = extension;
  const department = departmentNameOf(extension, departments);
  return { number, name, department, restriction, callerNumber, callbackNumber, place, defaultAccountId };
}

function readNumber(text: string, problems: Problems): string {
  const number = text.trim();
  if (!/^[0-9A-Za-z+*#._-]{1,40}$/.test(number)) {
    problems.push('number must be 1 to 40 digits or letters, without spaces: as the phone system names the caller');
  }
  return number;
}

/**
 * The extension as it will be: `base` with what was typed; an empty text clears a field. `problems`: a line for each. `payer`: what
 * was found by the text of its default account.
 */
export function readExtension(
  base: ExtensionInput,
  typed: TypedExtension,
  { plan, payer }: { plan: DialPlan; payer: Payer },
): { extension: ExtensionInput; problems: Problems } {
  const problems: Problems = [];
  const extension: ExtensionInput = { ...base };
  const restriction: Restriction = { ...base.restriction };
  for (const field of extensionFields) {
    const text = typed[field];
    if (text === undefined) continue;
    switch (field) {
      case 'number':
        extension.number = readNumber(text, problems);
        break;
      case 'name':
        extension.name = readText(text, field, problems);
        break;
      case 'department':
        extension.department = readDepartment(text, problems);
        break;
      case 'caller number':
        extension.callerNumber = readShownNumber(text, field, plan, problems);
        break;
      case 'callback number':
        extension.callbackNumber = readShownNumber(text, field, plan, problems);
        break;
      case 'place':
        extension.place = readText(text, field, problems);
        break;
      case 'default account':
        if (payer.ok) extension.defaultAccountId = payer.accountId;
        else problems.push(`${field}: ${payer.error}`);
        break;
      default:
        readRestrictionField(field, text, plan, restriction, problems);
    }
  }
  checkRestriction(restriction, problems);
  return { extension: { ...extension, restriction }, problems };
}

export type ReadExtensions =
  { ok: true; extensions: ExtensionInput[]; added: number; updated: number } | { ok: false; problems: CsvProblem[] };

/**
 * Reads extensions from a CSV file with a header row. Every line that is wrong is named. A column that the file does not have
 * keeps what a known extension has; an empty cell clears it.
 */
export async function readExtensions(
  bytes: Uint8Array,
  plan: DialPlan,
  directory: Pick<DirectoryLookup, 'findAccountByCode'> &
    Pick<DirectoryAdmin, 'listExtensions' | 'listDepartments' | 'listAccounts'>,
): Promise<ReadExtensions> {
  const shape = { fields: extensionFields, needed: ['number'], what: 'extensions' } as const;
  const { rows, problems } = readTypedRows(bytes, shape);
  const departments = await directory.listDepartments();
  const known = new Map((await directory.listExtensions()).map((extension) => [extension.number, extension]));
  const repeated = repeatedKeys('number');
  const payerOf = payerFinder(directory);
  const extensions: ExtensionInput[] = [];
  let updated = 0;
  for (const { line, typed } of rows) {
    const before = known.get((typed.number ?? '').trim());
    const base = before === undefined ? newExtension : inputOf(before, departments);
    const payer = await payerOf(typed['default account'] ?? '');
    const { extension, problems: ofRow } = readExtension(base, typed, { plan, payer });
    // SQL Server's usual collations know no case.
    const twice = repeated(extension.number.toLowerCase(), line);
    if (twice !== null) ofRow.push(twice);
    problems.push(...ofRow.map((error) => ({ line, error })));
    if (before !== undefined) updated += 1;
    extensions.push(extension);
  }
  if (problems.length > 0) return { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
  return { ok: true, extensions, added: extensions.length - updated, updated };
}
