import { readNamedOne } from '../../../directory/import.ts';
import type { TypedFields } from '../../../directory/reading.ts';
import type { View } from '../../../directory/showing.ts';
import type { AuditableChanges } from '../../../store/ports/console-store.ts';
import type { AuditAction } from '../../../words/console.ts';
import type { FieldTable } from '../../../words/directory/field.ts';
import type { Result } from '../../../words/result.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import type { Said } from '../../texts.ts';
import { memberTexts } from '../../texts/directory.ts';
import { button, form, type FieldError } from '../elements.ts';
import { inputErrors, inTurnOf, type Present } from './keeping.ts';
import { errorsOf, fieldGroups, fieldsPage, textsOf, typedIn, typedTexts, versionOf, type Texts } from './fields.ts';

/** Keeping what is named by its name, departments and destinations, by a form or by a program. */

type One = { id: number; name: string };

export type NamedKind<Of extends One, Input extends { name: string }> = {
  one: string;
  path: string;
  fields: FieldTable;
  /** Fields that a form begins with. */
  first: readonly string[];
  texts: { title: string; add: string; remove: string; removeSays: string };
  done: { added: Said & AuditAction; changed: Said & AuditAction; removed: Said & AuditAction };
  list: (visit: MemberVisit) => Promise<Of[]>;
  add: (changes: AuditableChanges, input: Input) => Promise<Of>;
  update: (changes: AuditableChanges, name: string, input: Input) => Promise<Of | null>;
  remove: (changes: AuditableChanges, name: string) => Promise<unknown>;
};

export type NamedKeeping<Of extends One> = {
  found: (visit: MemberVisit) => Promise<Of>;
  /** What is there now, as texts, and its version. */
  present: (visit: MemberVisit, one: Of) => Present;
  /** Only what is typed is set. */
  add: (visit: MemberVisit, typed: TypedFields) => Promise<Result<Of, FieldError[]>>;
  change: (visit: MemberVisit, one: Of, typed: TypedFields) => Promise<Result<Of, FieldError[]>>;
  remove: (visit: MemberVisit, one: Of) => Promise<FieldError[]>;
};

export const viewOf = ({ parts, nowMs }: MemberVisit): View => ({
  ...{ departments: [], payers: new Map(), nowMs, time: parts.site.time, showCodes: false },
});

const givenOf = (typed: TypedFields): Texts =>
  Object.fromEntries(Object.entries(typed).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));

export function keepingNamed<Of extends One, Input extends { name: string }>(
  kind: NamedKind<Of, Input>,
): NamedKeeping<Of> {
  const { one, fields, done } = kind;

  async function keptBy(
    visit: MemberVisit,
    typed: TypedFields,
    keep: (input: Input) => Promise<Of | null>,
  ): Promise<Result<Of, FieldError[]>> {
    const read = readNamedOne(fields, typed, { plan: visit.parts.plan, time: visit.parts.site.time });
    if (!read.ok) return { ok: false, problem: errorsOf(fields, read.problem) };
    try {
      // As its field table says, which is checked where that is written.
      const kept = await keep(read.value as Input);
      if (kept === null) throw new NotFound();
      return { ok: true, value: kept };
    } catch (error) {
      return { ok: false, problem: inputErrors(error, 'name') };
    }
  }

  const present = (visit: MemberVisit, of: Of): Present => {
    const now = textsOf(fields, of, viewOf(visit));
    return { now, version: versionOf(now, '') };
  };

  return {
    present,
    async found(visit) {
      const of = (await kind.list(visit)).find(({ id }) => String(id) === visit.params['id']);
      if (of === undefined) throw new NotFound();
      return of;
    },
    add: (visit, typed) =>
      keptBy(visit, typed, (input) => {
        const entry = entryOf(visit, done.added, `${one} ${input.name}`, { after: givenOf(typed) });
        return kind.add(visit.parts.change(entry), input);
      }),
    change: (visit, of, typed) =>
      keptBy(visit, { ...typed, name: typed['name'] ?? of.name }, (input) => {
        const changes = { before: present(visit, of).now, after: givenOf(typed) };
        const entry = entryOf(visit, done.changed, `${one} ${of.name}`, changes);
        return kind.update(visit.parts.change(entry), of.name, input);
      }),
    async remove(visit, { name }) {
      try {
        await kind.remove(visit.parts.change(entryOf(visit, done.removed, `${one} ${name}`)), name);
        return [];
      } catch (error) {
        return inputErrors(error, 'name');
      }
    },
  };
}

/** The pages on which they are added, changed and removed; a list of them is each kind's own. */
export function namedRoutes<Of extends One, Input extends { name: string }>(
  kind: NamedKind<Of, Input>,
  keeping: NamedKeeping<Of>,
): readonly Route[] {
  const { one, path, fields, first, texts, done } = kind;
  type Shown = { title: string; action: string; values: Texts; version?: string; below?: Html };

  const formPage = (visit: MemberVisit, { values, ...shown }: Shown, errors: readonly FieldError[]): Answer => {
    const groups = fieldGroups({ fields, first, values, errors, departments: [] });
    return fieldsPage(visit, { ...shown, list: texts.title, from: path, fields: groups, errors });
  };
  const newPage = (visit: MemberVisit, errors: readonly FieldError[] = []): Answer =>
    formPage(visit, { title: texts.add, action: path, values: typedTexts(fields, visit.form) }, errors);

  async function editPage(visit: MemberVisit, errors: readonly FieldError[] = []): Promise<Answer> {
    const of = await keeping.found(visit);
    const { now, version } = keeping.present(visit, of);
    const values = errors.length === 0 ? now : typedTexts(fields, visit.form);
    const action = `${path}/${of.id}`;
    const below = html`<h2>${texts.remove}</h2>
      <p>${texts.removeSays}</p>
      ${form(visit, `${action}/remove`, button(texts.remove, 'danger'))}`;
    return formPage(visit, { title: of.name, action, values, version, below }, errors);
  }

  async function add(visit: MemberVisit): Promise<Answer> {
    const added = await keeping.add(visit, typedTexts(fields, visit.form));
    return added.ok ? { kind: 'redirect', to: path, said: done.added } : newPage(visit, added.problem);
  }

  async function change(visit: MemberVisit): Promise<Answer> {
    const of = await keeping.found(visit);
    const { now, version } = keeping.present(visit, of);
    if (visit.form.get('version') !== version) {
      const there = Object.values(now).filter((text) => text !== '');
      return editPage(visit, [
        { field: '', text: `${memberTexts.staleTitle}: ${there.join(', ')}. ${memberTexts.stale}` },
      ]);
    }
    const changed = await keeping.change(visit, of, typedIn(fields, visit.form, now));
    return changed.ok ? { kind: 'redirect', to: path, said: done.changed } : editPage(visit, changed.problem);
  }

  async function remove(visit: MemberVisit): Promise<Answer> {
    const errors = await keeping.remove(visit, await keeping.found(visit));
    return errors.length === 0 ? { kind: 'redirect', to: path, said: done.removed } : editPage(visit, errors);
  }

  return [
    get(`${path}/new`, areas.departmentChanges, (visit) => Promise.resolve(newPage(visit))),
    post(path, areas.departmentChanges, add),
    get(`${path}/:id`, areas.departmentChanges, (visit) => editPage(visit)),
    post(`${path}/:id`, areas.departmentChanges, (visit) => inTurnOf({ one }, visit, () => change(visit))),
    post(`${path}/:id/remove`, areas.departmentChanges, remove),
  ];
}
