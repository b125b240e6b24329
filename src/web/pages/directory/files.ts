import { readMembers } from '../../../directory/import.ts';
import { exportedCsv } from '../../../directory/export.ts';
import { accounts } from '../../../directory/nouns.ts';
import { headersOf } from '../../../directory/typed-rows.ts';
import type { CsvProblem } from '../../../csv/csv.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html } from '../../html.ts';
import { entryOf, get, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import type { Upload } from '../../uploads.ts';
import { importTexts as texts, accountTexts } from '../../texts/directory.ts';
import {
  back,
  button,
  errorOf,
  errorSummary,
  facts,
  field,
  form,
  hidden,
  table,
  type FieldError,
} from '../elements.ts';
import { contextOf } from './keeping.ts';

const maximumBytes = 128 * 1024 * 1024;
const maximumShown = 200;

function page(
  visit: MemberVisit,
  errors: readonly FieldError[] = [],
  result: Html | null = null,
  status = 200,
): Answer {
  const fields = html`${field({ name: 'file', label: texts.file, hint: texts.fileHint, type: 'file', accept: '.csv,.xlsx,.txt', error: errorOf(errors, 'file') })}
  ${button(texts.preview, result === null ? 'primary' : 'secondary')}`;
  const body = html`${back('/accounts', accountTexts.title)}
    <h1>${texts.title}</h1>
    ${errorSummary(errors)} ${result} ${result !== null && html`<h2>${texts.again}</h2>`}
    ${form(visit, '/accounts/import', fields, { carriesFile: true })}
    <details>
      <summary>${texts.columns}</summary>
      <p>${headersOf(accounts.fields)}</p>
    </details>`;
  return { kind: 'page', title: texts.title, body, status: errors.length > 0 ? 422 : status };
}

/** Reads alone: what it would do is compared with what is there. */
async function planOf(visit: MemberVisit, { bytes }: Upload) {
  const { parts } = visit;
  const directory = { ...parts.store, ...parts.change(entryOf(visit, 'accounts-imported', '')) };
  const { plan, site } = parts;
  return readMembers(accounts, bytes, { plan, time: site.time, directory, onFormerName: () => undefined });
}

async function preview(visit: MemberVisit): Promise<Answer> {
  const { upload, parts, user } = visit;
  if (upload === null) return page(visit, [{ field: 'file', text: texts.noFile }]);
  const plan = await planOf(visit, upload);
  if (!plan.ok) return page(visit, [], problemsOf(plan.problem), 422);
  const { added, updated, warnings } = plan.value;
  const key = parts.uploads.keep(user.id, upload);
  const isEmpty = added + updated === 0;
  const result = html`<div class="notice" role="status"><p>${isEmpty ? texts.nothing : texts.nothingYet}</p></div>
    ${facts([
      [texts.added, parts.site.writing.decimal(String(added))],
      [texts.updated, parts.site.writing.decimal(String(updated))],
    ])}
    ${
      warnings.length > 0 &&
      html`<h2>${texts.warnings}</h2>
        ${lineTable(texts.warnings, warnings)}`
    }
    ${!isEmpty && form(visit, '/accounts/import/apply', html`${hidden('key', key)}${hidden('name', upload.name)}${button(texts.apply(added, updated))}`)}`;
  return page(visit, [], result);
}

const lineTable = (caption: string, problems: readonly CsvProblem[]): Html =>
  table(
    caption,
    [texts.line, texts.problem],
    problems.slice(0, maximumShown).map(({ line, error }) => [texts.inLine(line), error]),
  );

function problemsOf(problems: readonly CsvProblem[]): Html {
  const lines = new Set(problems.map(({ line }) => line)).size;
  const more = problems.length - maximumShown;
  return html`<div class="summary-of-errors" role="alert" tabindex="-1"><p>${texts.problems(lines)}</p></div>
    ${lineTable(texts.problem, problems)} ${more > 0 && html`<p>${texts.more(more)}</p>`}`;
}

/** Read once more: what was there may have changed since it was looked at. */
async function apply(visit: MemberVisit): Promise<Answer> {
  const { parts, user } = visit;
  const key = visit.form.get('key') ?? '';
  const upload = parts.uploads.find(user.id, key);
  if (upload === null) return page(visit, [{ field: 'file', text: texts.gone }]);
  const plan = await planOf(visit, upload);
  if (!plan.ok) return page(visit, [], problemsOf(plan.problem), 422);
  const { inputs, added, updated } = plan.value;
  const entry = entryOf(visit, 'accounts-imported', `file ${upload.name}`, {
    after: { added: String(added), changed: String(updated) },
  });
  await parts.change(entry).importAccounts(inputs);
  parts.uploads.drop(key);
  return { kind: 'redirect', to: '/accounts', said: 'accounts-imported' };
}

async function exportAll(visit: MemberVisit): Promise<Answer> {
  const { parts } = visit;
  const { view } = await contextOf(visit);
  await parts.people.appendAudit(entryOf(visit, 'accounts-exported', 'all accounts, with their codes'));
  const csv = exportedCsv(accounts.fields, await parts.store.listAccounts(), { ...view, showCodes: true });
  if (!csv.ok) return page(visit, [{ field: '', text: csv.problem }]);
  return { kind: 'file', name: 'accounts.csv', type: 'text/csv; charset=utf-8', content: csv.value };
}

export const accountFileRoutes: readonly Route[] = [
  get('/accounts/import', areas.accountFiles, (visit) => Promise.resolve(page(visit))),
  post('/accounts/import', areas.accountFiles, preview, { uploadBytes: maximumBytes }),
  post('/accounts/import/apply', areas.accountFiles, apply),
  post('/accounts/export', areas.accountFiles, exportAll),
];
