import { fileOptions, type FileOptionName, type FileOptionValues } from '../../../directory/rates/file-options.ts';
import { questionKinds, type QuestionKind } from '../../../rating/tariff/review/questions.ts';
import { html, type Html } from '../../html.ts';
import type { MemberVisit } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { uploadTexts as texts } from '../../texts/rates.ts';
import { capital } from '../directory/fields.ts';
import { button, checkboxes, errorOf, field, form, hidden, select, type Choice, type FieldError } from '../elements.ts';

/** What is asked for with a file of rates. */
export type UploadAsked = {
  /** Name of a table that is there; empty: a new one. */
  table: string;
  newName: string;
  /** As typed; empty: at all times. */
  from: string;
  isAmending: boolean;
  values: FileOptionValues;
  confirmed: readonly QuestionKind[];
};

const options = Object.entries(fileOptions) as [
  FileOptionName,
  { type: 'string' | 'boolean'; multiple?: true; help: string; argument?: string },
][];

const fieldOf = (name: FileOptionName): string => `option-${name}`;

export function uploadAsked({ form: given }: MemberVisit): UploadAsked {
  const text = (name: string): string => (given.get(name) ?? '').trim();
  const values = options.flatMap(([name, { type, multiple }]): [string, string | boolean | string[]][] => {
    const value = text(fieldOf(name));
    if (value === '') return [];
    if (type === 'boolean') return [[name, true]];
    return [[name, multiple === true ? value.split(/\r?\n/).filter((line) => line.trim() !== '') : value]];
  });
  return {
    ...{ table: text('table'), newName: text('new-name'), from: text('from') },
    isAmending: given.get('amend') === 'yes',
    values: Object.fromEntries(values),
    confirmed: questionKinds.filter((kind) => given.getAll('confirm').includes(kind)),
  };
}

const valueOf = (values: FileOptionValues, name: FileOptionName): string => {
  const value = values[name];
  return typeof value === 'string' ? value : value === true ? 'yes' : Array.isArray(value) ? value.join('\n') : '';
};

/** Where nothing has been asked for yet. */
export const nothingAsked = (table: string): UploadAsked => ({
  ...{ table, newName: '', from: '', isAmending: false, values: {}, confirmed: [] },
});

/** What was asked for, to be sent again without being seen. */
export const askedAgain = ({ table, newName, from, isAmending, values }: UploadAsked): Html =>
  html`${hidden('table', table)}${hidden('new-name', newName)}${hidden('from', from)}${isAmending && hidden('amend', 'yes')}${options.map(([name]) => hidden(fieldOf(name), valueOf(values, name)))}`;

type FormShown = {
  tables: readonly string[];
  errors: readonly FieldError[];
  isFirst: boolean;
  /** Something was wrong that an option puts right. */
  asksHow: boolean;
};

export function uploadForm(
  visit: MemberVisit,
  asked: UploadAsked,
  { tables, errors, isFirst, asksHow }: FormShown,
): Html {
  const isReadOtherwise = asksHow || Object.keys(asked.values).length > 0;
  const choices: Choice[] = [
    ...tables.map((name) => ({ value: name, text: name })),
    { value: '', text: texts.newTable },
  ];
  const fields = html`${field({ name: 'file', label: texts.file, hint: texts.fileHint, type: 'file', accept: '.csv,.xlsx,.txt', error: errorOf(errors, 'file') })}
    ${tables.length > 0 && select({ name: 'table', label: texts.table, choices, value: asked.table })}
    ${field({ name: 'new-name', label: texts.newName, ...(tables.length === 0 ? {} : { hint: texts.newNameHint }), value: asked.newName, error: errorOf(errors, 'new-name') })}
    ${field({ name: 'from', label: texts.from, hint: texts.fromHint, type: 'date', value: asked.from, error: errorOf(errors, 'from') })}
    ${checkboxes({ name: 'amend', label: texts.amend, choices: [{ value: 'yes', text: texts.amends }], values: asked.isAmending ? ['yes'] : [] })}
    <details ${isReadOtherwise && html`open`}>
      <summary>${texts.how}</summary>
      <p class="hint">${texts.howSays}</p>
      ${options.map(([name, option]) => optionField(name, option, asked.values))}
    </details>
    ${button(texts.preview, isFirst ? 'primary' : 'secondary')}`;
  return form(visit, '/rates/import', fields, { carriesFile: true });
}

/** Under the name by which messages ask for it. */
function optionField(
  name: FileOptionName,
  { type, multiple, help, argument }: (typeof options)[number][1],
  values: FileOptionValues,
): Html {
  const value = valueOf(values, name);
  const common = { name: fieldOf(name), label: `--${name}` };
  if (type === 'boolean')
    return checkboxes({
      ...{ ...common, hint: capital(help), choices: [{ value: 'yes', text: formTexts.yes }] },
      values: value === '' ? [] : ['yes'],
    });
  // What is in capital letters stands for a value; anything else is an example of one.
  const isExample = argument !== undefined && !/^[A-Z]+$/.test(argument);
  const hint = `${capital(help)}${isExample ? `: ${argument}` : ''}`;
  if (multiple === true) return field({ ...common, hint: texts.severalHint(hint), value, lines: 2, width: 'long' });
  return field({ ...common, hint, value });
}
