import type { Account, Department, Extension } from '../../words/directory.ts';
import { departmentNameOf, labelled, limitsOf, restrictionLines } from '../directory-view.ts';
import { payerText } from '../calls/payer.ts';
import { tableLines } from '../table.ts';

export type ExtensionView = {
  departments: readonly Department[];
  /** Accounts that pay for forwarded calls, by id. */
  payers: ReadonlyMap<number, Account>;
};

function payerOf({ defaultAccountId }: Extension, { payers }: ExtensionView): string | null {
  if (defaultAccountId === null) return null;
  const account = payers.get(defaultAccountId);
  return account === undefined ? `account ${defaultAccountId}, which is not there` : payerText(account);
}

/** One extension as JSON shows it. */
export function extensionJson(extension: Extension, view: ExtensionView): Record<string, unknown> {
  const { number, name, restriction, callerNumber, callbackNumber, place } = extension;
  return {
    ...{ number, name, department: departmentNameOf(extension, view.departments), ...restriction },
    ...{ callerNumber, callbackNumber, place, defaultAccount: payerOf(extension, view) },
  };
}

/** All extensions as lines of an aligned table, the header first. */
export function extensionTable(extensions: readonly Extension[], view: ExtensionView): string[] {
  return tableLines([
    ['NUMBER', 'NAME', 'DEPARTMENT', 'LIMITS'],
    ...extensions.map((extension) => [
      extension.number,
      extension.name,
      departmentNameOf(extension, view.departments) ?? '',
      limitsOf(extension.restriction),
    ]),
  ]);
}

/** One extension as lines of `label: value`, in the words of the CSV columns. */
export function extensionLines(extension: Extension, view: ExtensionView): string[] {
  return labelled([
    ['number', extension.number],
    ['name', extension.name],
    ['department', departmentNameOf(extension, view.departments) ?? ''],
    ...restrictionLines(extension.restriction),
    ['caller number', extension.callerNumber ?? ''],
    ['callback number', extension.callbackNumber ?? ''],
    ['place', extension.place],
    ['default account', payerOf(extension, view) ?? ''],
  ]);
}
