import type { Noun, Directory } from '../../../directory/nouns.ts';
import { inputOf, newInput, readInput, typedOf } from '../../../directory/inputs.ts';
import { payerFinder, payersOf } from '../../../directory/payer.ts';
import { payerTextIn, type TypedFields } from '../../../directory/reading.ts';
import type { View } from '../../../directory/showing.ts';
import { StoreError } from '../../../store/ports/store-error.ts';
import type { AuditAction, AuditValues, NewAuditEntry } from '../../../words/console.ts';
import type { Department, Extension, Restriction } from '../../../words/directory.ts';
import type { Changes, Member } from '../../../words/directory/member.ts';
import {
  departmentOf,
  entryOf,
  NotAllowed,
  NotFound,
  seesDepartment,
  type Answer,
  type MemberVisit,
} from '../../route.ts';
import { errorTexts, type Said } from '../../texts.ts';
import { stalePage } from './stale.ts';
import type { FieldError } from '../elements.ts';
import { errorsOf, fieldGroups, fieldsPage, textsOf, typedIn, typedTexts, versionOf, type Texts } from './fields.ts';

/** How accounts and extensions are added and changed; both in the same way. */

type Entity = Member & { name: string };

export type Desk<Of extends Entity, Input extends { restriction?: Restriction }> = {
  noun: Noun<Of, Input>;
  /** `/accounts`. */
  path: string;
  pathOf: (entity: Of) => string;
  /** The one of the route's path; null: there is none. */
  find: (visit: MemberVisit) => Promise<Of | null>;
  first: readonly string[];
  texts: { add: string; edit: string; title: string };
  codeHint?: string;
  /** For the audit trail and for the next page. */
  done: { added: Said & AuditAction; changed: Said & AuditAction };
};

type DeskContext = { departments: readonly Department[]; view: View };

/** With the departments that this person may choose from. */
export async function contextOf(visit: MemberVisit, shown: readonly Entity[] = []): Promise<DeskContext> {
  const { store, site } = visit.parts;
  const all = await store.listDepartments();
  const departments = all.filter(({ id }) => seesDepartment(visit.user, id));
  const phones = shown.filter((one): one is Entity & Extension => 'defaultAccountId' in one);
  const payers = await payersOf(phones, store);
  return { departments, view: { departments: all, payers, nowMs: visit.nowMs, time: site.time, showCodes: false } };
}

/** One of this person's department, or of any; another one is as if it were not there. */
export async function foundBy<Of extends Entity, Input extends { restriction?: Restriction }>(
  { find }: Pick<Desk<Of, Input>, 'find'>,
  visit: MemberVisit,
): Promise<Of> {
  const entity = await find(visit);
  if (entity === null || !seesDepartment(visit.user, entity.departmentId)) throw new NotFound();
  return entity;
}

const codeOf = (entity: Entity): string => ('code' in entity ? String(entity.code) : '');

type Given = { restriction?: Restriction; department?: string | null };

export function deskOf<Of extends Entity, Input extends Given>(desk: Desk<Of, Input>) {
  return {
    newPage: async (visit: MemberVisit) => {
      const context = await contextOf(visit);
      return newPage(desk, visit, context, { values: blank(desk, context) });
    },
    add: (visit: MemberVisit) => add(desk, visit),
    editPage: (visit: MemberVisit) => editPage(desk, visit),
    change: (visit: MemberVisit) =>
      visit.parts.inTurn(`${desk.path} ${JSON.stringify(visit.params)}`, () => change(desk, visit)),
  };
}

const directoryOf = ({ parts }: MemberVisit, entry: NewAuditEntry): Directory => ({
  ...parts.store,
  ...parts.change(entry),
});

async function read<Of extends Entity, Input extends Given>(
  { noun }: Desk<Of, Input>,
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
  { departments }: DeskContext,
  input: { department?: string | null | undefined },
): void {
  if (departmentOf(visit.user) === null) return;
  if (departments.some(({ name }) => name === input.department)) return;
  throw new NotAllowed(errorTexts.notAllowed);
}

const blank = <Of extends Entity, Input extends Given>({ noun }: Desk<Of, Input>, { view }: DeskContext): Texts =>
  textsOf(noun.fields, { ...newInput(noun), departmentId: null }, view);

