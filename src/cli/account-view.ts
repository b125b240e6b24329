import { checkCode } from '../policy/code.ts';
import type { Account, Department, Restriction } from '../policy/directory.ts';
import { formatList } from '../policy/list.ts';
import { maskCode } from '../mask-code.ts';
import { formatMoment } from './moment.ts';
import { tableLines } from './table.ts';

export type AccountView = {
  departments: readonly Department[];
  nowMs: number;
  /** Codes in full; otherwise all but their last two digits are starred. */
  showCodes: boolean;
};

const codeOf = (account: Account, view: AccountView) => (view.showCodes ? account.code : maskCode(account.code));

const departmentOf = (account: Account, view: AccountView): string | null =>
  view.departments.find(({ id }) => id === account.departmentId)?.name ?? null;

function stateOf(account: Account, nowMs: number): string {
  const check = checkCode(account, nowMs);
  return check.ok ? 'enabled' : check.reason.replace(/^code-/, '').replaceAll('-', ' ');
}

/** In words, as short as a table needs: `4-11 digits; not 1900; only +44 101; local, national`. */
function limitsOf(restriction: Restriction): string {
  const { leastDigits, mostDigits, blockedPrefixes, allowedPrefixes, allowedNumbers, allowedCallTypes } = restriction;
  const limits: string[] = [];
  if (leastDigits !== null && mostDigits !== null) limits.push(`${leastDigits}-${mostDigits} digits`);
  else if (leastDigits !== null) limits.push(`from ${leastDigits} digits`);
  else if (mostDigits !== null) limits.push(`up to ${mostDigits} digits`);
  if (blockedPrefixes.length > 0) limits.push(`not ${blockedPrefixes.map((prefix) => `${prefix}…`).join(' ')}`);
  const only = [...allowedPrefixes.map((prefix) => `${prefix}…`), ...allowedNumbers];
  if (only.length > 0) limits.push(`only ${only.join(' ')}`);
  if (allowedCallTypes.length > 0) limits.push(formatList(allowedCallTypes));
  return limits.join('; ');
}

const momentOf = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** One account as JSON shows it. */
export function accountJson(account: Account, view: AccountView): Record<string, unknown> {
  return {
    code: codeOf(account, view),
    name: account.name,
    department: departmentOf(account, view),
    customerNumbers: account.customerNumbers,
    enabled: account.enabled,
    state: stateOf(account, view.nowMs),
    validFrom: momentOf(account.validFromMs),
    validUntil: momentOf(account.validUntilMs),
    ...account.restriction,
  };
}

/** All accounts as lines of an aligned table, the header first. */
export function accountTable(accounts: readonly Account[], view: AccountView): string[] {
  const rows = [
    ['CODE', 'NAME', 'DEPARTMENT', 'NUMBERS ON FILE', 'STATE', 'LIMITS'],
    ...accounts.map((account) => [
      codeOf(account, view),
      account.name,
      departmentOf(account, view) ?? '',
      formatList(account.customerNumbers),
      stateOf(account, view.nowMs),
      limitsOf(account.restriction),
    ]),
  ];
  return tableLines(rows);
}

/** One account as lines of `label: value`, in the words of the CSV columns. */
export function accountLines(account: Account, view: AccountView): string[] {
  const { restriction } = account;
  const moment = (ms: number | null) => (ms === null ? '' : formatMoment(ms));
  const lines: [string, string][] = [
    ['code', codeOf(account, view)],
    ['name', account.name],
    ['department', departmentOf(account, view) ?? ''],
    ['customer numbers', formatList(account.customerNumbers)],
    ['state', stateOf(account, view.nowMs)],
    ['least digits', String(restriction.leastDigits ?? '')],
    ['most digits', String(restriction.mostDigits ?? '')],
    ['blocked prefixes', formatList(restriction.blockedPrefixes)],
    ['allowed prefixes', formatList(restriction.allowedPrefixes)],
    ['allowed numbers', formatList(restriction.allowedNumbers)],
    ['allowed call types', formatList(restriction.allowedCallTypes)],
    ['valid from', moment(account.validFromMs)],
    ['valid until', moment(account.validUntilMs)],
  ];
  return lines.map(([label, value]) => `${`${label}:`.padEnd(20)}${value === '' ? '-' : value}`);
}
