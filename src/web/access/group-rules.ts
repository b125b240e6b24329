import { z } from 'zod';
import { roles } from '../../words/console.ts';

/** Whom the members of a group at the identity provider are here. */
const groupRule = z
  .strictObject({
    group: z.string().min(1),
    role: z.enum(roles),
    /** What they see is limited to it; by its name. */
    department: z.string().min(1).optional(),
  })
  .refine(({ role, department }) => role !== 'viewer' || department !== undefined, 'a viewer needs a "department"');

export type GroupRule = z.infer<typeof groupRule>;

/** The rules of the configuration. Throws an `Error` of one line that says which is wrong. */
export function readGroupRules(given: readonly unknown[]): GroupRule[] {
  return given.map((one, at) => {
    const read = groupRule.safeParse(one);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const path = issue?.path.join('.') ?? '';
    throw new Error(
      `oidc.groups, number ${at + 1}: ${path === '' ? '' : `"${path}": `}${issue?.message ?? 'is no rule'}`,
    );
  });
}

/** The first that fits counts; null: none does. */
export const ruleOf = (rules: readonly GroupRule[], groups: readonly string[]): GroupRule | null =>
  rules.find(({ group }) => groups.includes(group)) ?? null;
