import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMoment } from '../../../directory/moment.ts';
import { differenceLines } from '../../../directory/rates-difference.ts';
import { FileOptionError, ratesFileOptions } from '../../../directory/rates/file-options.ts';
import { ratesFile } from '../../../directory/rates/rates-file.ts';
import { noteLine, type Problems } from '../../../rating/tariff/problems.ts';
import { questionKinds, questionText, type Question } from '../../../rating/tariff/review/questions.ts';
import { createReview, plainReview } from '../../../rating/tariff/review/review.ts';
import type { RatesImport, RateTableSummary } from '../../../store/ports/rate-store.ts';
import { StoreError } from '../../../store/ports/store-error.ts';
import { messageOf } from '../../../words/thrown.ts';
import type { Result } from '../../../words/result.ts';
import { areas } from '../../access/areas.ts';
import { html, type Html } from '../../html.ts';
import { entryOf, get, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { rateTexts } from '../../texts/admin.ts';
import { uploadTexts as texts } from '../../texts/rates.ts';
import type { Upload } from '../../uploads.ts';
import {
  back,
  button,
  checkboxes,
  errorSummary,
  facts,
  form,
  hidden,
  table,
  withQuery,
  type FieldError,
} from '../elements.ts';
import { askedAgain, nothingAsked, uploadAsked, uploadForm, type UploadAsked } from './upload-form.ts';

/** Rates from a file that is sent with a form: compared, then imported. */

const maximumBytes = 64 * 1024 * 1024;

export const importPath = (tableName: string | null): string => withQuery('/rates/import', { table: tableName });

type Shown = {
  asked: UploadAsked;
  errors?: readonly FieldError[];
  result?: Html | null;
  status?: number;
  asksHow?: boolean;
};

async function page(
  visit: MemberVisit,
  { asked, errors = [], result = null, status = 200, asksHow = false }: Shown,
): Promise<Answer> {
  const tables = (await visit.parts.store.listRateTables()).map(({ name }) => name);
  const isFirst = result === null && errors.length === 0;
  const body = html`${back('/rates', rateTexts.title)}
    <h1>${texts.title}</h1>
    ${errorSummary(errors)} ${isFirst && html`<p class="lead">${texts.says}</p>`} ${result}
    ${result !== null && html`<h2>${texts.again}</h2>`}
    ${uploadForm(visit, asked, { tables, errors, isFirst, asksHow })}`;
  return { kind: 'page', title: texts.title, body, status: errors.length > 0 ? 422 : status };
}

async function first(visit: MemberVisit): Promise<Answer> {
  const { query, parts } = visit;
  const tables = await parts.store.listRateTables();
  const named = tables.find(({ name }) => name === query.get('table')) ?? tables.find(({ isDefault }) => isDefault);
  return page(visit, { asked: nothingAsked(named?.name ?? '') });
}

type Read = {
  result: RatesImport;
  notes: string[];
  /** What was looked at. */
  summary: string;
  present: RateTableSummary | undefined;
};

/** What the form asks for: checks it, reads the file, and compares or imports it. */
async function read(
  visit: MemberVisit,
  { upload, asked, isMeant }: { upload: Upload; asked: UploadAsked; isMeant: boolean },
): Promise<Result<Read, FieldError>> {
  const { parts } = visit;
  const tables = await parts.store.listRateTables();
  const present = tables.find(({ name }) => name === asked.table);
  const name = present?.name ?? asked.newName;
  const wrong = (fieldName: string, text: string) => ({ ok: false, problem: { field: fieldName, text } }) as const;
  if (name === '' || name.length > 100) return wrong('new-name', texts.nameNeeded);
  const isTaken = tables.some((one) => one.name.toLowerCase() === name.toLowerCase());
  if (present === undefined && isTaken) return wrong('table', texts.nameTaken(name));
  const from = asked.from === '' ? null : parseMoment(asked.from, parts.site.time);
  if (from?.ok === false) return wrong('from', from.problem);
  const fromMs = from?.value ?? null;
  const folder = await mkdtemp(join(tmpdir(), 'billing-codes-upload-'));
  try {
    const reading = ratesFileOptions(asked.values, fromMs, parts.site.time);
    const columns = { ...reading.columns, peak: (present?.peakHours ?? '') !== '' };
    const file = join(folder, 'rates');
    await writeFile(file, upload.bytes, { mode: 0o600 });
    const review = createReview({ ...plainReview, newRanges: parts.plan.newRanges });
    const source = ratesFile(file, { ...reading, columns, currency: present?.currency ?? reading.currency }, review);
    const result = await parts.importRates(isMeant ? entryFor(visit, name, { upload, asked, present }) : null, {
      table: name,
      source: { ...source, name: upload.name },
      options: {
        ...{ amend: asked.isAmending, review, confirmed: asked.confirmed },
        ...(fromMs === null ? {} : { fromMs }),
        ...(reading.currency === null ? {} : { currency: reading.currency }),
      },
    });
    return { ok: true, value: { result, notes: source.notes().map(noteLine), summary: review.summary(), present } };
  } catch (error) {
    if (error instanceof FileOptionError || (error instanceof StoreError && error.code === 'invalid'))
      return wrong('', messageOf(error));
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const entryFor = (
  visit: MemberVisit,
  name: string,
  { upload, asked, present }: { upload: Upload; asked: UploadAsked; present: RateTableSummary | undefined },
) =>
  entryOf(visit, 'rates-imported', `rate table ${name}`, {
    before: { version: String(present?.version ?? 0) },
    after: {
      file: upload.name,
      ...(asked.from === '' ? {} : { from: asked.from }),
      ...(asked.isAmending ? { amends: 'yes' } : {}),
      ...(asked.confirmed.length === 0 ? {} : { confirmed: asked.confirmed.join(', ') }),
    },
  });

async function preview(visit: MemberVisit): Promise<Answer> {
  const asked = uploadAsked(visit);
  const { upload, parts, user } = visit;
  if (upload === null) return page(visit, { asked, errors: [{ field: 'file', text: texts.noFile }] });
  const done = await read(visit, { upload, asked, isMeant: false });
  if (!done.ok) return page(visit, { asked, errors: [done.problem] });
  if (done.value.result.kind === 'refused') return refused(visit, asked, done.value.result.problems);
  return page(visit, {
    asked,
    result: compared(visit, asked, { ...done.value, key: parts.uploads.keep(user.id, upload) }),
  });
}

const maximumShown = 100;

function refused(visit: MemberVisit, asked: UploadAsked, problems: Problems): Promise<Answer> {
  const listed = problems.list().slice(0, maximumShown);
  const more = problems.count() - listed.length;
  const result = html`<div class="summary-of-errors" role="alert" tabindex="-1">
      <p>${texts.problems(problems.count())}</p>
    </div>
    ${table(
      texts.problem,
      [texts.line, texts.problem],
      listed.map(({ line, error }) => [texts.inLine(line), error]),
    )}
    ${more > 0 && html`<p>${texts.more(more)}</p>`}`;
  return page(visit, { asked, result, status: 422, asksHow: listed.some(({ error }) => / --[a-z]/.test(error)) });
}

/** What the file would change, and what has to be said before it does. */
function compared(
  visit: MemberVisit,
  asked: UploadAsked,
  { result, notes, summary, present, key }: Read & { key: string },
): Html | null {
  if (result.kind === 'refused') return null;
  const { difference, questions } = result;
  const { added, changed, removed } = difference;
  const isEmpty = added + changed + removed === 0;
  const fields = html`${hidden('key', key)}${hidden('version', String(present?.version ?? 0))}${hidden('asked', questions.map(({ kind }) => kind).join(' '))}${askedAgain(asked)}
  ${questions.length > 0 && confirming(questions, asked)}${button(texts.apply)}`;
  return html`<div class="notice" role="status"><p>${isEmpty ? texts.nothing : texts.nothingYet}</p></div>
    ${facts([
      [texts.table, result.table],
      [texts.checked, summary],
    ])}
    <h2>${texts.changes}</h2>
    ${differenceList(differenceLines(difference, visit.parts.site.time))}
    ${
      notes.length > 0 &&
      html`<h2>${texts.notes}</h2>
        ${lineList(notes)}`
    }
    ${!isEmpty && form(visit, '/rates/import/apply', fields)}`;
}

const lineList = (lines: readonly string[]): Html =>
  html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;

/** How many, then each with the sign of what happens to it. */
const differenceList = ([counts = '', ...lines]: readonly string[]): Html =>
  html`<p>${counts}</p>
    <ul class="difference">
      ${lines.map((line) => html`<li><span class="sign">${line.slice(0, 1)}</span>${line.slice(2).replace(' -> ', ' → ')}</li>`)}
    </ul>`;

const confirming = (questions: readonly Question[], { confirmed }: UploadAsked): Html =>
  checkboxes({
    ...{ name: 'confirm', label: texts.questions, hint: texts.questionsSay, values: confirmed },
    choices: questions.map((question) => ({ value: question.kind, text: questionText(question) })),
  });

/** The file is read once more; nothing is imported over what somebody else has imported meanwhile. */
async function apply(visit: MemberVisit): Promise<Answer> {
  const { parts, user, form: given } = visit;
  const asked = uploadAsked(visit);
  const key = given.get('key') ?? '';
  const upload = parts.uploads.find(user.id, key);
  if (upload === null) return page(visit, { asked, errors: [{ field: 'file', text: texts.tooLate }] });
  const version = (await parts.store.listRateTables()).find(({ name }) => name === asked.table)?.version ?? 0;
  const isSame = String(version) === given.get('version');
  const isConfirmed = questionKinds.every(
    (kind) => asked.confirmed.includes(kind) || !(given.get('asked') ?? '').split(' ').includes(kind),
  );
  const done = await read(visit, { upload, asked, isMeant: isSame && isConfirmed });
  if (!done.ok) return page(visit, { asked, errors: [done.problem] });
  const { result } = done.value;
  switch (result.kind) {
    case 'refused':
      return refused(visit, asked, result.problems);
    case 'compared':
    case 'unconfirmed': {
      const errors = [isSame ? { field: 'confirm', text: texts.unconfirmed } : { field: '', text: texts.meanwhile }];
      return page(visit, { asked, errors, result: compared(visit, asked, { ...done.value, key }) });
    }
    case 'imported': {
      parts.uploads.drop(key);
      const made = (await parts.store.listRateTables()).find(({ name }) => name === result.table);
      return {
        kind: 'redirect',
        to: made === undefined ? '/rates' : `/rates/tables/${made.id}`,
        said: 'rates-imported',
      };
    }
  }
}

export const rateUploadRoutes: readonly Route[] = [
  get('/rates/import', areas.rateChanges, first),
  post('/rates/import', areas.rateChanges, (visit) => visit.parts.inTurn('rates', () => preview(visit)), {
    uploadBytes: maximumBytes,
  }),
  post('/rates/import/apply', areas.rateChanges, (visit) => visit.parts.inTurn('rates', () => apply(visit))),
];
