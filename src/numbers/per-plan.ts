import type { DialPlan } from './dial-plan.ts';

/** Computes something once per plan and keeps it as long as the plan: plans do not change. */
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

/** Remembers what a plan makes of a text. After `maximum` texts it starts over. */
export function remembered<T extends object | string | number | null>(
  maximum: number,
  make: (text: string, plan: DialPlan) => T,
): (text: string, plan: DialPlan) => T {
  const textsOf = oncePerPlan(() => new Map<string, T>());
  return (text, plan) => {
    const known = textsOf(plan);
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = make(text, plan);
    if (known.size >= maximum) known.clear();
    known.set(text, made);
    return made;
  };
}
