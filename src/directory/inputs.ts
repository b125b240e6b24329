import type { Department } from '../words/directory.ts';
import type { FieldTable } from '../words/directory/field.ts';
import type { Member } from '../words/directory/member.ts';
import { isRestriction, restrictionFields, spread, type Restriction } from '../words/directory/restriction.ts';
import type { Result } from '../words/result.ts';
import type { Noun } from './nouns.ts';
import { inputNameOf, readFields, type Problems, type ReadingContext, type TypedFields } from './reading.ts';

/** Accounts and extensions as a person types them: from nothing, from what is there, and with what was typed. */

type Restricted = { restriction?: Restriction };
type Values = Readonly<Record<string, unknown>>;

/** Something new before anything was said of it. */
export const newInput = <Entity extends Member, Input extends Restricted>({
  fields,
}: Noun<Entity, Input>): Required<Input> =>
  inputFrom(fields, (_name, field) => ('otherwise' in field ? field.otherwise : '')) as Required<Input>;

/** What a person would have typed to get this one. */
export function inputOf<Entity extends Member, Input extends Restricted>(
  { fields }: Noun<Entity, Input>,
  entity: Entity,
  departments: readonly Department[],
): Required<Input> {
  const values = spread(entity);
  return inputFrom(fields, (name, { kind }) =>
    kind === 'department' ? departmentNameOf(entity, departments) : values[name],
  ) as Required<Input>;
}

export const departmentNameOf = (
  { departmentId }: Pick<Member, 'departmentId'>,
  departments: readonly Department[],
): string | null => departments.find(({ id }) => id === departmentId)?.name ?? null;

function inputFrom(fields: FieldTable, valueOf: (name: string, field: FieldTable[string]) => unknown): object {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) values[inputNameOf(name, field)] = valueOf(name, field);
  return nested(values);
}

/** Values by the names of an input, with those of the restriction in it. An import makes one for each line. */
function nested(values: Values): object {
  const own: Record<string, unknown> = {};
  const restriction: Record<string, unknown> = {};
  for (const name in values) (isRestriction(name) ? restriction : own)[name] = values[name];
  return { ...own, restriction };
}

/** `base` with what was typed, or everything that is wrong with that. */
export function readInput<Entity extends Member, Input extends Restricted>(
  noun: Noun<Entity, Input>,
  base: Required<Input>,
  typed: TypedFields,
  context: ReadingContext,
): Result<Required<Input>, Problems> {
  const { changes, problems } = readFields(noun.fields, typed, context);
  const values: Values = { ...spread(base), ...changes };
  const input = nested(values) as Required<Input>;
  checkNames(noun.fields, values, problems);
  checkDigits(values, problems);
  noun.check(input, problems);
  return problems.length === 0 ? { ok: true, value: input } : { ok: false, problem: problems };
}

/** Of an input what was typed: the rest stays as it is, even where it cannot be read. */
export function typedOf(fields: FieldTable, input: object, typed: TypedFields): object {
  const values = spread(input);
  const names = Object.entries(fields).flatMap(([name, field]) =>
    typed[name] === undefined ? [] : [inputNameOf(name, field)],
  );
  return nested(Object.fromEntries(names.map((name) => [name, values[name]])));
}

export function checkNames(fields: FieldTable, values: Values, problems: Problems): void {
  for (const [name, { kind, header }] of Object.entries(fields)) {
    if (kind === 'name' && values[name] === '') problems.push(`${header} is missing`);
  }
}

function checkDigits({ minimumDigits, maximumDigits }: Values, problems: Problems): void {
  if (typeof minimumDigits !== 'number' || typeof maximumDigits !== 'number' || minimumDigits <= maximumDigits) return;
  const [minimum, maximum] = [restrictionFields.minimumDigits.header, restrictionFields.maximumDigits.header];
  problems.push(`${minimum} (${minimumDigits}) is more than ${maximum} (${maximumDigits})`);
}
