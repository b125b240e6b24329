import { z } from 'zod';
import { problemsJson, shownJson } from '../../directory/showing.ts';
import type { FieldTable } from '../../words/directory/field.ts';
import type { Member } from '../../words/directory/member.ts';
import type { Scope } from '../../words/console.ts';
import { areas } from '../access/areas.ts';
import { inTurnOf } from '../pages/directory/keeping.ts';
import { viewOf, type NamedKeeping } from '../pages/directory/named.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { changeSchema, newSchema, refused, shownSchema, typedFrom } from './fields.ts';
import { api, checkMatch } from './operation.ts';
import { limitIn, pageOf, pageQuery } from './paging.ts';

type One = { id: number; name: string } & Pick<Member, 'unreadable'>;

/** What is named by its name as programs keep it: departments, destinations. */
export type NamedApi<Of extends One> = {
  one: 'department' | 'destination';
  /** As part of the names of operations and schemas. */
  Name: 'Department' | 'Destination';
  fields: FieldTable;
  read: Scope;
  write: Scope;
  removing: string;
  keeping: NamedKeeping<Of>;
  list: (visit: ApiVisit) => Promise<Of[]>;
};

const query = z.strictObject({
  ...pageQuery,
  after: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .describe('`next` of the page before'),
});

function operationsOf<Of extends One>({ one, fields, keeping, list: all }: NamedApi<Of>) {
  const jsonOf = (visit: ApiVisit, of: Of): object => ({
    id: of.id,
    ...shownJson(fields, of, viewOf(visit)),
    ...problemsJson(of),
  });
  const answerWith = (visit: ApiVisit, of: Of): ApiAnswer => ({
    ...{ value: jsonOf(visit, of), location: `/api/v1/${one}s/${of.id}` },
    etag: keeping.present(visit, of).version,
  });
  /** What the program has seen, and nothing later. */
  const guarded = (visit: ApiVisit, work: (of: Of) => Promise<ApiAnswer>): Promise<ApiAnswer> =>
    inTurnOf({ one }, visit, async () => {
      const of = await keeping.found(visit);
      checkMatch(visit, keeping.present(visit, of).version);
      return work(of);
    });
  type Body = Readonly<Record<string, unknown>>;
  return {
    get: async (visit: ApiVisit): Promise<ApiAnswer> => answerWith(visit, await keeping.found(visit)),
    /** By id, which stays where a name changes; `next` is the last id of the page. */
    list: async (visit: ApiVisit): Promise<ApiAnswer> => {
      const after = Number(visit.query.get('after') ?? 0);
      const limit = limitIn(visit.query);
      const found = (await all(visit)).sort((a, b) => a.id - b.id).filter(({ id }) => id > after);
      const shown = found.slice(0, limit);
      const next = found.length > limit ? String(shown.at(-1)?.id ?? '') : null;
      return { value: { items: shown.map((of) => jsonOf(visit, of)), next } };
    },
    add: async (visit: ApiVisit, body: Body): Promise<ApiAnswer> => {
      const added = await keeping.add(visit, typedFrom(fields, body));
      if (!added.ok) throw refused(fields, added.problem);
      return answerWith(visit, added.value);
    },
    change: (visit: ApiVisit, body: Body): Promise<ApiAnswer> =>
      guarded(visit, async (of) => {
        const changed = await keeping.change(visit, of, typedFrom(fields, body));
        if (!changed.ok) throw refused(fields, changed.problem);
        return answerWith(visit, changed.value);
      }),
    remove: (visit: ApiVisit): Promise<ApiAnswer> =>
      guarded(visit, async (of) => {
        const errors = await keeping.remove(visit, of);
        if (errors.length > 0) throw refused(fields, errors);
        return { value: jsonOf(visit, of) };
      }),
  };
}

export function namedApi<Of extends One>(noun: NamedApi<Of>): readonly ApiRoute[] {
  const { one, Name, fields, read, write, removing } = noun;
  const { get, list, add, change, remove } = operationsOf(noun);
  const schema = shownSchema(fields, { id: z.int() });
  const given = { name: Name, schema };
  const gives = { gives: given, status: 200, hasVersion: true } as const;
  const several = `${Name}s`;
  return [
    api(
      `GET /${one}s`,
      areas.departments,
      {
        ...{ id: `list${several}`, summary: `${several}, by id`, scope: read },
        ...{ query, gives: { name: `${Name}Page`, schema: pageOf(schema) }, status: 200 },
      },
      list,
    ),
    api(
      `POST /${one}s`,
      areas.departmentChanges,
      {
        ...{ id: `add${Name}`, summary: `Adds a ${one}`, scope: write },
        ...{ ...gives, status: 201, body: { name: `New${Name}`, schema: newSchema(fields) } },
      },
      add,
    ),
    api(`GET /${one}s/:id`, areas.departments, { ...gives, id: `get${Name}`, summary: `One ${one}`, scope: read }, get),
    api(
      `PATCH /${one}s/:id`,
      areas.departmentChanges,
      {
        ...{ id: `change${Name}`, summary: `Changes what is given of a ${one}`, scope: write },
        ...{ ...gives, isGuarded: true, body: { name: `${Name}Change`, schema: changeSchema(fields) } },
      },
      change,
    ),
    api(
      `DELETE /${one}s/:id`,
      areas.departmentChanges,
      {
        ...{ id: `remove${Name}`, summary: removing, scope: write },
        ...{ gives: given, status: 200, isGuarded: true },
      },
      remove,
    ),
  ];
}
