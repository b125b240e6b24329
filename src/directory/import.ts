import { isDeepStrictEqual } from 'node:util';
import type { CsvProblem } from '../csv/csv.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import { changesOf, departmentFields, type DepartmentInput } from '../words/directory.ts';
import type { AnyField, FieldTable } from '../words/directory/field.ts';
import type { Member } from '../words/directory/member.ts';
import type { Restriction } from '../words/directory/restriction.ts';
import type { Result } from '../words/result.ts';
import type { SiteTime } from '../words/site-time.ts';
import { lookAlikes, lostZeros } from './look-alikes.ts';
import { checkNames, inputOf, newInput, readInput } from './inputs.ts';
import type { Directory, Noun } from './nouns.ts';
import { payerFinder } from './payer.ts';
import { payerTextIn, readFields, type Problems, type TypedFields } from './reading.ts';
import { readTypedRows, repeatedKeys, type FileShape } from './typed-rows.ts';

/** A file, read and checked: what of it is new or other than what is there, and how many of each. */
export type ImportPlan<Input> = { inputs: Input[]; added: number; updated: number; warnings: CsvProblem[] };

type ImportContext = Pick<FileShape, 'onFormerName'> & { plan: DialPlan; time: SiteTime; directory: Directory };

const sorted = (problems: readonly CsvProblem[]): CsvProblem[] => problems.toSorted((a, b) => a.line - b.line);

/** With more lines than this all are read at once: a look-up is a round trip where the store is a server. */
const maximumLookups = 500;

async function finderFor<Entity extends Member, Input>(
  noun: Noun<Entity, Input>,
  lines: number,
  directory: Directory,
): Promise<(key: string) => Promise<Entity | null>> {
  if (lines <= maximumLookups) return (key) => noun.find(directory, key);
  const known = new Map((await noun.list(directory)).map((entity) => [noun.keyOf(entity), entity]));
  return (key) => Promise.resolve(known.get(key) ?? null);
}

/**
 * Reads accounts or extensions from a CSV file with a header row. Every line that is wrong is named, not only the first. A column
 * that the file does not have keeps what a known one has; an empty cell clears it.
 */
export async function readMembers<
  Entity extends Member & { name: string },
  Input extends { restriction?: Restriction },
>(
  noun: Noun<Entity, Input>,
  bytes: Uint8Array,
  { plan, time, directory, onFormerName }: ImportContext,
): Promise<Result<ImportPlan<Input>, CsvProblem[]>> {
  const { rows, problems } = await readTypedRows(bytes, { fields: noun.fields, many: noun.many, onFormerName });
  const departments = await directory.listDepartments();
  const find = await finderFor(noun, rows.length, directory);
  const payerOf = payerFinder(directory);
  const repeated = repeatedKeys(noun.fields[noun.key]?.header ?? noun.key);
  const inputs: Input[] = [];
  const warnings: CsvProblem[] = [];
  const added = new Set<number>();
  const alike = lookAlikes(noun, await noun.list(directory));
  const blank = newInput(noun);
  let updated = 0;
  for (const { line, typed } of rows) {
    const key = (typed[noun.key] ?? '').trim();
    const known = await find(key);
    const base = known === null ? blank : inputOf(noun, known, departments);
    const payer = await payerOf(payerTextIn(noun.fields, typed));
    const read = readInput(noun, base, typed, { plan, payer, time });
    const twice = repeated(noun.keyText(key), line);
    const ofLine = [
      ...(read.ok ? [] : read.problem),
      ...lostBy(noun, known, typed),
      ...(twice === null ? [] : [twice]),
    ];
    for (const error of ofLine) problems.push({ line, error });
    if (!read.ok || (known !== null && isDeepStrictEqual(read.value, base))) continue;
    if (known !== null) updated += 1;
    else added.add(line);
    const warning = known === null ? alike({ key, name: typed['name'] ?? '' }, line) : null;
    if (warning !== null) warnings.push({ line, error: warning });
    inputs.push(read.value);
  }
  warnings.push(...lostZeros(noun, rows, added));
  if (problems.length > 0) return { ok: false, problem: sorted(problems) };
  return { ok: true, value: { inputs, added: inputs.length - updated, updated, warnings } };
}

/** What cannot be read of a known one, and would be overwritten with nothing. */
const lostBy = <Entity extends Member, Input>(
  { fields }: Noun<Entity, Input>,
  known: Entity | null,
  typed: TypedFields,
): string[] =>
  (known?.unreadable ?? []).flatMap(({ field, problem }) =>
    typed[field] === undefined
      ? [`${fields[field]?.header ?? field} is needed, because what is there cannot be read (${problem})`]
      : [],
  );

/** What is named by its name: departments, destinations. */
export type NamedNoun = { readonly many: string; readonly fields: FieldTable & { readonly name: AnyField } };

/** A column that the file does not have keeps what a known one has; an empty cell clears it. */
export async function readNamed<Input>(
  { many, fields }: NamedNoun,
  bytes: Uint8Array,
  { plan, time, onFormerName }: Omit<ImportContext, 'directory'>,
): Promise<Result<Input[], CsvProblem[]>> {
  const { rows, problems } = await readTypedRows(bytes, { fields, many, onFormerName });
  const repeated = repeatedKeys(fields.name.header);
  const inputs: Input[] = [];
  for (const { line, typed } of rows) {
    const read = readNamedOne(fields, typed, { plan, time });
    const twice = repeated((typed['name'] ?? '').trim().toLowerCase(), line);
    const ofLine = [...(read.ok ? [] : read.problem), ...(twice === null ? [] : [twice])];
    for (const error of ofLine) problems.push({ line, error });
    // As its field table says, which is checked where that is written.
    if (read.ok) inputs.push(read.value as Input);
  }
  return problems.length > 0 ? { ok: false, problem: sorted(problems) } : { ok: true, value: inputs };
}

/** What was typed of one; only the fields that were given. */
export function readNamedOne(
  fields: FieldTable,
  typed: TypedFields,
  { plan, time }: Pick<ImportContext, 'plan' | 'time'>,
): Result<object, Problems> {
  const payer = { ok: true, value: null } as const;
  const { changes, problems } = readFields(fields, typed, { plan, time, payer });
  checkNames(fields, changes, problems);
  return problems.length === 0 ? { ok: true, value: changes } : { ok: false, problem: problems };
}

export const readDepartment = (
  typed: TypedFields,
  context: Pick<ImportContext, 'plan' | 'time'>,
): Result<DepartmentInput, Problems> =>
  readNamedOne(departmentFields, typed, context) as Result<DepartmentInput, Problems>;

/** What importing these would do to those that are there. */
export function planOfNamed(
  inputs: readonly { name: string }[],
  there: readonly { name: string }[],
): { added: number; changed: number } {
  const known = new Map(there.map((one) => [one.name.toLowerCase(), one]));
  let [added, changed] = [0, 0];
  for (const input of inputs) {
    const one = known.get(input.name.toLowerCase());
    if (one === undefined) added += 1;
    else if (changesOf(one, input) !== null) changed += 1;
  }
  return { added, changed };
}
