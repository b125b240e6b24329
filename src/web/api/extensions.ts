import { z } from 'zod';
import { extensions } from '../../directory/nouns.ts';
import { problemsJson, shownJson } from '../../directory/showing.ts';
import type { Extension } from '../../words/directory.ts';
import { areas } from '../access/areas.ts';
import { extensionKeeping, foundExtensions, removeExtension } from '../pages/directory/extensions.ts';
import { addTyped, changeTyped, contextOf, foundBy, inTurnOf, presentOf } from '../pages/directory/keeping.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { changeSchema, newSchema, refused, shownSchema, typedFrom } from './fields.ts';
import { api, checkMatch } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';

const { fields } = extensions;
const schema = shownSchema(fields, { id: z.int() });
const Extension = { name: 'Extension', schema };
const ExtensionPage = { name: 'ExtensionPage', schema: pageOf(schema) };

type Context = Awaited<ReturnType<typeof contextOf>>;

const jsonOf = (extension: Extension, { view }: Context): object => ({
  id: extension.id,
  ...shownJson(fields, extension, view),
  ...problemsJson(extension),
});

async function answerWith(visit: ApiVisit, extension: Extension): Promise<ApiAnswer> {
  const context = await contextOf(visit, [extension]);
  const { version } = presentOf(extensionKeeping, extension, context);
  const location = `/api/v1/extensions/${encodeURIComponent(extension.number)}`;
  return { value: jsonOf(extension, context), etag: version, location };
}

/** By number; `next` is the last number of the page. */
async function list(visit: ApiVisit): Promise<ApiAnswer> {
  const after = visit.query.get('after');
  const limit = limitIn(visit.query);
  const found = (await foundExtensions(visit))
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .filter(({ number }) => after === null || number > after);
  const shown = found.slice(0, limit);
  const context = await contextOf(visit, shown);
  const next = found.length > limit ? (shown.at(-1)?.number ?? null) : null;
  return { value: { items: shown.map((extension) => jsonOf(extension, context)), next } };
}

async function add(visit: ApiVisit, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> {
  const added = await addTyped(extensionKeeping, visit, await contextOf(visit), typedFrom(fields, body));
  if (!added.ok) throw refused(fields, added.problem);
  return answerWith(visit, added.value);
}

/** What the program has seen, and nothing later. */
const guarded = (visit: ApiVisit, work: (seen: Seen) => Promise<ApiAnswer>): Promise<ApiAnswer> =>
  inTurnOf(extensions, visit, async () => {
    const entity = await foundBy(extensionKeeping, visit);
    const context = await contextOf(visit, [entity]);
    const { now, version } = presentOf(extensionKeeping, entity, context);
    checkMatch(visit, version);
    return work({ entity, context, now });
  });

type Seen = Parameters<typeof changeTyped<Extension, Parameters<typeof extensions.add>[1]>>[2];

const change = (visit: ApiVisit, body: Readonly<Record<string, unknown>>): Promise<ApiAnswer> =>
  guarded(visit, async (seen) => {
    const changed = await changeTyped(extensionKeeping, visit, seen, typedFrom(fields, body));
    if (!changed.ok) throw refused(fields, changed.problem);
    return answerWith(visit, changed.value);
  });

const remove = (visit: ApiVisit): Promise<ApiAnswer> =>
  guarded(visit, async ({ entity, context }) => {
    await removeExtension(visit, entity);
    return { value: jsonOf(entity, context) };
  });

const query = z.strictObject({
  q: z.string().max(100).optional().describe('part of number, name or place'),
  ...pageQuery,
});

const gives = { gives: Extension, status: 200, hasVersion: true } as const;

export const extensionApi: readonly ApiRoute[] = [
  api(
    'GET /extensions',
    areas.extensions,
    {
      ...{ id: 'listExtensions', summary: 'Extensions, by number', scope: 'extensions:read' },
      ...{ query, gives: ExtensionPage, status: 200 },
    },
    list,
  ),
  api(
    'POST /extensions',
    areas.extensionChanges,
    {
      ...{ id: 'addExtension', summary: 'Adds an extension', scope: 'extensions:write' },
      ...{ ...gives, status: 201, body: { name: 'NewExtension', schema: newSchema(fields) } },
    },
    add,
  ),
  api(
    'GET /extensions/:number',
    areas.extensions,
    { ...gives, id: 'getExtension', summary: 'One extension', scope: 'extensions:read' },
    async (visit) => answerWith(visit, await foundBy(extensionKeeping, visit)),
  ),
  api(
    'PATCH /extensions/:number',
    areas.extensionChanges,
    {
      ...{ id: 'changeExtension', summary: 'Changes what is given of an extension', scope: 'extensions:write' },
      ...{ ...gives, isGuarded: true, body: { name: 'ExtensionChange', schema: changeSchema(fields) } },
    },
    change,
  ),
  api(
    'DELETE /extensions/:number',
    areas.extensionChanges,
    {
      ...{ id: 'removeExtension', summary: 'Removes an extension; its call records stay', scope: 'extensions:write' },
      ...{ gives: Extension, status: 200, isGuarded: true },
    },
    remove,
  ),
];
