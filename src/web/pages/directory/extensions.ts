import { departmentNameOf } from '../../../directory/inputs.ts';
import { extensions } from '../../../directory/nouns.ts';
import { limitsOf, problemsOf, shownTexts } from '../../../directory/showing.ts';
import type { Extension } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Part } from '../../html.ts';
import { entryOf, get, post, seesDepartment, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { formTexts } from '../../texts.ts';
import { extensionTexts as texts } from '../../texts/directory.ts';
import { back, button, facts, field, form, linkButton, table, withQuery } from '../elements.ts';
import { deskOf, type Desk } from './desk.ts';
import { contextOf, foundBy, type Keeping } from './keeping.ts';
import { capital } from './fields.ts';

const maximumShown = 500;

const pathOf = ({ number }: Pick<Extension, 'number'>): string => `/extensions/${encodeURIComponent(number)}`;

export const extensionKeeping: Keeping<Extension, Parameters<typeof extensions.add>[1]> = {
  noun: extensions,
  find: ({ parts, params }) => parts.store.findExtension(params['number'] ?? ''),
  done: { added: 'extension-added', changed: 'extension-changed' },
};

const desk: Desk<Extension, Parameters<typeof extensions.add>[1]> = {
  ...extensionKeeping,
  ...{ path: '/extensions', pathOf, texts },
  first: ['number', 'name', 'departmentId', 'place'],
};
const { newPage, add, editPage, change } = deskOf(desk);

/** Those that this person may see, and that the query asks for. */
export async function foundExtensions({ parts, user, query }: MemberVisit): Promise<Extension[]> {
  const q = (query.get('q') ?? '').trim().toLowerCase();
  return (await parts.store.listExtensions())
    .filter(({ departmentId }) => seesDepartment(user, departmentId))
    .filter(({ number, name, place }) => [number, name, place].some((text) => text.toLowerCase().includes(q)));
}

async function list(visit: MemberVisit): Promise<Answer> {
  const { user, query } = visit;
  const found = (await foundExtensions(visit)).slice(0, maximumShown);
  const { view } = await contextOf(visit, found);
  const columns = [texts.number, texts.name, texts.department, texts.place, texts.limits];
  const rows = found.map((extension): Part[] => [
    html`<a href="${pathOf(extension)}">${extension.number}</a>`,
    extension.name,
    departmentNameOf(extension, view.departments),
    extension.place,
    limitsOf(extension.restriction),
  ]);
  const body = table(texts.title, columns, rows, { empty: texts.none });
  if (query.has('piece')) return { kind: 'piece', body };
  const page = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${may(user, 'extensionChanges') && html`<div class="actions">${linkButton('/extensions/new', texts.add, 'primary')}</div>`}
    </div>
    <form class="filters" method="get" action="/extensions" role="search" data-search="found">
      ${field({ name: 'q', label: texts.search, type: 'search', value: query.get('q') ?? '' })}
      ${button(formTexts.search, 'secondary')}
    </form>
    <div id="found" aria-live="polite">${body}</div>`;
  return { kind: 'page', title: texts.title, body: page };
}

async function show(visit: MemberVisit): Promise<Answer> {
  const extension = await foundBy(desk, visit);
  const { view } = await contextOf(visit, [extension]);
  const locks = await visit.parts.store.listLocks(visit.nowMs);
  const shown = shownTexts(extensions.fields, extension, view).filter(({ text }) => text !== '');
  const path = pathOf(extension);
  const actions = html`<div class="actions">
    ${linkButton(`${path}/edit`, texts.edit, 'primary')}${linkButton(`${path}/remove`, texts.remove)}
  </div>`;
  const body = html`${back('/extensions', texts.title)}
    <div class="headline">
      <h1>${extensions.called(extension)}</h1>
      ${may(visit.user, 'extensionChanges') && actions}
    </div>
    ${locks.some(({ phone }) => phone === extension.number) && html`<p class="stale">${texts.locked}</p>`}
    ${problemsOf(extension).map((problem) => html`<p class="stale">${problem}</p>`)}
    ${facts(shown.map(({ field: { header }, text }) => [capital(header), text]))}
    <p><a href="${withQuery('/calls', { preset: 'this-month', extension: extension.number })}">${texts.calls}</a></p>`;
  return { kind: 'page', title: extensions.called(extension), body };
}

async function removePage(visit: MemberVisit): Promise<Answer> {
  const extension = await foundBy(desk, visit);
  const title = `${texts.remove}: ${extensions.called(extension)}`;
  const body = html`<h1>${title}</h1>
    <p class="lead">${texts.removeSays}</p>
    <div class="actions">
      ${form(visit, `${pathOf(extension)}/remove`, button(texts.remove, 'danger'))}
      ${linkButton(pathOf(extension), formTexts.cancel)}
    </div>`;
  return { kind: 'page', title, body };
}

export async function removeExtension(visit: MemberVisit, extension: Extension): Promise<void> {
  const entry = entryOf(visit, 'extension-removed', `extension ${extensions.called(extension)}`);
  await visit.parts.change(entry).removeExtension(extension.number);
}

async function remove(visit: MemberVisit): Promise<Answer> {
  await removeExtension(visit, await foundBy(desk, visit));
  return { kind: 'redirect', to: '/extensions', said: 'extension-removed' };
}

export const extensionRoutes: readonly Route[] = [
  get('/extensions', areas.extensions, list),
  get('/extensions/new', areas.extensionChanges, newPage),
  post('/extensions', areas.extensionChanges, add),
  get('/extensions/:number', areas.extensions, show),
  get('/extensions/:number/edit', areas.extensionChanges, editPage),
  post('/extensions/:number/edit', areas.extensionChanges, change),
  get('/extensions/:number/remove', areas.extensionChanges, removePage),
  post('/extensions/:number/remove', areas.extensionChanges, remove),
];
