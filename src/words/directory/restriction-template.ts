import type { Restriction } from './restriction.ts';

/** A restriction under a name, to be used on accounts. */
export type RestrictionTemplate = {
  id: number;
  /** Unique, whatever its case. */
  name: string;
  restriction: Restriction;
  /** UTC milliseconds. */
  changedAtMs: number;
};
