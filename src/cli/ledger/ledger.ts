import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { leftOf } from '../../ledger/ledger.ts';
import { isCurrency } from '../../rating/currency.ts';
import { parseDecimal } from '../../rating/money.ts';
import type { LocalStore } from '../../store/sqlite/store.ts';
import { StoreError } from '../../store/ports/store-error.ts';
import type { Account } from '../../words/directory.ts';
import { loginName } from '../login-name.ts';
import { localCommand, type Output } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';
import { amountText, balanceRows, entryRows, verdictLines } from './view.ts';

const help = `Usage: billing-codes ledger COMMAND …

  verify [--json]              does every transfer again: debits equal credits, no row was changed or is missing since it was
                               written, and each call was charged what its record says
  show [--account CODE] [--last N] [--json]
                               what an account used, reserved and has left, and its last transfers (20); without --account,
                               that of calls that nobody pays for
  top-up --account CODE --amount 20.00 [--currency CUR] [--reference TEXT] [--by NAME]
                               pays in for an account with a prepaid balance; a running controller knows within a second. The
                               same reference is booked once. --take-back books the amount out again
                               (docs/ledger.md)

All of it is about the local file of this data folder.

Exit codes: 0 done, 1 the ledger is not sound, or no such account; 2 wrong usage and nothing changed.
`;

type LedgerContext = Output & { store: LocalStore };

async function verify(args: string[], { store, stdout }: LedgerContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const verdict = await store.verifyLedger();
  if (values.json === true) printJson(stdout, verdict);
  else print(stdout, verdictLines(verdict));
  return verdict.problems.length === 0 ? 0 : 1;
}

const showOptions = { account: { type: 'string' }, last: { type: 'string' }, json: { type: 'boolean' } } as const;

async function show(args: string[], { store, stdout }: LedgerContext): Promise<number> {
  const { values } = parseArgs({ args, options: showOptions });
  const limit = values.last === undefined ? 20 : Number(values.last);
  if (!Number.isInteger(limit) || limit < 1) throw new UsageError('--last takes a whole number from 1 on');
  const account = values.account === undefined ? null : await accountOf(values.account, store);
  const [balances, entries] = [
    await store.balancesOf(account?.id ?? null),
    await store.transfersOf(account?.id ?? null, limit),
  ];
  if (values.json === true) {
    printJson(stdout, { account: account?.name ?? null, balances, transfers: entries });
    return 0;
  }
  print(stdout, account === null ? 'Calls that nobody pays for' : account.name);
  if (balances.length === 0) print(stdout, 'Nothing was used or paid in so far.');
  else
    print(stdout, [
      ...tableLines(balanceRows(balances, account?.prepaid === true)),
      '',
      ...tableLines(entryRows(entries)),
    ]);
  return 0;
}

const topUpOptions = {
  account: { type: 'string' },
  amount: { type: 'string' },
  currency: { type: 'string' },
  reference: { type: 'string' },
  by: { type: 'string' },
  'take-back': { type: 'boolean' },
} as const;

async function topUp(args: string[], { store, stdout }: LedgerContext): Promise<number> {
  const { values } = parseArgs({ args, options: topUpOptions });
  if (values.account === undefined || values.amount === undefined) {
    throw new UsageError('--account CODE and --amount MONEY are needed');
  }
  const parsed = parseDecimal(values.amount, 6);
  if (!parsed.ok || parsed.value === 0) {
    throw new UsageError(`--amount: ${parsed.ok ? 'there is nothing to pay in' : parsed.problem}`);
  }
  const account = await accountOf(values.account, store);
  const currency =
    values.currency ??
    (await store.rateTableOf({ accountId: account.id, departmentId: account.departmentId }))?.table.currency;
  if (currency === undefined || !isCurrency(currency)) {
    throw new UsageError(
      '--currency CUR is needed: a currency such as CHF (the account has no rates that would say which)',
    );
  }
  const after = await store.payIn({
    ...{ id: `paid-in/${values.reference ?? randomUUID()}`, accountId: account.id, currency },
    ...{
      micros: values['take-back'] === true ? -parsed.value : parsed.value,
      madeBy: values.by ?? loginName(),
    },
  });
  print(stdout, `${account.name}: ${amountText(leftOf(after), currency)} left.`);
  if (!account.prepaid)
    print(
      stdout,
      'This account has no prepaid balance (accounts change --prepaid yes): its calls go out whatever is left.',
    );
  return 0;
}

async function accountOf(code: string, store: LocalStore): Promise<Account> {
  const account = await store.findAccountByCode(code);
  if (account === null) throw new StoreError('unavailable', 'No account has this code.');
  return account;
}

/** `billing-codes ledger …`. */
export const { command: ledgerCommand, run } = localCommand<LedgerContext>({
  ...{ name: 'ledger', help },
  subcommands: new Map([
    ['verify', verify],
    ['show', show],
    ['top-up', topUp],
  ]),
  contextOf: (store, _, output) => ({ ...output, store }),
});
