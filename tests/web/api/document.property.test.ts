import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { runs } from '../../support/random.ts';
import { seed, type Seeded } from '../console/seed.ts';
import { startTestConsole, type TestConsole } from '../console/test-console.ts';
import type { Program, Sent } from './program.ts';

/** Requests made of the document alone, right and wrong ones: every answer has to be one that the document tells of. */

type Schema = {
  type?: string | string[];
  enum?: (string | number | boolean | null)[];
  const?: string | number | boolean | null;
  anyOf?: Schema[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
};
type Parameter = { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema };
type Content = Record<string, { schema: { $ref: string } }>;
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content: Content }>;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

let console: TestConsole;
let program: Program;
let seeded: Seeded;
let document: Document;
beforeAll(async () => {
  console = await startTestConsole({ flags: { 'console.apiRequestsPerMinute': '1000000' } });
  seeded = await seed(console.store);
  console.live.push(seeded.Sales.live);
  program = await console.program('administrator');
  document = (await (await fetch(`${console.origin}/api/v1/openapi.json`)).json()) as Document;
});
afterAll(() => console.dispose());

const schemaAt = (content: Content | undefined, type: string): Schema | undefined =>
  document.components.schemas[(content?.[type]?.schema.$ref ?? '').replace('#/components/schemas/', '')];

