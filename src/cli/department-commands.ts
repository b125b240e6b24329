import { parseArgs } from 'node:util';
import type { CsvProblem } from '../store/csv.ts';
import { readImportFile, readTypedRows, refuseImport, repeatedKeys } from './csv-import.ts';
import type { DirectoryContext } from './directory-context.ts';
import { tableLines } from './table.ts';
import { readText } from './typed-fields.ts';
import type { Problems } from './typed-fields.ts';
import { onlyOne, print, UsageError } from './usage.ts';

function readName(text: string, problems: Problems): string {
  const name = readText(text, 'name', problems);
  if (name === '') problems.push('name is missing');
  return name;
}

function nameFrom(text: string): string {
  const problems: Problems = [];
  const name = readName(text, problems);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return name;
}

function noSuchDepartment({ stderr }: DirectoryContext, name: string): number {
  print(stderr, `There is no department "${name}".`);
  return 1;
}

export async function add(args: string[], context: DirectoryContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const { name } = await context.store.addDepartment(nameFrom(onlyOne(positionals, 'NAME')));
  print(context.stdout, `Added ${name}.`);
  return 0;
}

export async function rename(args: string[], context: DirectoryContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [name, newName, ...more] = positionals;
  if (name === undefined || newName === undefined || more.length > 0) {
    throw new UsageError('expected NAME and NEW-NAME');
  }
  const renamed = await context.store.renameDepartment(name.trim(), nameFrom(newName));
  if (renamed === null) return noSuchDepartment(context, name.trim());
  print(context.stdout, `Renamed ${name.trim()} to ${renamed.name}.`);
  return 0;
}

export async function remove(args: string[], context: DirectoryContext): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const name = onlyOne(positionals, 'NAME').trim();
  const removed = await context.store.removeDepartment(name);
  if (removed === null) return noSuchDepartment(context, name);
  print(context.stdout, `Removed ${removed.name}.`);
  return 0;
}

export async function list(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const departments = await context.store.listDepartmentUse();
  if (values.json === true) {
    const json = { departments: departments.map(({ name, accounts, extensions }) => ({ name, accounts, extensions })) };
    print(context.stdout, JSON.stringify(json, null, 2));
  } else if (departments.length === 0) {
    print(context.stdout, 'No departments.');
  } else {
    const rows = departments.map(({ name, accounts, extensions }) => [name, String(accounts), String(extensions)]);
    print(context.stdout, tableLines([['NAME', 'ACCOUNTS', 'EXTENSIONS'], ...rows]).join('\n'));
  }
  return 0;
}

function readNames(bytes: Uint8Array): { names: string[]; problems: CsvProblem[] } {
  const shape = { fields: ['name'], needed: ['name'], what: 'departments' } as const;
  const { rows, problems } = readTypedRows(bytes, shape);
  const repeated = repeatedKeys('name');
  const names = rows.map(({ line, typed }) => {
    const ofRow: Problems = [];
    const name = readName(typed.name ?? '', ofRow);
    const twice = repeated(name.toLowerCase(), line);
    if (twice !== null) ofRow.push(twice);
    problems.push(...ofRow.map((error) => ({ line, error })));
    return name;
  });
  return { names, problems: problems.sort((a, b) => a.line - b.line) };
}

export async function importFile(args: string[], context: DirectoryContext): Promise<number> {
  const options = { 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const file = onlyOne(positionals, 'FILE.csv');
  const { names, problems } = readNames(await readImportFile(file));
  if (problems.length > 0) return refuseImport(file, problems, context.stderr);
  if (values['dry-run'] === true) {
    const known = new Set((await context.store.listDepartments()).map(({ name }) => name.toLowerCase()));
    const added = names.filter((name) => !known.has(name.toLowerCase())).length;
    print(context.stdout, `Nothing wrong: would add ${added} departments; ${names.length - added} are there.`);
    return 0;
  }
  const { added } = await context.store.importDepartments(names.map((name) => ({ name })));
  print(context.stdout, `Added ${added} departments; ${names.length - added} were there.`);
  return 0;
}
