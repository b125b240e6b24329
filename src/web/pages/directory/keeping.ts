import { inputOf, newInput, readInput, typedOf } from '../../../directory/inputs.ts';
import type { Directory, Noun } from '../../../directory/nouns.ts';
import { payerFinder, payersOf } from '../../../directory/payer.ts';
import { payerTextIn, type TypedFields } from '../../../directory/reading.ts';
import type { View } from '../../../directory/showing.ts';
import { StoreError } from '../../../store/ports/store-error.ts';
import type { AuditAction, AuditValues, NewAuditEntry } from '../../../words/console.ts';
import type { Department, Extension, Restriction } from '../../../words/directory.ts';
import type { Changes, Member } from '../../../words/directory/member.ts';
import type { Result } from '../../../words/result.ts';
import { departmentOf, entryOf, NotAllowed, NotFound, seesDepartment, type MemberVisit } from '../../route.ts';
import { errorTexts, type Said } from '../../texts.ts';
import type { FieldError } from '../elements.ts';
import { errorsOf, textsOf, versionOf, type Texts } from './fields.ts';

/** Adding and changing accounts and extensions, both in the same way, by a form or by a program. */

export type Entity = Member & { name: string };
export type Given = { restriction?: Restriction; department?: string | null };

export type Keeping<Of extends Entity, Input extends Given> = {
  noun: Noun<Of, Input>;
  /** The one of the route's path; null: there is none. */
  find: (visit: MemberVisit) => Promise<Of | null>;
  /** For the audit trail and for the next page. */
  done: { added: Said & AuditAction; changed: Said & AuditAction };
};

export type KeepingContext = { departments: readonly Department[]; view: View };

/** With the departments that this person may choose from. */
export async function contextOf(visit: MemberVisit, shown: readonly Entity[] = []): Promise<KeepingContext> {
  const { store, site } = visit.parts;
  const all = await store.listDepartments();
  const departments = all.filter(({ id }) => seesDepartment(visit.user, id));
  const phones = shown.filter((one): one is Entity & Extension => 'defaultAccountId' in one);
  const payers = await payersOf(phones, store);
  return { departments, view: { departments: all, payers, nowMs: visit.nowMs, time: site.time, showCodes: false } };
}

/** One of this person's department, or of any; another one is as if it were not there. */
export async function foundBy<Of extends Entity, Input extends Given>(
  { find }: Pick<Keeping<Of, Input>, 'find'>,
  visit: MemberVisit,
): Promise<Of> {
  const entity = await find(visit);
  if (entity === null || !seesDepartment(visit.user, entity.departmentId)) throw new NotFound();
  return entity;
}

/** Edits of one thing are made one after the other, whoever makes them. */
export const inTurnOf = <T>({ one }: { one: string }, visit: MemberVisit, work: () => Promise<T>): Promise<T> =>
  visit.parts.inTurn(`${one} ${JSON.stringify(visit.params)}`, work);

/** What is there now, as texts, and its version. */
export type Present = { now: Texts; version: string };

export function presentOf<Of extends Entity, Input extends Given>(
  { noun }: Pick<Keeping<Of, Input>, 'noun'>,
  entity: Of,
  { view }: KeepingContext,
): Present {
  const now = textsOf(noun.fields, entity, view);
  return { now, version: versionOf(now, 'code' in entity ? String(entity.code) : '') };
}

const directoryOf = ({ parts }: MemberVisit, entry: NewAuditEntry): Directory => ({
  ...parts.store,
  ...parts.change(entry),
});

async function read<Of extends Entity, Input extends Given>(
  { noun }: Keeping<Of, Input>,
  visit: MemberVisit,
  base: Required<Input>,
  typed: TypedFields,
) {
  const { plan, site, store } = visit.parts;
  const payer = await payerFinder(store)(payerTextIn(noun.fields, typed));
  return readInput(noun, base, typed, { plan, payer, time: site.time });
}

/** A person with a department adds to it, and moves nothing out of it. */
function checkDepartment(
  visit: MemberVisit,
  { departments }: KeepingContext,
  input: { department?: string | null | undefined },
): void {
  if (departmentOf(visit.user) === null) return;
  if (departments.some(({ name }) => name === input.department)) return;
  throw new NotAllowed(errorTexts.notAllowed);
}

/** What was added, or everything that is wrong with what was typed. */
export async function addTyped<Of extends Entity, Input extends Given>(
  keeping: Keeping<Of, Input>,
  visit: MemberVisit,
  context: KeepingContext,
  typed: TypedFields,
): Promise<Result<Of, FieldError[]>> {
  const { noun, done } = keeping;
  const result = await read(keeping, visit, newInput(noun), typed);
  if (!result.ok) return { ok: false, problem: errorsOf(noun.fields, result.problem) };
  checkDepartment(visit, context, result.value);
  const after = auditValues(textsOf(noun.fields, withDepartment(result.value, context), context.view));
  const called = (noun.key === 'code' ? typed['name'] : typed[noun.key]) ?? '';
  try {
    const entry = entryOf(visit, done.added, `${noun.one} ${called}`, { after });
    return { ok: true, value: await noun.add(directoryOf(visit, entry), result.value) };
  } catch (error) {
    return { ok: false, problem: inputErrors(error, noun.key) };
  }
}

/** The same of something that is there; only what is typed changes. */
export async function changeTyped<Of extends Entity, Input extends Given>(
  keeping: Keeping<Of, Input>,
  visit: MemberVisit,
  { entity, context, now }: { entity: Of; context: KeepingContext; now: Texts },
  typed: TypedFields,
): Promise<Result<Of, FieldError[]>> {
  const { noun, done } = keeping;
  const result = await read(keeping, visit, inputOf(noun, entity, context.view.departments), typed);
  if (!result.ok) return { ok: false, problem: errorsOf(noun.fields, result.problem) };
  checkDepartment(visit, context, result.value);
  const entry = entryOf(visit, done.changed, `${noun.one} ${noun.called(entity)}`, changesIn(typed, now));
  try {
    const changes = typedOf(noun.fields, result.value, typed) as Changes<Input>;
    const changed = await noun.update(directoryOf(visit, entry), noun.keyOf(entity), changes);
    if (changed === null) throw new NotFound();
    return { ok: true, value: changed };
  } catch (error) {
    return { ok: false, problem: inputErrors(error, noun.key) };
  }
}

function withDepartment(input: object & { department?: string | null | undefined }, { view }: KeepingContext): object {
  const departmentId = view.departments.find(({ name }) => name === input.department)?.id ?? null;
  return { ...input, departmentId };
}

const auditValues = (values: Texts): AuditValues =>
  Object.fromEntries(Object.entries(values).filter(([, text]) => text !== ''));

/** What was there and what is there now, of the fields that changed; a code is never in it. */
const changesIn = (typed: TypedFields, now: Texts): { before: AuditValues; after: AuditValues } => {
  const changed = Object.entries(typed).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  const shown = (name: string, text: string): string => (name === 'code' ? '…' : text);
  return {
    before: Object.fromEntries(changed.map(([name]) => [name, shown(name, now[name] ?? '')])),
    after: Object.fromEntries(changed.map(([name, text]) => [name, shown(name, text)])),
  };
};

/** What the store refuses of an input; anything else goes on. */
export function inputErrors(error: unknown, name: string): FieldError[] {
  if (error instanceof StoreError && (error.code === 'duplicate' || error.code === 'invalid')) {
    return [{ field: error.code === 'duplicate' ? name : '', text: error.message }];
  }
  throw error;
}