/** What may stand there, by the schema. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valueOf));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'string'];
  return fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'integer':
    case 'number':
      return fc.integer({ min: Math.max(schema.minimum ?? 0, -1000), max: Math.min(schema.maximum ?? 1000, 1000) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
      });
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).map(([name, of]) => [name, valueOf(of)] as const);
      return fc.record(Object.fromEntries(entries), { requiredKeys: schema.required ?? [] });
    }
    default:
      return textOf(schema);
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 30 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.constantFrom('2026-03-08T00:00:00Z', '2031-12-31T23:59:59.999Z');
  const made =
    pattern === undefined
      ? fc.oneof(
          fc.string({ unit: 'binary', maxLength: Math.min(maxLength, 40) }),
          fc.constantFrom(
            'today',
            'last-month',
            '2026-02-30',
            '12345',
            'Sales account',
            '+442079460000',
            '*',
            '\u202e',
            '<script>',
            '=1+1',
            '1e3',
            'NaN',
            '0',
          ),
        )
      : fc.stringMatching(new RegExp(pattern));
  return made.filter((text) => text.length >= minLength && text.length <= maxLength);
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, '', -1, 1e300, 'x'.repeat(5000), [], {}),
);

type Request = {
  id: string;
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string>;
  isWrong: boolean;
};

const known = (): readonly string[] => {
  const { Sales, Legal } = seeded;
  return [
    ...[String(Sales.accountId), String(Legal.departmentId), Sales.callId, Sales.extension, Sales.live.callId],
    'usage-by-account',
    'statement',
    'calls',
  ];
};

function requestsOf(template: string, method: string, operation: Operation): fc.Arbitrary<Request> {
  const parameters = operation.parameters ?? [];
  const inPath = parameters.filter((one) => one.in === 'path');
  const query = parameters.filter((one) => one.in === 'query');
  const headerNamed = (name: string): Schema => parameters.find((one) => one.name === name)?.schema ?? { const: '' };
  const body = schemaAt(operation.requestBody?.content, 'application/json');
  const wrongs = [
    'query',
    'twice',
    ...(method === 'get' ? [] : body === undefined ? ['body'] : ['more', 'less', 'type', 'text']),
  ] as const;
  return fc
    .record({
      places: fc.tuple(
        ...inPath.map(() =>
          fc.oneof(fc.constantFrom(...known()), fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })),
        ),
      ),
      given: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, valueOf(schema)])), {
        requiredKeys: query.filter(({ required }) => required).map(({ name }) => name),
      }),
      body: body === undefined ? fc.constant(undefined) : valueOf(body),
      wrong: fc.option(fc.constantFrom(...wrongs), { freq: 2 }),
      extra: anything,
      match: fc.constantFrom('*', '"stale"', ''),
      key: fc.oneof(fc.constantFrom('', 'again'), valueOf(headerNamed('Idempotency-Key'))),
    })
    .map(({ places, given, body: sent, wrong, extra, match, key }) => {
      let path = template.replace('/api/v1', '');
      for (const [at, { name }] of inPath.entries())
        path = path.replace(`{${name}}`, encodeURIComponent(String(places[at]).toWellFormed()));
      const search = new URLSearchParams(
        Object.entries(given).map(([name, value]): [string, string] => [name, String(value).toWellFormed()]),
      );
      if (wrong === 'query') search.append('no-such-parameter', '1');
      if (wrong === 'twice' && query[0] !== undefined)
        for (const value of ['a', 'b']) search.append(query[0].name, value);
      const headers = {
        ...(match === '' ? {} : { 'if-match': match }),
        ...(method === 'post' && key !== '' ? { 'idempotency-key': String(key) } : {}),
      };
      return {
        ...{ id: operation.operationId, method: method.toUpperCase(), headers },
        path: `${path}${search.size === 0 ? '' : `?${search.toString()}`}`,
        body: damaged(sent, wrong, body, extra),
        isWrong:
          wrong !== null &&
          !(wrong === 'twice' && query.length === 0) &&
          !(wrong === 'less' && (body?.required ?? []).length === 0),
      };
    });
}

function damaged(body: unknown, wrong: string | null, schema: Schema | undefined, extra: unknown): unknown {
  const whole = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const [first] = schema?.required ?? [];
  switch (wrong) {
    case 'body':
      return { nobody: extra };
    case 'more':
      return { ...whole, 'no such field': extra };
    case 'less':
      return first === undefined ? body : Object.fromEntries(Object.entries(whole).filter(([name]) => name !== first));
    case 'type':
      return [extra];
    case 'text':
      return 'not an object';
    default:
      return body;
  }
}

function expectDocumented(operation: Operation, request: Request, { status, headers, json, text }: Sent): void {
  const said = { id: request.id, path: request.path, body: request.body, status, text: text.slice(0, 500) };
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  const documented = operation.responses[String(status)] ?? operation.responses['default'];
  const schema = schemaAt(documented?.content, type);
  expect({ ...said, isDocumented: schema !== undefined }).toEqual({ ...said, isDocumented: true });
  const read = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(json);
  expect({ ...said, wrong: read.error?.issues ?? [] }).toEqual({ ...said, wrong: [] });
  expect({ ...said, isOurs: status < 500 }).toEqual({ ...said, isOurs: true });
  if (status >= 400) expect(json['status']).toBe(status);
  if (request.isWrong) expect({ ...said, isRefused: status >= 400 }).toEqual({ ...said, isRefused: true });
  // What the schemas allow is at least understood, whatever the rules then say to it.
  else expect({ ...said, isUnderstood: status !== 400 && status !== 415 }).toEqual({ ...said, isUnderstood: true });
}

describe('the API', () => {
  it('answers whatever the document allows, and refuses what it does not, as the document says', async () => {
    const all = Object.entries(document.paths)
      .filter(([path]) => !path.endsWith('openapi.json'))
      .flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
      );
    const statuses = new Map<string, Set<number>>();
    for (const { path, method, operation } of all) {
      // What asks for nothing in particular is always answered; a filter that chance made may be about nobody.
      const asksNothing =
        method === 'get' && !path.includes('{') && !operation.parameters?.some(({ required }) => required);
      if (asksNothing) {
        const plain = await program.send('GET', path.replace('/api/v1', ''));
        expect([path, plain.status]).toEqual([path, 200]);
        statuses.set(operation.operationId, new Set([plain.status]));
      }
      await fc.assert(
        fc.asyncProperty(requestsOf(path, method, operation), async (request) => {
          const sent = await program.send(request.method, request.path, request.body, request.headers);
          statuses.set(request.id, (statuses.get(request.id) ?? new Set()).add(sent.status));
          expectDocumented(operation, request, sent);
        }),
        { numRuns: runs(120, 25) },
      );
    }
    // Otherwise nothing was tried.
    const neverDone = [...statuses].filter(([, seen]) => ![...seen].some((status) => status < 300)).map(([id]) => id);
    expect(neverDone.length).toBeLessThan(all.length / 2);
    expect([...statuses.values()].filter((seen) => [...seen].some((status) => status >= 400)).length).toBe(all.length);
  });
});
