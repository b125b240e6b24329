/** Some at a time, the last ones fewer. */
export function* portions<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let some: T[] = [];
  for (const one of all) {
    some.push(one);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
