/** Work of two kinds: several of the first kind at once, and each of the second kind alone, in the order in which they were asked for. */
export type Turns = {
  together<T>(work: () => Promise<T>): Promise<T>;
  alone<T>(work: () => Promise<T>): Promise<T>;
};

export function createTurns(): Turns {
  let lastAlone: Promise<unknown> = Promise.resolve();
  const others = new Set<Promise<unknown>>();
  const settled = (one: Promise<unknown>): Promise<undefined> =>
    one.then(
      () => undefined,
      () => undefined,
    );
  return {
    together(work) {
      const done = settled(lastAlone).then(work);
      others.add(done);
      void settled(done).then(() => others.delete(done));
      return done;
    },
    alone(work) {
      const before = [lastAlone, ...others].map(settled);
      const done = Promise.all(before).then(work);
      lastAlone = done;
      return done;
    },
  };
}
