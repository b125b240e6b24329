import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { readMembers, type ImportPlan } from '../../directory/import.ts';
import { inputOf, newInput, readInput, typedOf } from '../../directory/inputs.ts';
import type { Noun } from '../../directory/nouns.ts';
import { payerFinder } from '../../directory/payer.ts';
import { payerTextIn, type TypedFields } from '../../directory/reading.ts';
import type { Restriction } from '../../words/directory.ts';
import type { FieldTable } from '../../words/directory/field.ts';
import type { Changes, Member } from '../../words/directory/member.ts';
import { problemsOf } from '../../directory/showing.ts';
import { onlyOne, print, UsageError } from '../usage.ts';
import type { DirectoryContext } from './context.ts';
import { flagOptions, typedByFlags, type FlagValues } from './flags.ts';
import { importCommand } from './import.ts';

type Command = (args: string[], context: DirectoryContext) => Promise<number>;

/** How the key of something new is made, where nobody types one. */
export type KeyMaking = {
  options: ParseArgsOptionsConfig;
  /** Null: it is not asked for. Rejects with a `UsageError` where there is none to be had. */
  make(values: FlagValues, context: DirectoryContext): Promise<string | null>;
};

/** What was typed, with the key that was made where that was asked for (`made`). */
async function withMadeKey(
  { fields, key }: { fields: FieldTable; key: string },
  values: FlagValues,
  making: KeyMaking | null,
  context: DirectoryContext,
) {
  const typed = typedByFlags(fields, values, context.stderr);
  const made = (await making?.make(values, context)) ?? null;
  if (made === null) return { made, typed };
  const header = fields[key]?.header ?? key;
  if (typed[key] !== undefined) throw new UsageError(`--generate makes the ${header}: leave out --${header}`);
  return { made, typed: { ...typed, [key]: made } };
}

/** The commands that accounts and extensions have in common. */
export function memberCommands<Entity extends Member & { name: string }, Input extends { restriction?: Restriction }>(
  noun: Noun<Entity, Input>,
  making: KeyMaking | null = null,
): Record<'add' | 'change' | 'importFile', Command> & { noSuch: (context: DirectoryContext) => number } {
  const { fields, key } = noun;
  const header = fields[key]?.header ?? key;
  const options = flagOptions(fields);

  /** As it will be; rejects with a `UsageError` that says everything that is wrong. */
  async function inputFrom(base: Required<Input>, typed: TypedFields, { plan, time, store }: DirectoryContext) {
    const payer = await payerFinder(store)(payerTextIn(fields, typed));
    const read = readInput(noun, base, typed, { plan, payer, time });
    if (!read.ok) throw new UsageError(read.problem.join('\n'));
    return read.value;
  }

  function noSuch({ stderr }: DirectoryContext): number {
    print(stderr, `No ${noun.one} has this ${header}.`);
    return 1;
  }

  return {
    noSuch,
    async add(args, context) {
      const { values } = parseArgs({ args, options: { ...options, ...making?.options } });
      const { made, typed } = await withMadeKey(noun, values, making, context);
      if (typed[key] === undefined) throw new UsageError(`--${header} is missing`);
      const added = await noun.add(context.store, await inputFrom(newInput(noun), typed, context));
      const said = made === null ? [] : [`Its ${header}: ${made}`];
      print(context.stdout, [`Added ${noun.called(added)}.`, ...said]);
      return 0;
    },
    async change(args, context) {
      const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
      const { store } = context;
      const named = onlyOne(positionals, header.toUpperCase());
      const before = await noun.find(store, named);
      if (before === null) return noSuch(context);
      const typed = typedByFlags(fields, values, context.stderr);
      const base = inputOf(noun, before, await store.listDepartments());
      const changes = typedOf(fields, await inputFrom(base, typed, context), typed) as Changes<Input>;
      const changed = await noun.update(store, named, changes);
      if (changed === null) return noSuch(context);
      print(context.stdout, `Changed ${noun.called(changed)}.`);
      for (const problem of problemsOf(changed)) print(context.stderr, `It cannot be used yet: ${problem}`);
      return 0;
    },
    importFile: importCommand<ImportPlan<Input>>({
      read: (bytes, { plan, time, store }, onFormerName) =>
        readMembers(noun, bytes, { plan, time, directory: store, onFormerName }),
      warnings: (plan) => plan.warnings,
      preview: ({ added, updated }) =>
        Promise.resolve(`No problems: would add ${added} and change ${updated} ${noun.many}.`),
      async write({ inputs }, { store }) {
        const { added, updated } = await noun.import(store, inputs);
        return `Added ${added} and changed ${updated} ${noun.many}.`;
      },
    }),
  };
}
