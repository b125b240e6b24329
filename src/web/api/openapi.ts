import { z } from 'zod';
import type { ApiRoute, NamedSchema, Operation } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { keyPattern } from './idempotency.ts';
import { hookSchemas, hookSummaries } from './webhooks.ts';

/** The document of the API (OpenAPI 3.1), made of what checks its input and of the table of its routes. */

type Json = Readonly<Record<string, unknown>>;

/** Of JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const made = z.toJSONSchema(schema, { target: 'draft-2020-12', io });
  return Object.fromEntries(Object.entries(made).filter(([name]) => name !== '$schema'));
}

const problem: NamedSchema = {
  name: 'Problem',
  schema: z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('one line for whoever can act'),
    fields: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  }),
};

const refTo = ({ name }: NamedSchema): Json => ({ $ref: `#/components/schemas/${name}` });

const named = (operations: readonly Operation[]): Json =>
  Object.fromEntries<Json>([
    [problem.name, jsonSchema(problem.schema, 'output')],
    ...hookSchemas.map(({ body }) => [body.name, jsonSchema(body.schema, 'output')] as const),
    ...operations.map(({ gives }) => [gives.name, jsonSchema(gives.schema, 'output')] as const),
    ...operations.flatMap(({ body }) =>
      body === undefined ? [] : [[body.name, jsonSchema(body.schema, 'input')] as const],
    ),
  ]);

/** What programs are told of calls, without asking. */
const webhooks = (): Json =>
  Object.fromEntries(
    hookSchemas.map(({ kind, type, body }) => [
      type,
      {
        post: {
          ...{ operationId: `on${body.name}`, summary: hookSummaries[kind], tags: ['webhooks'], security: [] },
          parameters: [
            header('webhook-id', 'of the event: the same on every try', true),
            header('webhook-timestamp', 'of the try, seconds since 1970', true),
            header('webhook-signature', 'v1, and the Base64 of HMAC-SHA256: see standardwebhooks.com', true),
          ],
          requestBody: { required: true, content: content('application/json', body) },
          responses: { '2XX': { description: 'Taken; anything else is tried again' } },
        },
      },
    ]),
  );

const content = (type: string, schema: NamedSchema): Json => ({ [type]: { schema: refTo(schema) } });

const header = (name: string, description: string, required: boolean, pattern?: RegExp): Json => ({
  ...{ name, in: 'header', required, description },
  schema: { type: 'string', ...(pattern === undefined ? {} : { pattern: pattern.source }) },
});

function parametersOf({ method, path, operation: { query, isGuarded } }: ApiRoute): Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const shape = query === undefined ? {} : query.shape;
  const inQuery = Object.entries(shape).map(([name, schema]) => {
    const { description, ...rest } = jsonSchema(schema as z.ZodType, 'input');
    const says = typeof description === 'string' ? { description } : {};
    return { name, in: 'query', required: !(schema as z.ZodType).safeParse(undefined).success, ...says, schema: rest };
  });
  return [
    ...inPath,
    ...inQuery,
    ...(isGuarded === true ? [header('If-Match', 'ETag of what was read', true)] : []),
    ...(method === 'POST'
      ? [
          header(
            'Idempotency-Key',
            'sent again within a day, the same request gets the first answer',
            false,
            keyPattern,
          ),
        ]
      : []),
  ];
}

function operationOf(route: ApiRoute): Json {
  const { id, summary, scope, body, gives, status, hasVersion } = route.operation;
  const headers =
    hasVersion === true ? { headers: { ETag: { description: 'for If-Match', schema: { type: 'string' } } } } : {};
  return {
    operationId: id,
    summary,
    description: `Scope: \`${scope}\`. Roles: ${route.may.join(', ')}.`,
    tags: [route.path.split('/')[3] ?? ''],
    parameters: parametersOf(route),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content('application/json', body) } }),
    responses: {
      [status]: { description: 'Done', ...headers, content: content('application/json', gives) },
      default: { description: 'Not done', content: content('application/problem+json', problem) },
    },
  };
}

export const documentPath = '/api/v1/openapi.json';

/** Itself: anybody may read it, since it says nothing of this site. */
const ofItself: Json = {
  get: {
    ...{ operationId: 'getDocument', summary: 'This document', tags: ['openapi.json'], security: [] },
    responses: { 200: { description: 'Done', content: { 'application/json': { schema: { type: 'object' } } } } },
  },
};

export function documentOf(routes: readonly ApiRoute[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  const tags = [...new Set(routes.map(({ path }) => path.split('/')[3] ?? ''))];
  return {
    openapi: '3.1.0',
    info: { title: texts.title, description: texts.about, version },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...tags, 'openapi.json', 'webhooks'].map((name) => ({ name })),
    paths: { ...paths, [documentPath]: ofItself },
    webhooks: webhooks(),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: texts.noToken } },
      schemas: named(routes.map(({ operation }) => operation)),
    },
  };
}
