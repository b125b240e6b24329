import { parseArgs } from 'node:util';
import { exportedCsv } from '../../directory/export.ts';
import { planOfNamed, readNamed, readNamedOne, type NamedNoun } from '../../directory/import.ts';
import type { TypedFields } from '../../directory/reading.ts';
import { problemsJson, problemsOf, shownJson, shownTexts, type View } from '../../directory/showing.ts';
import type { Directory } from '../../directory/nouns.ts';
import type { Unreadable } from '../../words/directory.ts';
import type { FieldTable } from '../../words/directory/field.ts';
import { tableLines } from '../table.ts';
import { onlyOne, print, printJson, UsageError } from '../usage.ts';
import type { DirectoryContext } from './context.ts';
import { exportCommand } from './export.ts';
import { flagOptions, typedByFlags } from './flags.ts';
import { importCommand } from './import.ts';
import { labelled } from './show.ts';

type Named = { id: number; name: string; unreadable?: readonly Unreadable[] };
type Imported = { added: number; changed: number };

/** What the commands need to know of what is named by its name. */
export type NamedCommandsOf<Entity extends Named, Input extends { name: string }> = NamedNoun & {
  readonly one: string;
  list: (store: Directory) => Promise<Entity[]>;
  add: (store: Directory, input: Input) => Promise<Entity>;
  update: (store: Directory, name: string, changes: Partial<Input>) => Promise<Entity | null>;
  remove: (store: Directory, name: string) => Promise<Entity | null>;
  import: (store: Directory, inputs: readonly Input[]) => Promise<Imported>;
  /** What lists and views show besides its fields, by heading. */
  more: (entity: Entity) => Readonly<Record<string, number>>;
};

type Command = (args: string[], context: DirectoryContext) => Promise<number>;
type Commands = Record<'add' | 'change' | 'rename' | 'remove' | 'show' | 'list' | 'import' | 'export', Command>;

const viewOf = ({ nowMs, time }: DirectoryContext): View => ({
  ...{ departments: [], payers: new Map(), nowMs: nowMs(), time, showCodes: false },
});

/** A name is no flag. */
export const flaggedOf = (fields: FieldTable): FieldTable =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'name'));

/** The commands that departments and destinations have in common, by name. */
export function namedCommands<Entity extends Named, Input extends { name: string }>(
  noun: NamedCommandsOf<Entity, Input>,
): ReadonlyMap<string, Command> {
  const commands: Commands = { ...changing(noun), ...showing(noun), ...files(noun) };
  return new Map(Object.entries(commands));
}

function changing<Entity extends Named, Input extends { name: string }>(
  noun: NamedCommandsOf<Entity, Input>,
): Pick<Commands, 'add' | 'change' | 'rename' | 'remove'> {
  const flagged = flaggedOf(noun.fields);
  const options = flagOptions(flagged);

  /** What was typed; throws a `UsageError` with everything that is wrong. */
  function read(typed: TypedFields, context: DirectoryContext): Partial<Input> {
    const found = readNamedOne(noun.fields, typed, context);
    if (!found.ok) throw new UsageError(found.problem.join('\n'));
    return found.value;
  }

  return {
    async add(args, context) {
      const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
      const typed = { ...typedByFlags(flagged, values, context.stderr), name: onlyOne(positionals, 'NAME') };
      const { name } = await noun.add(context.store, read(typed, context) as Input);
      print(context.stdout, `Added ${name}.`);
      return 0;
    },
    async change(args, context) {
      const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
      const name = onlyOne(positionals, 'NAME').trim();
      const typed = typedByFlags(flagged, values, context.stderr);
      if (Object.values(typed).every((text) => text === undefined)) {
        const flags = Object.keys(options).map((flag) => `--${flag}`);
        throw new UsageError(`${flags.slice(0, -1).join(', ')} or ${flags.at(-1) ?? ''} is missing`);
      }
      const changed = await noun.update(context.store, name, read(typed, context));
      if (changed === null) return noSuch(noun, context, name);
      print(context.stdout, `Changed ${changed.name}.`);
      for (const problem of problemsOf(changed)) print(context.stderr, `Not all of it counts yet: ${problem}`);
      return 0;
    },
    async rename(args, context) {
      const { positionals } = parseArgs({ args, allowPositionals: true });
      const [name, newName, ...more] = positionals;
      if (name === undefined || newName === undefined || more.length > 0) {
        throw new UsageError('expected NAME and NEW-NAME');
      }
      const renamed = await noun.update(context.store, name.trim(), read({ name: newName }, context));
      if (renamed === null) return noSuch(noun, context, name.trim());
      print(context.stdout, `Renamed ${name.trim()} to ${renamed.name}.`);
      return 0;
    },
    async remove(args, context) {
      const { positionals } = parseArgs({ args, allowPositionals: true });
      const name = onlyOne(positionals, 'NAME').trim();
      const removed = await noun.remove(context.store, name);
      if (removed === null) return noSuch(noun, context, name);
      print(context.stdout, `Removed ${removed.name}.`);
      return 0;
    },
  };
}

