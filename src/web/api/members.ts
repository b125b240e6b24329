import { problemsJson, shownJson } from '../../directory/showing.ts';
import {
  addTyped,
  changeTyped,
  contextOf,
  foundBy,
  inTurnOf,
  presentOf,
  type Entity,
  type Given,
  type Keeping,
  type KeepingContext,
} from '../pages/directory/keeping.ts';
import type { Texts } from '../pages/directory/fields.ts';
import type { ApiAnswer, ApiVisit } from '../route.ts';
import { refused, typedFrom } from './fields.ts';
import { checkMatch } from './operation.ts';

/** Accounts and extensions as JSON, both in the same way. */

type Body = Readonly<Record<string, unknown>>;

export type MemberJson<Of extends Entity, Input extends Given> = {
  keeping: Keeping<Of, Input>;
  pathOf: (entity: Of) => string;
  /** What stands in front of its fields. */
  beforeFields: (entity: Of, nowMs: number) => object;
};

export type MemberOperations<Of extends Entity> = {
  jsonOf: (entity: Of, context: KeepingContext) => object;
  answerWith: (visit: ApiVisit, entity: Of) => Promise<ApiAnswer>;
  get: (visit: ApiVisit) => Promise<ApiAnswer>;
  add: (visit: ApiVisit, body: Body) => Promise<ApiAnswer>;
  change: (visit: ApiVisit, body: Body) => Promise<ApiAnswer>;
  /** Does what is to be done with what the program has seen, and with nothing later. */
  guarded: (visit: ApiVisit, work: (seen: Seen<Of>) => Promise<ApiAnswer>) => Promise<ApiAnswer>;
};

type Seen<Of> = { entity: Of; context: KeepingContext; now: Texts };

export function memberOperations<Of extends Entity, Input extends Given>({
  keeping,
  pathOf,
  beforeFields,
}: MemberJson<Of, Input>): MemberOperations<Of> {
  const { noun } = keeping;
  const { fields } = noun;

  const jsonOf = (entity: Of, { view }: KeepingContext): object => ({
    ...beforeFields(entity, view.nowMs),
    ...shownJson(fields, entity, view),
    ...problemsJson(entity),
  });

  async function answerWith(visit: ApiVisit, entity: Of): Promise<ApiAnswer> {
    // Anew: what was given may have made a department.
    const context = await contextOf(visit, [entity]);
    const { version } = presentOf(keeping, entity, context);
    return { value: jsonOf(entity, context), etag: version, location: pathOf(entity) };
  }

  const guarded: MemberOperations<Of>['guarded'] = (visit, work) =>
    inTurnOf(noun, visit, async () => {
      const entity = await foundBy(keeping, visit);
      const context = await contextOf(visit, [entity]);
      const { now, version } = presentOf(keeping, entity, context);
      checkMatch(visit, version);
      return work({ entity, context, now });
    });

  return {
    ...{ jsonOf, answerWith, guarded },
    get: async (visit) => answerWith(visit, await foundBy(keeping, visit)),
    async add(visit, body) {
      const added = await addTyped(keeping, visit, await contextOf(visit), typedFrom(fields, body));
      if (!added.ok) throw refused(fields, added.problem);
      return answerWith(visit, added.value);
    },
    change: (visit, body) =>
      guarded(visit, async (seen) => {
        const changed = await changeTyped(keeping, visit, seen, typedFrom(fields, body));
        if (!changed.ok) throw refused(fields, changed.problem);
        return answerWith(visit, changed.value);
      }),
  };
}
