import { formatMoney } from '../../rating/money.ts';
import type { Price } from '../../rating/price.ts';
import { attributes, given, html, type Html, type Part } from '../html.ts';
import type { Visit } from '../route.ts';
import { errorTexts, formTexts } from '../texts.ts';

/** What pages are made of. */

/** A form that changes something; it carries the token without which nothing is done. */
export const form = (visit: Pick<Visit, 'formToken'>, action: string, body: Part, more: FormOptions = {}): Html =>
  html`<form
    method="post"
    action="${action}"
    ${attributes({
      enctype: more.carriesFile === true ? 'multipart/form-data' : null,
      class: more.className ?? null,
      novalidate: true,
    })}
  >
    <input type="hidden" name="form-token" value="${visit.formToken}" />${body}
  </form>`;
type FormOptions = { carriesFile?: true; className?: string };

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${given(value)}" />`;

export const button = (text: string, kind: 'primary' | 'secondary' | 'danger' = 'primary'): Html =>
  html`<button class="button ${kind}">${text}</button>`;

export const linkButton = (path: string, text: string, kind: 'primary' | 'secondary' = 'secondary'): Html =>
  html`<a class="button ${kind}" href="${path}">${text}</a>`;

export type FieldError = { field: string; text: string };

export type Input = {
  name: string;
  label: string;
  value?: string;
  hint?: Part;
  error?: string | null;
  type?: 'text' | 'password' | 'search' | 'email' | 'date' | 'number' | 'file' | 'tel';
  autocomplete?: string;
  inputmode?: 'numeric' | 'decimal' | 'tel' | 'text';
  width?: 'short' | 'medium' | 'long';
  lines?: number;
  accept?: string;
  isRequired?: boolean;
};

const idOf = (name: string): string => `field-${name}`;

const describedBy = ({ name, hint, error }: Pick<Input, 'name' | 'hint' | 'error'>): string | null => {
  const ids = [
    ...(hint === undefined ? [] : [`${idOf(name)}-hint`]),
    ...(error == null ? [] : [`${idOf(name)}-error`]),
  ];
  return ids.length === 0 ? null : ids.join(' ');
};

const around = (input: Pick<Input, 'name' | 'label' | 'hint' | 'error'>, control: Html): Html =>
  html`<div class="field${input.error != null && ' wrong'}">
    <label for="${idOf(input.name)}">${input.label}</label>
    ${input.hint !== undefined && html`<p class="hint" id="${idOf(input.name)}-hint">${input.hint}</p>`}
    ${
      input.error != null &&
      html`<p class="error" id="${idOf(input.name)}-error">
        <span class="hidden">${errorTexts.errorPrefix}</span>${input.error}
      </p>`
    }
    ${control}
  </div>`;

/** A labelled input with its hint and what is wrong with it (GOV.UK, "Text input"). */
export function field(input: Input): Html {
  const { name, value = '', error, type = 'text', width = 'medium' } = input;
  const common = {
    ...{ id: idOf(name), name, class: `input ${width}`, 'aria-describedby': describedBy(input) },
    ...{
      'aria-invalid': error == null ? null : 'true',
      autocomplete: input.autocomplete ?? 'off',
      spellcheck: 'false',
    },
    required: input.isRequired ?? false,
  };
  if (input.lines !== undefined) {
    return around(input, html`<textarea rows="${input.lines}" ${attributes(common)}>${given(value)}</textarea>`);
  }
  const more = { type, inputmode: input.inputmode ?? null, accept: input.accept ?? null };
  const written = type === 'file' || type === 'password' ? null : html` value="${given(value)}"`;
  return around(input, html`<input${attributes({ ...common, ...more })}${written} />`);
}

export type Choice = { value: string; text: string };

export function select(
  input: Pick<Input, 'name' | 'label' | 'hint' | 'error' | 'value'> & { choices: readonly Choice[] },
): Html {
  const { value: chosen = '', choices } = input;
  // Where what is meant is no choice any more, a browser would show the first one as if that were meant.
  const isThere = chosen === '' || choices.some(({ value }) => value === chosen);
  const options = [...choices, ...(isThere ? [] : [{ value: chosen, text: chosen }])].map(
    ({ value, text }) =>
      html`<option value="${given(value)}" ${attributes({ selected: value === chosen })}>${text}</option>`,
  );
  const described = { id: idOf(input.name), name: input.name, 'aria-describedby': describedBy(input) };
  return around(
    input,
    html`<select class="input" ${attributes(described)}>
      ${options}
    </select>`,
  );
}

type Choices = Pick<Input, 'name' | 'label' | 'hint' | 'error'> & { choices: readonly (Choice & { hint?: string })[] };

/** A few choices to be seen at once, each with what it means. */
export const radios = (input: Choices & Pick<Input, 'value'>): Html =>
  choiceGroup('radio', input, (value) => value === input.value);

/** Any of a few. */
export const checkboxes = (input: Choices & { values: readonly string[] }): Html =>
  choiceGroup('checkbox', input, (value) => input.values.includes(value));

