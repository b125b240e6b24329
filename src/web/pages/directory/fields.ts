import type { TypedFields } from '../../../directory/reading.ts';
import { shownTexts, type View } from '../../../directory/showing.ts';
import type { Department } from '../../../words/directory.ts';
import type { AnyField, FieldTable } from '../../../words/directory/field.ts';
import { contractFields, limitFields } from '../../../words/directory/limits.ts';
import { restrictionFields } from '../../../words/directory/restriction.ts';
import { hashOf } from '../../access/secrets.ts';
import { html, type Html } from '../../html.ts';
import type { Answer, Visit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { memberTexts as texts } from '../../texts/directory.ts';
import {
  back,
  button,
  errorOf,
  errorSummary,
  field,
  form,
  hidden,
  linkButton,
  select,
  type FieldError,
} from '../elements.ts';

/** Fields of the directory as a form has them, made of the field tables. */

export type Texts = Readonly<Record<string, string>>;

/** What a form of this entity begins with. A code is not in it. */
export const textsOf = (fields: FieldTable, entity: object, view: View): Texts =>
  Object.fromEntries(
    shownTexts(fields, entity, { ...view, showCodes: false }).map(({ name, field: { kind }, text }) => [
      name,
      kind === 'billing-code' ? '' : kind === 'address' ? text.split('; ').join('\n') : text,
    ]),
  );

/** Tells whether what a form began with is still there. */
export const versionOf = (texts_: Texts, secret: string): string =>
  hashOf(JSON.stringify([texts_, hashOf(secret)])).slice(0, 32);

const plain = (text: string): string => text.replaceAll('\r\n', '\n').trim();

/** What was typed that is other than what the form began with. */
export const typedIn = (fields: FieldTable, form: URLSearchParams, before: Texts): TypedFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { kind }]) => {
      const text = form.get(name);
      if (text === null || plain(text) === plain(before[name] ?? '')) return [name, undefined];
      return [name, kind === 'address' ? plain(text).replaceAll('\n', '; ') : text];
    }),
  );

/** All that was typed, to be shown again. */
export const typedTexts = (fields: FieldTable, form: URLSearchParams): Texts =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, form.get(name) ?? '']));

/** The field that a problem begins with; empty: none of them. */
export function errorsOf(fields: FieldTable, problems: readonly string[]): FieldError[] {
  const byLength = Object.entries(fields).sort(([, a], [, b]) => b.header.length - a.header.length);
  return problems.map((text) => ({
    field: byLength.find(([, { header }]) => text.startsWith(header))?.[0] ?? '',
    text: capital(text),
  }));
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

type Group = { title: string; names: readonly string[] };
const restricted = Object.keys(restrictionFields);
const limited = Object.keys({ ...limitFields, ...contractFields });

/**
 * The fields of a form in groups: people find four short lists sooner than one of twenty. Each is in one group, the first that takes it: of
 * two inputs of one name, what is typed into the second is lost.
 */
function groupsOf(fields: FieldTable, first: readonly string[]): Group[] {
  let left = Object.keys(fields);
  const take = (title: string, isIn: (name: string) => boolean): Group => {
    const names = left.filter(isIn);
    left = left.filter((name) => !isIn(name));
    return { title, names };
  };
  return [
    take(texts.identity, (name) => first.includes(name)),
    take(texts.restriction, (name) => restricted.includes(name)),
    take(texts.limits, (name) => limited.includes(name)),
    take(texts.rest, () => true),
  ].filter((group) => group.names.length > 0);
}

type FormOf = {
  fields: FieldTable;
  /** Those that say who or what it is. */
  first: readonly string[];
  values: Texts;
  errors: readonly FieldError[];
  departments: readonly Department[];
  /** Said below the field of a code that there is already. */
  codeHint?: string;
};

type FieldsPage = {
  title: string;
  action: string;
  fields: Html;
  /** Where it was come from, and what that list is called. */
  from: string;
  list: string;
  /** `versionOf` what the form begins with; empty: it is new. */
  version?: string;
  errors: readonly FieldError[];
  below?: Html;
};

/** The page on which something of the directory is added or changed. */
export function fieldsPage(
  visit: Visit,
  { title, action, fields, from, list, version = '', errors, below }: FieldsPage,
): Answer {
  const buttons = html`<div class="actions">${button(formTexts.save)}${linkButton(from, formTexts.cancel)}</div>`;
  const body = html`${back(from, list)}
    <h1>${title}</h1>
    ${errorSummary(errors)} ${form(visit, action, html`${hidden('version', version)}${fields}${buttons}`)} ${below}`;
  return { kind: 'page', title, body, status: errors.length === 0 ? 200 : 422 };
}

export function fieldGroups({ fields, first, ...rest }: FormOf): Html {
  const groups = groupsOf(fields, first);
  const inputs = (names: readonly string[]): Html[] =>
    names.flatMap((name) => {
      const of = fields[name];
      return of === undefined ? [] : [input(name, of, rest)];
    });
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) return html`${inputs(only.names)}`;
  return html`${groups.map(
    ({ title, names }) =>
      html`<fieldset class="group-of-fields">
        <legend>${title}</legend>
        ${inputs(names)}
      </fieldset>`,
  )}`;
}

function input(
  name: string,
  { kind, header, help }: AnyField,
  { values, errors, departments, codeHint }: Omit<FormOf, 'fields' | 'first'>,
): Html {
  const isCode = kind === 'billing-code';
  const said = isCode && codeHint !== undefined ? codeHint : help.replaceAll('\n', ' ');
  const plainOne = { name, label: capital(header), value: values[name] ?? '', error: errorOf(errors, name) };
  const common = { ...plainOne, ...(said === '' ? {} : { hint: capital(said) }) };
  switch (kind) {
    case 'department': {
      const choices = [
        { value: '', text: texts.noDepartment },
        ...departments.map((one) => ({ value: one.name, text: one.name })),
      ];
      return select({ ...plainOne, choices });
    }
    case 'yes-no': {
      return select({
        ...plainOne,
        choices: ['yes', 'no'].map((value) => ({ value, text: value === 'yes' ? formTexts.yes : formTexts.no })),
      });
    }
    case 'address':
      return field({ ...common, lines: 4 });
    case 'digits':
    case 'limit':
    case 'level':
      return field({ ...common, inputmode: 'numeric', width: 'short' });
    case 'money':
      return field({ ...common, inputmode: 'decimal', width: 'short' });
    case 'billing-code':
      return field({ ...common, inputmode: 'numeric' });
    case 'numbers':
    case 'prefixes':
    case 'world-prefixes':
    case 'blocks':
    case 'hours':
    case 'mail':
    case 'call-types':
      return field({ ...common, width: 'long' });
    case 'phone':
    case 'name':
    case 'text':
    case 'account':
    case 'moment':
    case 'end':
    case 'shown-number':
      return field(common);
  }
}
