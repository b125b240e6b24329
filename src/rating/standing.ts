/** A re-rating or, where it undoes one, the undoing. */
export type MadeRerating = { id: number; undoes: number | null };

/** Which re-ratings apply. */
export type Standing = {
  /** The re-rating that is undone, or made again, by undoing this one: itself, unless it is the undoing of another. */
  originOf: (id: number) => number;
  /** Whether it is undone: undone, and that not undone in turn. */
  isUndone: (id: number) => boolean;
  /** What is to be undone next for the opposite: itself, or what undid its undoing last. */
  latestOf: (id: number) => number;
  /** Whether prices of this re-rating apply; what undoes another one makes none of its own. */
  stands: (id: number) => boolean;
};

/** Each is undone at most once; where its undoing is undone, it stands again. */
export function standingOf(all: readonly MadeRerating[]): Standing {
  const undoneBy = new Map(all.flatMap(({ id, undoes }) => (undoes === null ? [] : [[undoes, id] as const])));
  const undoes = new Map(all.map((made) => [made.id, made.undoes]));
  const originOf = (id: number): number => {
    const undone = undoes.get(id) ?? null;
    return undone === null ? id : originOf(undone);
  };
  const isUndone = (id: number): boolean => {
    const by = undoneBy.get(id);
    return by !== undefined && !isUndone(by);
  };
  const latestOf = (id: number): number => {
    const by = undoneBy.get(id);
    return by === undefined ? id : latestOf(by);
  };
  return { originOf, isUndone, latestOf, stands: (id) => (undoes.get(id) ?? null) === null && !isUndone(id) };
}

/** A version of a call's price. `settles`: the version that it is, with another place in the call's month; null: none, it is its own. */
type PriceVersion = { version: number; reratingId: number | null; settles: number | null };

/**
 * The price of a call that applies: by the last of the re-ratings that changed it and stand, since its record was last priced by
 * itself (at its end, by a move or a correction: `reratingId` null), else that price. So it does not matter in which order
 * re-ratings are undone. A version that settles another one stands and falls with it, and takes its place. Null: without re-ratings, it
 * has none.
 */
export function priceThatStands<Version extends PriceVersion>(
  history: readonly Version[],
  { stands }: Standing,
): Version | null {
  const reratingOf = new Map(history.map(({ version, reratingId }) => [version, reratingId]));
  const made = (one: PriceVersion): number => one.settles ?? one.version;
  const standing = history.filter((one) => {
    const reratingId = reratingOf.get(made(one)) ?? null;
    return reratingId === null || stands(reratingId);
  });
  const [best] = standing.toSorted((a, b) => made(b) - made(a) || b.version - a.version);
  return best ?? null;
}
