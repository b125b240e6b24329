import { nearEachOther } from './near-each-other.ts';
import { weaknessesOf, type Weakness } from './weakness.ts';

/** A code that is easily guessed. */
export type WeakCode<Holder> = {
  holder: Holder;
  weaknesses: readonly Weakness[];
  /** Whose code it is nearly; null: nobody's. */
  nearTo: Holder | null;
};

/** Names the weak codes among all, in their order. */
export function auditCodes<Holder extends { code: string }>(
  holders: readonly Holder[],
  known: { minimumLength: number; extensions: ReadonlySet<string> },
): WeakCode<Holder>[] {
  const { minimumLength, extensions } = known;
  const near = nearEachOther(holders.map(({ code }) => code));
  const isExtension = (digits: string): boolean => extensions.has(digits);
  return holders.flatMap((holder, at): WeakCode<Holder>[] => {
    const nearTo = holders[near[at] ?? -1] ?? null;
    const own = weaknessesOf(holder.code, { minimumLength, isExtension });
    const found = nearTo === null ? own : [...own, 'near-another' as const];
    return found.length === 0 ? [] : [{ holder, weaknesses: found, nearTo }];
  });
}
