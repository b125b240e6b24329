import { isCodeText } from '../../policy/code.ts';
import type { Account, Department, Restriction } from '../../words/directory.ts';
import { parseNumberList } from '../../policy/list.ts';
import { emergencyIn } from '../../numbers/read.ts';
import type { DialPlan } from '../../numbers/plan.ts';
import type { AccountInput } from '../../store/ports/store.ts';
import { parseMoment } from '../moment.ts';
import { readShownNumber } from '../shown-number.ts';
import {
  checkRestriction,
  readDepartment,
  readList,
  readRestrictionField,
  readText,
  restrictionFields,
} from '../typed-fields.ts';
import type { Problems } from '../typed-fields.ts';

/** Fields of an account as a person types them, by the names of the CSV columns; the options are the same with dashes. */
export const accountFields = [
  'code',
  'name',
  'department',
  'customer numbers',
  ...restrictionFields,
  'valid from',
  'valid until',
  'enabled',
  'caller number',
  'anonymous',
] as const;
export type AccountField = (typeof accountFields)[number];
export type TypedFields = Partial<Record<AccountField, string>>;

/** What was typed, read; only the fields that were given. */
export type AccountChanges = Partial<Omit<AccountInput, 'restriction'>> & { restriction: Partial<Restriction> };

function readCode(text: string, plan: DialPlan, problems: Problems): string {
  const code = text.trim();
  if (!isCodeText(code)) problems.push('code must be 1 to 20 digits');
  else if (emergencyIn(code, plan) !== null) {
    problems.push(`code ${code} is an emergency number and cannot be a billing code`);
  }
  return code;
}

function readMoment(text: string, field: string, problems: Problems): number | null {
  if (text.trim() === '') return null;
  const moment = parseMoment(text);
  if (moment.ok) return moment.ms;
  problems.push(`${field}: ${moment.error}`);
  return null;
}

const yes = ['yes', 'y', 'true', '1', 'on', 'enabled'];
const no = ['no', 'n', 'false', '0', 'off', 'disabled'];

/** `otherwise`: where nothing stands there. */
function readYesNo(text: string, field: string, otherwise: boolean, problems: Problems): boolean {
  const word = text.trim().toLowerCase();
  if (word === '') return otherwise;
  if (!yes.includes(word) && !no.includes(word)) problems.push(`${field} must be yes or no`);
  return !no.includes(word);
}

/** Reads what was typed; `problems` gets a line for each field that is wrong. An empty text clears the field. */
export function readAccountFields(typed: TypedFields, plan: DialPlan): { changes: AccountChanges; problems: Problems } {
  const problems: Problems = [];
  const changes: AccountChanges = { restriction: {} };
  for (const field of accountFields) {
    const text = typed[field];
    if (text !== undefined) readField(field, text, plan, changes, problems);
  }
  return { changes, problems };
}

function readField(
  field: AccountField,
  text: string,
  plan: DialPlan,
  changes: AccountChanges,
  problems: Problems,
): void {
  switch (field) {
    case 'code':
      changes.code = readCode(text, plan, problems);
      return;
    case 'name':
      changes.name = readText(text, field, problems);
      return;
    case 'department':
      changes.department = readDepartment(text, problems);
      return;
    case 'customer numbers':
      changes.customerNumbers = readList(parseNumberList(text), field, problems);
      return;
    case 'valid from':
      changes.validFromMs = readMoment(text, field, problems);
      return;
    case 'valid until':
      changes.validUntilMs = readMoment(text, field, problems);
      return;
    case 'enabled':
      changes.enabled = readYesNo(text, field, true, problems);
      return;
    case 'caller number':
      changes.callerNumber = readShownNumber(text, field, plan, problems);
      return;
    case 'anonymous':
      changes.anonymous = readYesNo(text, field, false, problems);
      return;
    default:
      readRestrictionField(field, text, plan, changes.restriction, problems);
  }
}

/** What a person would have typed to get this account. */
export function inputOf(account: Account, departments: readonly Department[]): AccountInput {
  return {
    code: account.code,
    name: account.name,
    department: departments.find(({ id }) => id === account.departmentId)?.name ?? null,
    customerNumbers: account.customerNumbers,
    enabled: account.enabled,
    validFromMs: account.validFromMs,
    validUntilMs: account.validUntilMs,
    restriction: account.restriction,
    callerNumber: account.callerNumber,
    anonymous: account.anonymous,
  };
}

/** The account as it will be: `base` with the changes. `problems` gets a line for what does not fit together. */
export function completeAccount(
  base: AccountInput,
  changes: AccountChanges,
): { account: AccountInput; problems: Problems } {
  const account = { ...base, ...changes, restriction: { ...base.restriction, ...changes.restriction } };
  const problems: Problems = [];
  if (account.name === '') problems.push('name is missing');
  checkRestriction(account.restriction, problems);
  if (account.validFromMs !== null && account.validUntilMs !== null && account.validFromMs >= account.validUntilMs) {
    problems.push('valid from is not before valid until');
  }
  return { account, problems };
}
