import { parseArgs } from 'node:util';
import { extensions, phoneText } from '../../directory/nouns.ts';
import { exportedCsv } from '../../directory/export.ts';
import { payersOf } from '../../directory/payer.ts';
import type { View } from '../../directory/showing.ts';
import type { Extension } from '../../words/directory.ts';
import type { DirectoryContext } from '../directory/context.ts';
import { exportCommand } from '../directory/export.ts';
import { memberCommands } from '../directory/members.ts';
import { onlyOne, print, printJson } from '../usage.ts';
import { extensionJson, extensionLines, extensionTable } from './view.ts';

const commands = memberCommands(extensions);
export const { add, change, importFile } = commands;

async function viewOf(shown: readonly Extension[], { store, time, nowMs }: DirectoryContext): Promise<View> {
  const departments = await store.listDepartments();
  return { departments, payers: await payersOf(shown, store), nowMs: nowMs(), time, showCodes: false };
}

export const exportFile = exportCommand({
  ...{ many: 'extensions', hasCodes: false },
  async csv(context) {
    const { store } = context;
    const view = await viewOf([], context);
    // Whether a name is one account's alone, only all accounts can tell.
    const payers = new Map((await store.listAccounts()).map((account) => [account.id, account]));
    return exportedCsv(extensions.fields, await store.listExtensions(), { ...view, payers });
  },
});

export async function remove(args: string[], context: DirectoryContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const removed = await context.store.removeExtension(onlyOne(positionals, 'NUMBER'));
  if (removed === null) return commands.noSuch(context);
  print(context.stdout, `Removed ${phoneText(removed)}.`);
  return 0;
}

export async function show(args: string[], context: DirectoryContext): Promise<number> {
  const options = { json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const extension = await context.store.findExtension(onlyOne(positionals, 'NUMBER'));
  if (extension === null) return commands.noSuch(context);
  const view = await viewOf([extension], context);
  if (values.json === true) printJson(context.stdout, extensionJson(extension, view));
  else print(context.stdout, extensionLines(extension, view));
  return 0;
}

export async function list(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { search: { type: 'string' }, department: { type: 'string' }, json: { type: 'boolean' } },
  });
  const departments = await context.store.listDepartments();
  const sought = values.search?.toLowerCase() ?? '';
  let found = (await context.store.listExtensions()).filter(({ number, name }) =>
    [number, name].some((text) => text.toLowerCase().includes(sought)),
  );
  if (values.department !== undefined) {
    const name = values.department.trim();
    const department = departments.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (department === undefined) {
      print(context.stderr, `There is no department "${name}".`);
      return 1;
    }
    found = found.filter(({ departmentId }) => departmentId === department.id);
  }
  const view = await viewOf(found, context);
  if (values.json === true) {
    const json = { extensions: found.map((extension) => extensionJson(extension, view)) };
    printJson(context.stdout, json);
  } else {
    print(context.stdout, found.length === 0 ? 'No extensions.' : extensionTable(found, view));
  }
  return 0;
}
