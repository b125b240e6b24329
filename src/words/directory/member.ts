import type { Restriction } from './restriction.ts';

/** What accounts and extensions have in common. */
export type Member = { id: number; departmentId: number | null; restriction: Restriction };

/**
 * A member of a department as typed: the department is given by its name, created if missing, null for none. What is left out
 * takes its default (`otherwise` in the field table).
 */
export type Typed<Entity extends Member, Needed extends keyof Entity> = Pick<Entity, Needed> &
  Partial<Omit<Entity, Needed | 'id' | 'departmentId' | 'departmentCallerNumber'>> & { department?: string | null };
