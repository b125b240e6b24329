import { formatList } from '../../../policy/list.ts';
import { destinationFields, type Destination, type DestinationInput } from '../../../words/directory.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { destinationTexts as texts } from '../../texts/directory.ts';
import { linkButton, table } from '../elements.ts';
import { keepingNamed, namedRoutes, viewOf, type NamedKind } from './named.ts';
import { textsOf } from './fields.ts';

/** Limits of all calls that go to a place, whoever makes them. */

const destinations: NamedKind<Destination, DestinationInput> = {
  ...{ one: 'destination', path: '/destinations', fields: destinationFields, texts },
  first: ['name', 'callTypes', 'prefixes'],
  done: { added: 'destination-added', changed: 'destination-changed', removed: 'destination-removed' },
  list: ({ parts }) => parts.store.listDestinations(),
  add: (changes, input) => changes.addDestination(input),
  update: (changes, name, input) => changes.updateDestination(name, input),
  remove: (changes, name) => changes.removeDestination(name),
};
export const destinationKeeping = keepingNamed(destinations);

const whereNames = ['name', 'callTypes', 'prefixes'];

async function list(visit: MemberVisit): Promise<Answer> {
  const mayChange = may(visit.user, 'departmentChanges');
  const all = await visit.parts.store.listDestinations();
  const rows = all.map((one): Part[] => [
    mayChange ? html`<a href="/destinations/${one.id}">${one.name}</a>` : one.name,
    formatList(one.callTypes),
    formatList(one.prefixes),
    limitTexts(visit, one),
  ]);
  const body = html`<div class="headline">
      <h1>${texts.title}</h1>
      ${mayChange && html`<div class="actions">${linkButton('/destinations/new', texts.add, 'primary')}</div>`}
    </div>
    <p class="lead">${texts.says}</p>
    ${table(texts.title, [texts.name, texts.callTypes, texts.prefixes, texts.limits], rows, { empty: texts.none })}`;
  return { kind: 'page', title: texts.title, body };
}

/** `minutes a day 60, calling hours Mon-Fri 08:00-18:00` */
function limitTexts(visit: MemberVisit, one: Destination): string {
  const shown = textsOf(destinationFields, one, viewOf(visit));
  return Object.entries(destinationFields)
    .filter(([name]) => !whereNames.includes(name) && (shown[name] ?? '') !== '')
    .map(([name, { header }]) => `${header} ${shown[name] ?? ''}`)
    .join(', ');
}

export const destinationRoutes: readonly Route[] = [
  get('/destinations', areas.departments, list),
  ...namedRoutes(destinations, destinationKeeping),
];
