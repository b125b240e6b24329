import type { LimitGroups } from '../../words/limit-groups.ts';

/** Departments and destinations for who decides calls, from memory. */
export type LimitGroupsReader = {
  /** At once, as the file has them. Throws a `StoreError`. */
  limitGroups(): LimitGroups;
};
