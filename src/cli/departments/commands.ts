import { parseArgs } from 'node:util';
import { exportedCsv } from '../../directory/export.ts';
import { planOfDepartments, readDepartment, readDepartments } from '../../directory/import.ts';
import type { TypedFields } from '../../directory/reading.ts';
import { problemsJson, problemsOf, shownJson, shownTexts, type View } from '../../directory/showing.ts';
import type { DepartmentUse } from '../../store/ports/directory-admin.ts';
import { departmentFields, type DepartmentInput } from '../../words/directory.ts';
import type { FieldTable } from '../../words/directory/field.ts';
import type { DirectoryContext } from '../directory/context.ts';
import { flagOptions, typedByFlags } from '../directory/flags.ts';
import { exportCommand } from '../directory/export.ts';
import { importCommand } from '../directory/import.ts';
import { labelled } from '../directory/show.ts';
import { tableLines } from '../table.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';

/** A department is named by its name, which is no flag. */
const flagged: FieldTable = Object.fromEntries(Object.entries(departmentFields).filter(([name]) => name !== 'name'));
const options = flagOptions(flagged);

function noSuchDepartment({ stderr }: DirectoryContext, name: string): number {
  print(stderr, `There is no department "${name}".`);
  return 1;
}

/** What was typed; throws a `UsageError` with everything that is wrong. */
function typedDepartment(typed: TypedFields, context: DirectoryContext): Partial<DepartmentInput> {
  const read = readDepartment(typed, context);
  if (!read.ok) throw new UsageError(read.problem.join('\n'));
  return read.value;
}

export async function add(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const typed = { ...typedByFlags(flagged, values, context.stderr), name: onlyOne(positionals, 'NAME') };
  const { name } = await context.store.addDepartment({ name: '', ...typedDepartment(typed, context) });
  print(context.stdout, `Added ${name}.`);
  return 0;
}

export async function change(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const name = onlyOne(positionals, 'NAME').trim();
  const typed = typedByFlags(flagged, values, context.stderr);
  if (Object.values(typed).every((text) => text === undefined)) {
    throw new UsageError(
      `${Object.keys(options)
        .map((flag) => `--${flag}`)
        .join(' or ')} is missing`,
    );
  }
  const changed = await context.store.updateDepartment(name, typedDepartment(typed, context));
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
  const renamed = await context.store.updateDepartment(name.trim(), typedDepartment({ name: newName }, context));
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

const viewOf = ({ nowMs, time }: DirectoryContext): View => ({
  ...{ departments: [], payers: new Map(), nowMs: nowMs(), time, showCodes: false },
});

const jsonOf = (department: DepartmentUse, view: View): Record<string, unknown> => ({
  ...shownJson(departmentFields, department, view),
  ...{ accounts: department.accounts, extensions: department.extensions },
  ...problemsJson(department),
});

export async function show(args: string[], context: DirectoryContext): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{ args, options: { json: { type: 'boolean' } }, allowPositionals: true },
  });
  const name = onlyOne(positionals, 'NAME').trim();
  const found = await context.store.listDepartmentUse();
  const department = found.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (department === undefined) return noSuchDepartment(context, name);
  const view = viewOf(context);
  if (values.json === true) {
    printJson(context.stdout, jsonOf(department, view));
    return 0;
  }
  const lines = [
    ...shownTexts(departmentFields, department, view).map(({ field, text }) => [field.header, text] as const),
    ['accounts', String(department.accounts)] as const,
    ['extensions', String(department.extensions)] as const,
    ...problemsOf(department).map((problem) => ['problem', problem] as const),
  ];
  print(context.stdout, labelled(lines));
  return 0;
}

export async function list(args: string[], context: DirectoryContext): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
  const departments = await context.store.listDepartmentUse();
  const view = viewOf(context);
  if (values.json === true) {
    printJson(context.stdout, { departments: departments.map((department) => jsonOf(department, view)) });
  } else if (departments.length === 0) {
    print(context.stdout, 'No departments.');
  } else {
    print(context.stdout, tableOf(departments, view));
  }
  return 0;
}

/** A column for what cannot be read stands there while something cannot. */
function tableOf(departments: readonly DepartmentUse[], view: View): string[] {
  const [name = '', ...headings] = Object.values(departmentFields).map(({ heading }) => heading);
  const problems = departments.some(({ unreadable }) => unreadable !== undefined);
  const rows = departments.map((department) => {
    const [first = '', ...others] = shownTexts(departmentFields, department, view).map(({ text }) => text);
    const problem = problems ? [problemsOf(department).join('; ')] : [];
    return [first, String(department.accounts), String(department.extensions), ...others, ...problem];
  });
  return tableLines([[name, 'ACCOUNTS', 'EXTENSIONS', ...headings, ...(problems ? ['PROBLEM'] : [])], ...rows]);
}

export const importFile = importCommand<DepartmentInput[]>({
  read: (bytes, { plan, time }, onFormerName) => readDepartments(bytes, { plan, time, onFormerName }),
  async preview(inputs, { store }) {
    const { added, changed } = planOfDepartments(inputs, await store.listDepartments());
    return `No problems: would add ${added} departments; ${thereText(inputs.length - added, 'are', changed)}`;
  },
  async write(inputs, { store }) {
    const { added, changed } = await store.importDepartments(inputs);
    return `Added ${added} departments; ${thereText(inputs.length - added, 'were', changed)}`;
  },
});

const thereText = (there: number, verb: 'are' | 'were', changed: number): string =>
  `${there} ${verb} already there${changed === 0 ? '' : `, of which ${changed} ${verb === 'are' ? 'would change' : 'changed'}`}.`;

export const exportFile = exportCommand({
  ...{ many: 'departments', hasCodes: false },
  async csv({ store, time, nowMs }) {
    const departments = await store.listDepartments();
    const view: View = { departments, payers: new Map(), nowMs: nowMs(), time, showCodes: false };
    return exportedCsv(departmentFields, departments, view);
  },
});
