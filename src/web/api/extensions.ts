import { z } from 'zod';
import { extensions } from '../../directory/nouns.ts';
import { areas } from '../access/areas.ts';
import { extensionKeeping, foundExtensions, removeExtension } from '../pages/directory/extensions.ts';
import { contextOf } from '../pages/directory/keeping.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { changeSchema, newSchema, shownSchema } from './fields.ts';
import { memberOperations } from './members.ts';
import { api } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';

const { fields } = extensions;
const schema = shownSchema(fields, { id: z.int() });
const Extension = { name: 'Extension', schema };
const ExtensionPage = { name: 'ExtensionPage', schema: pageOf(schema) };

const { jsonOf, get, add, change, guarded } = memberOperations({
  keeping: extensionKeeping,
  pathOf: ({ number }) => `/api/v1/extensions/${encodeURIComponent(number)}`,
  beforeFields: ({ id }) => ({ id }),
});

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
    get,
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
