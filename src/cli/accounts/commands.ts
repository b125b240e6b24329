import { parseArgs } from 'node:util';
import type { Account } from '../../words/directory.ts';
import type { DialPlan } from '../../numbers/plan.ts';
import type { AccountInput } from '../../store/ports/store.ts';
import { accountFields, completeAccount, inputOf, readAccountFields } from './fields.ts';
import type { TypedFields } from './fields.ts';
import { newAccount, readAccounts } from './import.ts';
import { accountJson, accountLines, accountTable } from './view.ts';
import type { AccountView } from './view.ts';
import { readImportFile, refuseImport } from '../csv-import.ts';
import type { DirectoryContext } from '../directory-context.ts';
import { restrictionOptions } from '../typed-fields.ts';
import { onlyOne, print, UsageError } from '../usage.ts';

const fieldOptions = {
  code: { type: 'string' },
  name: { type: 'string' },
  department: { type: 'string' },
  number: { type: 'string', multiple: true },
  ...restrictionOptions,
  'valid-from': { type: 'string' },
  'valid-until': { type: 'string' },
  'caller-number': { type: 'string' },
  anonymous: { type: 'string' },
  disabled: { type: 'boolean' },
} as const;
const viewOptions = { json: { type: 'boolean' }, 'show-codes': { type: 'boolean' } } as const;

type FieldValues = { number?: string[]; disabled?: boolean; [option: string]: string | boolean | string[] | undefined };

function typedFields({ number, disabled, ...values }: FieldValues): TypedFields {
  const typed: TypedFields = {};
  for (const field of accountFields) {
    const value = values[field.replaceAll(' ', '-')];
    if (typeof value === 'string') typed[field] = value;
  }
  if (number !== undefined) typed['customer numbers'] = number.join(',');
  if (disabled === true) typed.enabled = 'no';
  return typed;
}

/** The account as it will be; throws a `UsageError` with everything that is wrong. */
function accountFrom(base: AccountInput, values: FieldValues, plan: DialPlan): AccountInput {
  const { changes, problems } = readAccountFields(typedFields(values), plan);
  const { account, problems: ofWhole } = completeAccount(base, changes);
  if (problems.length + ofWhole.length > 0) throw new UsageError([...problems, ...ofWhole].join('\n'));
  return account;
}

async function viewOf({ store, nowMs }: DirectoryContext, showCodes = false): Promise<AccountView> {
  return { departments: await store.listDepartments(), nowMs: nowMs(), showCodes };
}

function noSuchAccount({ stderr }: DirectoryContext): number {
  print(stderr, 'No account has this code.');
  return 1;
}

export async function add(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({ args, options: fieldOptions });
  if (values.code === undefined) throw new UsageError('--code is missing');
  const account = await context.store.addAccount(accountFrom(newAccount, values, context.plan));
  print(context.stdout, `Added ${account.name}.`);
  return 0;
}

export async function change(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: fieldOptions, allowPositionals: true });
  const code = onlyOne(positionals, 'CODE');
  const account = await context.store.findAccountByCode(code);
  if (account === null) return noSuchAccount(context);
  const base = inputOf(account, await context.store.listDepartments());
  const changed = await context.store.updateAccount(code, accountFrom(base, values, context.plan));
  if (changed === null) return noSuchAccount(context);
  print(context.stdout, `Changed ${changed.name}.`);
  return 0;
}

export async function setEnabled(args: string[], context: DirectoryContext, enabled: boolean): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const changed = await context.store.updateAccount(onlyOne(positionals, 'CODE'), { enabled });
  if (changed === null) return noSuchAccount(context);
  print(context.stdout, `${enabled ? 'Enabled' : 'Disabled'} ${changed.name}.`);
  return 0;
}

export async function show(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: viewOptions, allowPositionals: true });
  const account = await context.store.findAccountByCode(onlyOne(positionals, 'CODE'));
  if (account === null) return noSuchAccount(context);
  const view = await viewOf(context, values['show-codes']);
  const text = values.json === true ? JSON.stringify(accountJson(account, view), null, 2) : null;
  print(context.stdout, text ?? accountLines(account, view).join('\n'));
  return 0;
}

function limitOf(text: string | undefined): { limit?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--limit must be a whole number from 1 on');
  return { limit: Number(text) };
}

export async function list(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...viewOptions,
      search: { type: 'string' },
      enabled: { type: 'boolean' },
      disabled: { type: 'boolean' },
      limit: { type: 'string' },
    },
  });
  const { search, enabled = false, disabled = false } = values;
  const accounts: Account[] = await context.store.listAccounts({
    ...(search === undefined ? {} : { search }),
    ...(enabled === disabled ? {} : { enabled }),
    ...limitOf(values.limit),
  });
  const view = await viewOf(context, values['show-codes']);
  if (values.json === true) {
    const json = { accounts: accounts.map((account) => accountJson(account, view)) };
    print(context.stdout, JSON.stringify(json, null, 2));
  } else {
    print(context.stdout, accounts.length === 0 ? 'No accounts.' : accountTable(accounts, view).join('\n'));
  }
  return 0;
}

export async function importFile(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean' } },
    allowPositionals: true,
  });
  const file = onlyOne(positionals, 'FILE.csv');
  const read = await readAccounts(await readImportFile(file), context.plan, context.store);
  if (!read.ok) return refuseImport(file, read.problems, context.stderr);
  if (values['dry-run'] === true) {
    print(context.stdout, `Nothing wrong: would add ${read.added} and change ${read.updated} accounts.`);
    return 0;
  }
  const { added, updated } = await context.store.importAccounts(read.accounts);
  print(context.stdout, `Added ${added} and changed ${updated} accounts.`);
  return 0;
}
