import type { Restriction } from './restriction.ts';

/** What accounts and extensions have in common. */
export type Member = { id: number; departmentId: number | null; restriction: Restriction };

/**
 * A member of a department as a person types it: the department by its name, made when it is missing, null for none. What is left
 * out is what the field's table says (`otherwise`).
 */
export type Typed<Entity extends Member, Needed extends keyof Entity> = Pick<Entity, Needed> &
  Partial<Omit<Entity, Needed | 'id' | 'departmentId' | 'departmentCallerNumber'>> & { department?: string | null };
