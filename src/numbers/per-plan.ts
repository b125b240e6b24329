import type { DialPlan } from './plan.ts';

/** What is made of a plan once, and kept as long as the plan is: plans do not change. */
export function oncePerPlan<T extends object>(make: (plan: DialPlan) => T): (plan: DialPlan) => T {
  const kept = new WeakMap<DialPlan, T>();
  return (plan) => {
    const known = kept.get(plan);
    if (known !== undefined) return known;
    const made = make(plan);
    kept.set(plan, made);
    return made;
  };
}

/** What is made of a text by a plan, and asked for again and again. After `most` texts it begins anew. */
export function remembered<T extends object | string | number | null>(
  most: number,
  make: (text: string, plan: DialPlan) => T,
): (text: string, plan: DialPlan) => T {
  const textsOf = oncePerPlan(() => new Map<string, T>());
  return (text, plan) => {
    const known = textsOf(plan);
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text, plan);
    if (known.size >= most) known.clear();
    known.set(text, made);
    return made;
  };
}