function noSuch(
  { one }: Pick<NamedNoun, 'many'> & { one: string },
  { stderr }: DirectoryContext,
  name: string,
): number {
  print(stderr, `There is no ${one} "${name}".`);
  return 1;
}

function showing<Entity extends Named, Input extends { name: string }>(
  noun: NamedCommandsOf<Entity, Input>,
): Pick<Commands, 'show' | 'list'> {
  const { fields, many, more } = noun;
  const jsonOf = (entity: Entity, view: View): Record<string, unknown> => ({
    ...{ ...shownJson(fields, entity, view), ...more(entity), ...problemsJson(entity) },
  });
  return {
    async show(args, context) {
      const { values, positionals } = parseArgs({
        ...{ args, options: { json: { type: 'boolean' } }, allowPositionals: true },
      });
      const name = onlyOne(positionals, 'NAME').trim();
      const found = (await noun.list(context.store)).find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (found === undefined) return noSuch(noun, context, name);
      const view = viewOf(context);
      if (values.json === true) {
        printJson(context.stdout, jsonOf(found, view));
        return 0;
      }
      const lines = [
        ...shownTexts(fields, found, view).map(({ field, text }) => [field.header, text] as const),
        ...Object.entries(more(found)).map(([heading, count]) => [heading, String(count)] as const),
        ...problemsOf(found).map((problem) => ['problem', problem] as const),
      ];
      print(context.stdout, labelled(lines));
      return 0;
    },
    async list(args, context) {
      const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
      const all = await noun.list(context.store);
      const view = viewOf(context);
      if (values.json === true) printJson(context.stdout, { [many]: all.map((entity) => jsonOf(entity, view)) });
      else print(context.stdout, all.length === 0 ? `No ${many}.` : tableOf(noun, all, view));
      return 0;
    },
  };
}

/** A column for what cannot be read stands there while something cannot. */
function tableOf<Entity extends Named>(
  { fields, more }: { fields: FieldTable; more: (entity: Entity) => Readonly<Record<string, number>> },
  all: readonly Entity[],
  view: View,
): string[] {
  const [name = '', ...headings] = Object.values(fields).flatMap(({ heading }) => heading ?? []);
  const problems = all.some(({ unreadable }) => unreadable !== undefined);
  const counts = all.slice(0, 1).flatMap((entity) => Object.keys(more(entity)));
  const rows = all.map((entity) => {
    const shown = shownTexts(fields, entity, view).filter(({ field }) => field.heading !== undefined);
    const [first = '', ...others] = shown.map(({ text }) => text);
    const problem = problems ? [problemsOf(entity).join('; ')] : [];
    return [first, ...Object.values(more(entity)).map(String), ...others, ...problem];
  });
  const header = [name, ...counts.map((count) => count.toUpperCase()), ...headings, ...(problems ? ['PROBLEM'] : [])];
  return tableLines([header, ...rows]);
}

function files<Entity extends Named, Input extends { name: string }>(
  noun: NamedCommandsOf<Entity, Input>,
): Pick<Commands, 'import' | 'export'> {
  const { many, fields } = noun;
  return {
    import: importCommand<Input[]>({
      read: (bytes, { plan, time }, onFormerName) => readNamed<Input>(noun, bytes, { plan, time, onFormerName }),
      async preview(inputs, { store }) {
        const { added, changed } = planOfNamed(inputs, await noun.list(store));
        return `No problems: would add ${added} ${many}; ${thereText(inputs.length - added, 'are', changed)}`;
      },
      async write(inputs, { store }) {
        const { added, changed } = await noun.import(store, inputs);
        return `Added ${added} ${many}; ${thereText(inputs.length - added, 'were', changed)}`;
      },
    }),
    export: exportCommand({
      ...{ many, hasCodes: false },
      csv: async (context) => exportedCsv(fields, await noun.list(context.store), viewOf(context)),
    }),
  };
}

const thereText = (there: number, verb: 'are' | 'were', changed: number): string =>
  `${there} ${verb} already there${changed === 0 ? '' : `, of which ${changed} ${verb === 'are' ? 'would change' : 'changed'}`}.`;