function choiceGroup(
  type: 'radio' | 'checkbox',
  { name, label, hint, error, choices }: Choices,
  isChosen: (value: string) => boolean,
): Html {
  return html`<fieldset class="field${error != null && ' wrong'}" id="${idOf(name)}">
    <legend>${label}</legend>
    ${hint !== undefined && html`<p class="hint">${hint}</p>`}
    ${error != null && html`<p class="error"><span class="hidden">${errorTexts.errorPrefix}</span>${error}</p>`}
    ${choices.map(({ value, text, hint: says }, at) => {
      const id = `${idOf(name)}-${at}`;
      return html`<div class="choice">
        <input
          type="${type}"
          id="${id}"
          name="${name}"
          value="${given(value)}"
          ${attributes({ checked: isChosen(value) })}
        />
        <label for="${id}">${text}${says !== undefined && html`<span class="hint">${says}</span>`}</label>
      </div>`;
    })}
  </fieldset>`;
}

/** What is wrong with a form, each line a link to its field (GOV.UK, "Error summary"). */
export const errorSummary = (errors: readonly FieldError[]): Html | null =>
  errors.length === 0
    ? null
    : html`<div class="summary-of-errors" role="alert" tabindex="-1">
        <h2>${errorTexts.thereIsAProblem}</h2>
        <ul>
          ${errors.map(({ field: name, text }) => html`<li>${name === '' ? text : html`<a href="#${idOf(name)}">${text}</a>`}</li>`)}
        </ul>
      </div>`;

export const errorOf = (errors: readonly FieldError[], name: string): string | null =>
  errors.find(({ field: of }) => of === name)?.text ?? null;

/** Fields of a filter that are used seldom; open where one of them is used. */
export const moreFields = (text: string, isOpen: boolean, fields: Part): Html =>
  html`<details class="grows" ${attributes({ open: isOpen })}>
    <summary>${text}</summary>
    <div class="more-fields">${fields}</div>
  </details>`;

type TableColumn = { title: string; isNumber?: boolean };

type TableRow = readonly Part[];

/** A table that a screen reader can name; it scrolls by itself where there is no room, by keyboard too. A column of text is its title. */
export function table(
  caption: string,
  titles: readonly (string | TableColumn)[],
  rows: readonly TableRow[],
  { empty = formTexts.nothingFound, totals = [] }: { empty?: string; totals?: readonly TableRow[] } = {},
): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  const columns = titles.map((one): TableColumn => (typeof one === 'string' ? { title: one } : one));
  const ofColumn = columns.map(({ title, isNumber }) =>
    attributes({ class: isNumber === true ? 'number' : null, 'data-label': title }),
  );
  const cell = (part: Part, at: number): Html =>
    at === 0 ? html`<th scope="row">${part}</th>` : html`<td${ofColumn[at]}>${part}</td>`;
  const line = (row: TableRow): Html =>
    html`<tr>
      ${row.map(cell)}
    </tr>`;
  return html`<div class="scrolls" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title, isNumber }) => html`<th scope="col" ${attributes({ class: isNumber === true ? 'number' : null })}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(line)}
      </tbody>
      ${
        totals.length > 0 &&
        html`<tfoot>
          ${totals.map(line)}
        </tfoot>`
      }
    </table>
  </div>`;
}

/** Labels and what they stand for. */
export const facts = (rows: readonly (readonly [label: string, value: Part])[]): Html =>
  html`<dl class="facts">
    ${rows.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value === '' || value === null ? '–' : value}</dd>
        </div>`,
    )}
  </dl>`;

export const back = (path: string, text: string): Html => html`<p class="back"><a href="${path}">${text}</a></p>`;

/** Behind a list whose next page begins after a row. */
export const pager = (next: string | null, first: string | null): Html | null =>
  next === null && first === null
    ? null
    : html`<nav class="pager" aria-label="${formTexts.next}">
        ${first !== null && html`<a href="${first}">${formTexts.first}</a>`}
        ${next !== null && html`<a rel="next" href="${next}">${formTexts.next}</a>`}
      </nav>`;

export const badge = (text: string, kind: 'good' | 'bad' | 'warn' | 'plain' = 'plain'): Html =>
  html`<span class="badge ${kind}">${text}</span>`;

/** In the site's time and format. */
export function moment({ parts }: Pick<Visit, 'parts'>, atMs: number | null): Html | null {
  if (atMs === null) return null;
  const { writing } = parts.site;
  return html`<time datetime="${new Date(atMs).toISOString()}">${writing.date(atMs)} ${writing.time(atMs)}</time>`;
}

/** `unrated`: what is said where no price is known. */
export function priceText(price: Price, unrated: string): string {
  switch (price.kind) {
    case 'priced':
      return formatMoney(price.chargeMicros, price.currency);
    case 'free':
      return formTexts.free;
    case 'unrated':
      return unrated;
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `1:02:03`, or `2:03` below an hour. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

/** What the address asks for, but for what was said at its top. */
export const askedIn = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries([...query].filter(([name]) => name !== 'said'));

/** Path and query, without what is empty. */
export function withQuery(path: string, values: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value != null && value !== '') query.set(name, value);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
