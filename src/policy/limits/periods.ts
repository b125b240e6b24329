/** What was used in one day, or one month, which names like `2026-11-26` and `2026-11` tell the order of. */
export type Period = { readonly name: string; sum: number };

/**
 * The latest ones, oldest first. A clock may be set ahead and back again, and a call goes on into the next day: each day has sums of its own
 * for a while.
 */
export type Periods = Period[];

const maximumKept = 4;

/**
 * The one of this name, which begins where it is not known. One before all that are known has used what the first of them has: a clock that
 * was set back gives nobody a day more.
 */
export function periodOf(periods: Periods, name: string): Period {
  const known = periodNamed(periods, name);
  if (known !== undefined) return known;
  const later = periods.findIndex((each) => each.name > name);
  const begun: Period = { name, sum: later === 0 ? (periods[0]?.sum ?? 0) : 0 };
  periods.splice(later === -1 ? periods.length : later, 0, begun);
  if (periods.length > maximumKept) periods.splice(periods[0] === begun ? 1 : 0, 1);
  return begun;
}

/** Undefined: not known, or no longer. */
export const periodNamed = (periods: Periods, name: string): Period | undefined =>
  periods.find((each) => each.name === name);
