import type { z } from 'zod';
import type { ApiAnswer, ApiRoute, ApiVisit, Area, Operation } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { ApiProblem, invalid } from './problem.ts';

/** A route of the API, in the area (access/areas.ts) whose people may use it. */
export function api<Body extends z.ZodType = z.ZodUndefined>(
  on: `${ApiRoute['method']} /${string}`,
  { may, within }: Area,
  operation: Omit<Operation, 'body'> & { body?: { name: string; schema: Body } },
  answer: (visit: ApiVisit, body: z.output<Body>) => Promise<ApiAnswer>,
): ApiRoute {
  const [method, path] = on.split(' ') as [ApiRoute['method'], string];
  return {
    ...{ method, path: `/api/v1${path}`, may, within, operation },
    // What `checkedBody` gives was read by this schema.
    answer: (visit, body) => answer(visit, body as z.output<Body>),
  };
}

/** What was sent, as the operation's schema gives it. Throws what is wrong with it. */
export function checkedBody({ body: named }: Operation, value: unknown): unknown {
  if (named === undefined) {
    if (value !== undefined) throw new ApiProblem(400, texts.unexpectedBody);
    return undefined;
  }
  if (value === undefined) throw new ApiProblem(400, texts.noBody);
  return checked(named.schema, value);
}

/** Each parameter is known, stands once, and is as its schema wants it. */
export function checkQuery({ query }: Operation, given: URLSearchParams): void {
  const known = query === undefined ? [] : Object.keys(query.shape);
  for (const name of given.keys()) {
    if (!known.includes(name)) throw new ApiProblem(400, texts.unknownQuery(name.slice(0, 60)));
    if (given.getAll(name).length > 1) throw new ApiProblem(400, texts.twiceQuery(name));
  }
  if (query !== undefined) checked(query, Object.fromEntries(given));
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw invalid(
    read.error.issues.map(({ path, message }) => ({
      field: path.map(String).join('.').slice(0, 100),
      detail: message,
    })),
  );
}

/** Refuses a change of something that is not as the program has seen it. */
export function checkMatch({ ifMatch }: ApiVisit, version: string): void {
  if (ifMatch === null) throw new ApiProblem(428, texts.needsMatch);
  const given = ifMatch.split(',').map((tag) => tag.trim());
  if (!given.includes('*') && !given.includes(`"${version}"`)) throw new ApiProblem(412, texts.stale);
}
