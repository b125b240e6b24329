import { newInput } from '../../../directory/inputs.ts';
import type { Department } from '../../../words/directory.ts';
import type { Answer, MemberVisit } from '../../route.ts';
import type { FieldError } from '../elements.ts';
import { fieldGroups, fieldsPage, textsOf, typedIn, typedTexts, type Texts } from './fields.ts';
import {
  addTyped,
  changeTyped,
  contextOf,
  foundBy,
  inTurnOf,
  presentOf,
  type Entity,
  type Given,
  type Keeping,
  type KeepingContext,
} from './keeping.ts';
import { stalePage } from './stale.ts';

/** The forms by which accounts and extensions are added and changed; both in the same way. */

export type Desk<Of extends Entity, Input extends Given> = Keeping<Of, Input> & {
  /** `/accounts`. */
  path: string;
  pathOf: (entity: Of) => string;
  first: readonly string[];
  texts: { add: string; edit: string; title: string };
  codeHint?: string;
};

export function deskOf<Of extends Entity, Input extends Given>(desk: Desk<Of, Input>) {
  return {
    newPage: async (visit: MemberVisit) => {
      const context = await contextOf(visit);
      return newPage(desk, visit, context, { values: blank(desk, context) });
    },
    add: (visit: MemberVisit) => add(desk, visit),
    editPage: (visit: MemberVisit) => editPage(desk, visit),
    change: (visit: MemberVisit) => inTurnOf(desk.noun, visit, () => change(desk, visit)),
  };
}

const blank = <Of extends Entity, Input extends Given>({ noun }: Desk<Of, Input>, { view }: KeepingContext): Texts =>
  textsOf(noun.fields, { ...newInput(noun), departmentId: null }, view);

function newPage<Of extends Entity, Input extends Given>(
  { noun, first, path, texts }: Desk<Of, Input>,
  visit: MemberVisit,
  { departments }: KeepingContext,
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
  const typed = typedIn(noun.fields, visit.form, blank(desk, context));
  const added = await addTyped(desk, visit, context, { ...typed, [noun.key]: visit.form.get(noun.key) ?? '' });
  if (added.ok) return { kind: 'redirect', to: desk.pathOf(added.value), said: desk.done.added };
  return newPage(desk, visit, context, { values: typedTexts(noun.fields, visit.form), errors: added.problem });
}

async function editPage<Of extends Entity, Input extends Given>(
  desk: Desk<Of, Input>,
  visit: MemberVisit,
): Promise<Answer> {
  const entity = await foundBy(desk, visit);
  const context = await contextOf(visit, [entity]);
  const { now, version } = presentOf(desk, entity, context);
  return changePage(desk, visit, { entity, departments: context.departments }, { values: now, version });
}

async function change<Of extends Entity, Input extends Given>(
  desk: Desk<Of, Input>,
  visit: MemberVisit,
): Promise<Answer> {
  const { noun } = desk;
  const entity = await foundBy(desk, visit);
  const context = await contextOf(visit, [entity]);
  const { now, version } = presentOf(desk, entity, context);
  const from = desk.pathOf(entity);
  const mine = typedTexts(noun.fields, visit.form);
  if (visit.form.get('version') !== version) return stalePage(visit, noun.fields, { now, mine, version, from });
  const typed = typedIn(noun.fields, visit.form, now);
  if (Object.values(typed).every((text) => text === undefined))
    return { kind: 'redirect', to: from, said: 'nothing-changed' };
  const changed = await changeTyped(desk, visit, { entity, context, now }, typed);
  if (changed.ok) return { kind: 'redirect', to: desk.pathOf(changed.value), said: desk.done.changed };
  const { departments } = context;
  return changePage(desk, visit, { entity, departments }, { values: mine, version, errors: changed.problem });
}
