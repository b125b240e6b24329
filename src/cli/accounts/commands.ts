import { parseArgs } from 'node:util';
import { accounts } from '../../directory/nouns.ts';
import { exportedCsv } from '../../directory/export.ts';
import { problemsOf, type View } from '../../directory/showing.ts';
import type { DirectoryContext } from '../directory/context.ts';
import { codeMaking } from './codes.ts';
import { exportCommand } from '../directory/export.ts';
import { memberCommands } from '../directory/members.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import { accountJson, accountLines, accountTable } from './view.ts';

const viewOptions = { json: { type: 'boolean' }, 'show-codes': { type: 'boolean' } } as const;

const commands = memberCommands(accounts, codeMaking);
export const { add, change, importFile } = commands;

async function viewOf({ store, time, nowMs }: DirectoryContext, showCodes = false): Promise<View> {
  return { departments: await store.listDepartments(), payers: new Map(), nowMs: nowMs(), time, showCodes };
}

export const exportFile = exportCommand({
  ...{ many: 'accounts', hasCodes: true },
  csv: async (context) => exportedCsv(accounts.fields, await accounts.list(context.store), await viewOf(context, true)),
});

export async function setEnabled(args: string[], context: DirectoryContext, enabled: boolean): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const changed = await context.store.updateAccount(onlyOne(positionals, 'CODE'), { enabled });
  if (changed === null) return commands.noSuch(context);
  print(context.stdout, `${enabled ? 'Enabled' : 'Disabled'} ${changed.name}.`);
  for (const problem of problemsOf(changed)) print(context.stderr, `It cannot be used yet: ${problem}`);
  return 0;
}

export async function show(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: viewOptions, allowPositionals: true });
  const account = await context.store.findAccountByCode(onlyOne(positionals, 'CODE'));
  if (account === null) return commands.noSuch(context);
  const view = await viewOf(context, values['show-codes']);
  if (values.json === true) printJson(context.stdout, accountJson(account, view));
  else print(context.stdout, accountLines(account, view));
  return 0;
}

function limitOf(text: string | undefined): { limit?: number } {
  if (text === undefined) return {};
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--limit must be a whole number, 1 or more');
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
  const found = await context.store.listAccounts({
    ...(search === undefined ? {} : { search }),
    ...(enabled === disabled ? {} : { enabled }),
    ...limitOf(values.limit),
  });
  const view = await viewOf(context, values['show-codes']);
  if (values.json === true) {
    const json = { accounts: found.map((account) => accountJson(account, view)) };
    printJson(context.stdout, json);
  } else {
    print(context.stdout, found.length === 0 ? 'No accounts.' : accountTable(found, view));
  }
  return 0;
}
