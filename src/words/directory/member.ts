import type { Restriction } from './restriction.ts';

/** A field of a row in SQL Server whose value cannot be read, by its name. `problem`: table, row, column, and what is wrong. */
export type Unreadable = { field: string; problem: string };

/** What accounts and extensions have in common. */
export type Member = {
  id: number;
  departmentId: number | null;
  restriction: Restriction;
  /** What could not be read; something that allows nothing stands in for it. Absent: nothing. */
  unreadable?: readonly Unreadable[];
};

/**
 * A member of a department as typed: the department is given by its name, created if missing, null for none. What is left out
 * takes its default (`otherwise` in the field table).
 */
export type Typed<Entity extends Member, Needed extends keyof Entity> = Pick<Entity, Needed> &
  Partial<Omit<Entity, Needed | 'id' | 'departmentId' | 'departmentCallerNumber' | 'unreadable'>> & {
    department?: string | null;
  };

/** Changes of something typed: only what is given, of the restriction too. */
export type Changes<Input> = Partial<Omit<Input, 'restriction'>> & { restriction?: Partial<Restriction> };
