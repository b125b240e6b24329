import {
  problemsJson,
  problemsOf,
  shownJson,
  shownTexts,
  stateOf,
  type Shown,
  type View,
} from '../../directory/showing.ts';
import { accountFields, type Account } from '../../words/directory.ts';
import { isRestriction } from '../../words/directory/restriction.ts';
import { labelled, limitsText, listLines } from '../directory/show.ts';

/** Whether it is enabled says less than whether it may be used now. */
const textsOf = (account: Account, view: View): Shown[] =>
  shownTexts(accountFields, account, view).map((shown) =>
    shown.name === 'enabled' ? { ...shown, text: stateOf(account, view.nowMs) } : shown,
  );

/** One account as JSON shows it. */
export const accountJson = (account: Account, view: View): Record<string, unknown> => ({
  ...shownJson(accountFields, account, view),
  state: stateOf(account, view.nowMs),
  ...problemsJson(account),
});

/** All accounts as lines of an aligned table, the header first. */
export const accountTable = (accounts: readonly Account[], view: View): string[] =>
  listLines(
    accountFields,
    accounts.map((account) => ({ shown: textsOf(account, view), more: [limitsText(account)] })),
    'LIMITS',
  );

/** One account as lines of `label: value`, in the words of the CSV columns; its state stands before its limits. */
export function accountLines(account: Account, view: View): string[] {
  const lines = shownTexts(accountFields, account, view)
    .filter(({ name }) => name !== 'enabled')
    .map(({ name, field, text }) => ({ name, line: [field.header, text] as const }));
  const limitsAt = lines.findIndex(({ name }) => isRestriction(name));
  const state = { name: 'state', line: ['state', stateOf(account, view.nowMs)] as const };
  const problems = problemsOf(account).map((problem) => ['problem', problem] as const);
  return labelled([...lines.toSpliced(limitsAt, 0, state).map(({ line }) => line), ...problems]);
}
