/**
 * Whether one slip of the finger turns one code into the other: a digit replaced, left out, keyed too often, or two neighbours
 * swapped. Equal codes are near.
 */
export function isNear(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}

/** The codes of the same length that come before and after it, as somebody would who counts. */
export function neighbours(code: string): string[] {
  if (!/^[0-9]+$/.test(code)) return [];
  const value = BigInt(code);
  return [value - 1n, value + 1n]
    .filter((next) => next >= 0n)
    .map((next) => next.toString().padStart(code.length, '0'))
    .filter((next) => next.length === code.length);
}
