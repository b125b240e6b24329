import { parseArgs } from 'node:util';
import type { Extension } from '../../words/directory.ts';
import type { ExtensionInput } from '../../store/ports/store.ts';
import { readImportFile, refuseImport } from '../csv-import.ts';
import type { DirectoryContext } from '../directory-context.ts';
import { extensionFields, inputOf, newExtension, readExtension, readExtensions } from './fields.ts';
import type { TypedExtension } from './fields.ts';
import { extensionJson, extensionLines, extensionTable } from './view.ts';
import type { ExtensionView } from './view.ts';
import { payerFinder } from '../calls/payer.ts';
import { restrictionOptions } from '../typed-fields.ts';
import { onlyOne, print, UsageError } from '../usage.ts';

const fieldOptions = {
  number: { type: 'string' },
  name: { type: 'string' },
  department: { type: 'string' },
  ...restrictionOptions,
  'caller-number': { type: 'string' },
  'callback-number': { type: 'string' },
  place: { type: 'string' },
  'default-account': { type: 'string' },
} as const;

/** The extension as it will be; rejects with a `UsageError` with everything that is wrong. */
async function extensionFrom(
  base: ExtensionInput,
  values: { [option: string]: string | undefined },
  { plan, store }: DirectoryContext,
): Promise<ExtensionInput> {
  const typed: TypedExtension = {};
  for (const field of extensionFields) {
    const value = values[field.replaceAll(' ', '-')];
    if (value !== undefined) typed[field] = value;
  }
  const payer = await payerFinder(store)(typed['default account'] ?? '');
  const { extension, problems } = readExtension(base, typed, { plan, payer });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return extension;
}

/** With more payers than this all accounts are read at once: a look-up is a round trip where the store is a server. */
const maximumLookups = 100;

async function viewOf(extensions: readonly Extension[], { store }: DirectoryContext): Promise<ExtensionView> {
  const ids = new Set(extensions.flatMap(({ defaultAccountId }) => defaultAccountId ?? []));
  const accounts =
    ids.size > maximumLookups
      ? await store.listAccounts()
      : await Promise.all([...ids].map((id) => store.findAccountById(id)));
  const payers = new Map(accounts.flatMap((account) => (account === null ? [] : [[account.id, account]])));
  return { departments: await store.listDepartments(), payers };
}

const named = ({ number, name }: Pick<Extension, 'number' | 'name'>): string =>
  name === '' ? number : `${number} (${name})`;

function noSuchExtension({ stderr }: DirectoryContext): number {
  print(stderr, 'No extension has this number.');
  return 1;
}

export async function add(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({ args, options: fieldOptions });
  if (values.number === undefined) throw new UsageError('--number is missing');
  const added = await context.store.addExtension(await extensionFrom(newExtension, values, context));
  print(context.stdout, `Added ${named(added)}.`);
  return 0;
}

export async function change(args: string[], context: DirectoryContext): Promise<number> {
  const { store } = context;
  const { values, positionals } = parseArgs({ args, options: fieldOptions, allowPositionals: true });
  const number = onlyOne(positionals, 'NUMBER');
  const extension = await store.findExtension(number);
  if (extension === null) return noSuchExtension(context);
  const base = inputOf(extension, await store.listDepartments());
  const changed = await store.updateExtension(number, await extensionFrom(base, values, context));
  if (changed === null) return noSuchExtension(context);
  print(context.stdout, `Changed ${named(changed)}.`);
  return 0;
}

export async function remove(args: string[], context: DirectoryContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const removed = await context.store.removeExtension(onlyOne(positionals, 'NUMBER'));
  if (removed === null) return noSuchExtension(context);
  print(context.stdout, `Removed ${named(removed)}.`);
  return 0;
}

export async function show(args: string[], context: DirectoryContext): Promise<number> {
  const options = { json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const extension = await context.store.findExtension(onlyOne(positionals, 'NUMBER'));
  if (extension === null) return noSuchExtension(context);
  const view = await viewOf([extension], context);
  const text = values.json === true ? JSON.stringify(extensionJson(extension, view), null, 2) : null;
  print(context.stdout, text ?? extensionLines(extension, view).join('\n'));
  return 0;
}

export async function list(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { search: { type: 'string' }, department: { type: 'string' }, json: { type: 'boolean' } },
  });
  const departments = await context.store.listDepartments();
  const sought = values.search?.toLowerCase() ?? '';
  let extensions = (await context.store.listExtensions()).filter(({ number, name }) =>
    [number, name].some((text) => text.toLowerCase().includes(sought)),
  );
  if (values.department !== undefined) {
    const name = values.department.trim();
    const department = departments.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (department === undefined) {
      print(context.stderr, `There is no department "${name}".`);
      return 1;
    }
    extensions = extensions.filter(({ departmentId }) => departmentId === department.id);
  }
  const view = await viewOf(extensions, context);
  if (values.json === true) {
    const json = { extensions: extensions.map((extension) => extensionJson(extension, view)) };
    print(context.stdout, JSON.stringify(json, null, 2));
  } else {
    print(context.stdout, extensions.length === 0 ? 'No extensions.' : extensionTable(extensions, view).join('\n'));
  }
  return 0;
}

export async function importFile(args: string[], context: DirectoryContext): Promise<number> {
  const options = { 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const file = onlyOne(positionals, 'FILE.csv');
  const read = await readExtensions(await readImportFile(file), context.plan, context.store);
  if (!read.ok) return refuseImport(file, read.problems, context.stderr);
  if (values['dry-run'] === true) {
    print(context.stdout, `Nothing wrong: would add ${read.added} and change ${read.updated} extensions.`);
    return 0;
  }
  const { added, updated } = await context.store.importExtensions(read.extensions);
  print(context.stdout, `Added ${added} and changed ${updated} extensions.`);
  return 0;
}
