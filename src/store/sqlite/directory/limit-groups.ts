import type { Database } from 'better-sqlite3';
import type { CallType } from '../../../words/call-type.ts';
import { limitGroups, noGroups, type LimitGroups } from '../../../words/limit-groups.ts';
import { departmentOf, destinationOf, selectDepartments, selectDestinations, type Row } from './rows.ts';
import { forgettingWhatChanged } from '../changed.ts';

/** In statements: the ids of the destinations of a number and its call type, as JSON; null: none. `now` comes before such a statement. */
export const destinationsFunction = 'billing_destinations';

/** Departments and destinations of a connection, in memory. */
export type HeldGroups = {
  /** As they were last committed by whatever process; read again only where they were changed. */
  now(): LimitGroups;
};

/** To be called once for a connection, before statements are prepared that use the function. */
export function holdLimitGroups(db: Database): HeldGroups {
  const departments = db.prepare<[], Row>(selectDepartments);
  const destinations = db.prepare<[], Row>(selectDestinations);
  let groups: LimitGroups = noGroups;
  // One moment of the file.
  const read = db.transaction((): void => {
    groups = limitGroups(departments.all().map(departmentOf), destinations.all().map(destinationOf));
  });
  const readWhatChanged = forgettingWhatChanged(db, 'limits.version', read);
  db.function(destinationsFunction, { directOnly: true }, (e164: unknown, callType: unknown) => {
    const found = groups.destinationsOf({
      e164: typeof e164 === 'string' ? e164 : null,
      // As it was written by us: what is none matches none.
      callType: typeof callType === 'string' ? (callType as CallType) : null,
    });
    return found.length === 0 ? null : JSON.stringify(found.map(({ id }) => id));
  });
  return {
    now() {
      readWhatChanged();
      return groups;
    },
  };
}

export const destinationIdsOf = (json: string | null): number[] =>
  json === null ? [] : (JSON.parse(json) as number[]);
