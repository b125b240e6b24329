import { parseArgs } from 'node:util';
import type { CsvProblem } from '../../csv/csv.ts';
import { readImportFile, readTypedRows, refuseImport, repeatedKeys } from '../csv-import.ts';
import type { DialPlan } from '../../numbers/plan.ts';
import type { DepartmentInput } from '../../store/ports/store.ts';
import type { DirectoryContext } from '../directory-context.ts';
import { readShownNumber } from '../shown-number.ts';
import { tableLines } from '../table.ts';
import { readText } from '../typed-fields.ts';
import type { Problems } from '../typed-fields.ts';
import { onlyOne, print, UsageError } from '../usage.ts';

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

const fieldOptions = { 'caller-number': { type: 'string' } } as const;

function numberFrom(text: string, { plan }: DirectoryContext): string | null {
  const problems: Problems = [];
  const number = readShownNumber(text, 'caller number', plan, problems);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return number;
}

export async function add(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: fieldOptions, allowPositionals: true });
  const asked = nameFrom(onlyOne(positionals, 'NAME'));
  const { name } = await context.store.addDepartment(asked, numberFrom(values['caller-number'] ?? '', context));
  print(context.stdout, `Added ${name}.`);
  return 0;
}

export async function change(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: fieldOptions, allowPositionals: true });
  const name = onlyOne(positionals, 'NAME').trim();
  const number = values['caller-number'];
  if (number === undefined) throw new UsageError('--caller-number is missing');
  const changed = await context.store.setDepartmentCallerNumber(name, numberFrom(number, context));
  if (changed === null) return noSuchDepartment(context, name);
  print(context.stdout, `Changed ${changed.name}.`);
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
    const shown = departments.map(({ name, callerNumber, accounts, extensions }) => ({
      ...{ name, callerNumber, accounts, extensions },
    }));
    print(context.stdout, JSON.stringify({ departments: shown }, null, 2));
  } else if (departments.length === 0) {
    print(context.stdout, 'No departments.');
  } else {
    const rows = departments.map(({ name, callerNumber, accounts, extensions }) => [
      ...[name, String(accounts), String(extensions), callerNumber ?? ''],
    ]);
    print(context.stdout, tableLines([['NAME', 'ACCOUNTS', 'EXTENSIONS', 'CALLER NUMBER'], ...rows]).join('\n'));
  }
  return 0;
}

/** A column that the file does not have keeps what a department has; an empty cell clears it. */
function readDepartments(bytes: Uint8Array, plan: DialPlan): { inputs: DepartmentInput[]; problems: CsvProblem[] } {
  const shape = { fields: ['name', 'caller number'], needed: ['name'], what: 'departments' } as const;
  const { rows, problems } = readTypedRows(bytes, shape);
  const repeated = repeatedKeys('name');
  const inputs = rows.map(({ line, typed }): DepartmentInput => {
    const ofRow: Problems = [];
    const name = readName(typed.name ?? '', ofRow);
    const twice = repeated(name.toLowerCase(), line);
    if (twice !== null) ofRow.push(twice);
    const number = typed['caller number'];
    const shown = number === undefined ? {} : { callerNumber: readShownNumber(number, 'caller number', plan, ofRow) };
    problems.push(...ofRow.map((error) => ({ line, error })));
    return { name, ...shown };
  });
  return { inputs, problems: problems.sort((a, b) => a.line - b.line) };
}

export async function importFile(args: string[], context: DirectoryContext): Promise<number> {
  const options = { 'dry-run': { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const file = onlyOne(positionals, 'FILE.csv');
  const { inputs, problems } = readDepartments(await readImportFile(file), context.plan);
  if (problems.length > 0) return refuseImport(file, problems, context.stderr);
  if (values['dry-run'] === true) {
    const known = new Map((await context.store.listDepartments()).map((one) => [one.name.toLowerCase(), one]));
    const there = inputs.filter(({ name }) => known.has(name.toLowerCase()));
    const changed = there.filter(
      ({ name, callerNumber }) =>
        callerNumber !== undefined && callerNumber !== known.get(name.toLowerCase())?.callerNumber,
    );
    const added = inputs.length - there.length;
    print(
      context.stdout,
      `Nothing wrong: would add ${added} departments; ${thereText(there.length, 'are', changed.length)}`,
    );
    return 0;
  }
  const { added, changed } = await context.store.importDepartments(inputs);
  print(context.stdout, `Added ${added} departments; ${thereText(inputs.length - added, 'were', changed)}`);
  return 0;
}

const thereText = (there: number, verb: 'are' | 'were', changed: number): string =>
  `${there} ${verb} there${changed === 0 ? '' : `, with another caller number for ${changed}`}.`;
