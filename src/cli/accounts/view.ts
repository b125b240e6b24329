import { checkCode } from '../../policy/code.ts';
import type { Account, Department } from '../../words/directory.ts';
import { formatList } from '../../policy/list.ts';
import { maskCode } from '../../words/mask-code.ts';
import { departmentNameOf, labelled, limitsOf, restrictionLines } from '../directory-view.ts';
import { formatMoment } from '../moment.ts';
import { tableLines } from '../table.ts';

export type AccountView = {
  departments: readonly Department[];
  nowMs: number;
  /** Codes in full; otherwise all but their last two digits are starred. */
  showCodes: boolean;
};

const codeOf = (account: Account, view: AccountView) => (view.showCodes ? account.code : maskCode(account.code));

const departmentOf = (account: Account, view: AccountView) => departmentNameOf(account, view.departments);

function stateOf(account: Account, nowMs: number): string {
  const check = checkCode(account, nowMs);
  return check.ok ? 'enabled' : check.reason.replace(/^code-/, '').replaceAll('-', ' ');
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
    callerNumber: account.callerNumber,
    anonymous: account.anonymous,
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
  const moment = (ms: number | null) => (ms === null ? '' : formatMoment(ms));
  const lines: [string, string][] = [
    ['code', codeOf(account, view)],
    ['name', account.name],
    ['department', departmentOf(account, view) ?? ''],
    ['customer numbers', formatList(account.customerNumbers)],
    ['state', stateOf(account, view.nowMs)],
    ...restrictionLines(account.restriction),
    ['valid from', moment(account.validFromMs)],
    ['valid until', moment(account.validUntilMs)],
    ['caller number', account.callerNumber ?? ''],
    ['anonymous', account.anonymous ? 'yes' : 'no'],
  ];
  return labelled(lines);
}