function newPage<Of extends Entity, Input extends Given>(
  { noun, first, path, texts }: Desk<Of, Input>,
  visit: MemberVisit,
  { departments }: DeskContext,
  { values, errors = [] }: { values: Texts; errors?: readonly FieldError[] },
): Answer {
  const fields = fieldGroups({ fields: noun.fields, first, values, errors, departments });
  return fieldsPage(visit, { title: texts.add, action: path, list: texts.title, from: path, fields, errors });
}

type Editing = { values: Texts; version: string; errors?: readonly FieldError[] };

function changePage<Of extends Entity, Input extends Given>(
  { noun, first, texts, codeHint, pathOf }: Desk<Of, Input>,
  visit: MemberVisit,
  { entity, departments }: { entity: Of; departments: readonly Department[] },
  { values, version, errors = [] }: Editing,
): Answer {
  const hint = codeHint === undefined ? {} : { codeHint };
  const fields = fieldGroups({ fields: noun.fields, first, values, errors, departments, ...hint });
  const from = pathOf(entity);
  const shown = { title: texts.edit, action: `${from}/edit`, list: texts.title, from, version, fields, errors };
  return fieldsPage(visit, shown);
}

async function add<Of extends Entity, Input extends Given>(desk: Desk<Of, Input>, visit: MemberVisit): Promise<Answer> {
  const { noun } = desk;
  const context = await contextOf(visit);
  const again = (errors: readonly FieldError[]): Answer =>
    newPage(desk, visit, context, { values: typedTexts(noun.fields, visit.form), errors });
  const typed = typedIn(noun.fields, visit.form, blank(desk, context));
  const key = visit.form.get(noun.key) ?? '';
  const result = await read(desk, visit, newInput(noun), { ...typed, [noun.key]: key });
  if (!result.ok) return again(errorsOf(noun.fields, result.problem));
  checkDepartment(visit, context, result.value);
  const after = auditValues(textsOf(noun.fields, withDepartment(result.value, context), context.view));
  const called = noun.key === 'code' ? (visit.form.get('name') ?? '') : key;
  try {
    const entry = entryOf(visit, desk.done.added, `${noun.one} ${called}`, { after });
    const added = await noun.add(directoryOf(visit, entry), result.value);
    return { kind: 'redirect', to: desk.pathOf(added), said: desk.done.added };
  } catch (error) {
    return again(inputErrors(error, noun.key));
  }
}

async function editPage<Of extends Entity, Input extends Given>(
  desk: Desk<Of, Input>,
  visit: MemberVisit,
): Promise<Answer> {
  const entity = await foundBy(desk, visit);
  const { view, departments } = await contextOf(visit, [entity]);
  const values = textsOf(desk.noun.fields, entity, view);
  return changePage(desk, visit, { entity, departments }, { values, version: versionOf(values, codeOf(entity)) });
}

async function change<Of extends Entity, Input extends Given>(
  desk: Desk<Of, Input>,
  visit: MemberVisit,
): Promise<Answer> {
  const { noun } = desk;
  const entity = await foundBy(desk, visit);
  const context = await contextOf(visit, [entity]);
  const now = textsOf(noun.fields, entity, context.view);
  const version = versionOf(now, codeOf(entity));
  const from = desk.pathOf(entity);
  const mine = typedTexts(noun.fields, visit.form);
  if (visit.form.get('version') !== version) return stalePage(visit, noun.fields, { now, mine, version, from });
  const typed = typedIn(noun.fields, visit.form, now);
  if (Object.values(typed).every((text) => text === undefined))
    return { kind: 'redirect', to: from, said: 'nothing-changed' };
  const again = (errors: readonly FieldError[]): Answer =>
    changePage(desk, visit, { entity, departments: context.departments }, { values: mine, version, errors });
  const result = await read(desk, visit, inputOf(noun, entity, context.view.departments), typed);
  if (!result.ok) return again(errorsOf(noun.fields, result.problem));
  checkDepartment(visit, context, result.value);
  const entry = entryOf(visit, desk.done.changed, `${noun.one} ${noun.called(entity)}`, changesIn(typed, now));
  try {
    const changes = typedOf(noun.fields, result.value, typed) as Changes<Input>;
    const changed = await noun.update(directoryOf(visit, entry), noun.keyOf(entity), changes);
    if (changed === null) throw new NotFound();
    return { kind: 'redirect', to: desk.pathOf(changed), said: desk.done.changed };
  } catch (error) {
    return again(inputErrors(error, noun.key));
  }
}

function withDepartment(input: object & { department?: string | null | undefined }, { view }: DeskContext): object {
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
