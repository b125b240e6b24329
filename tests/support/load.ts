import { availableParallelism, loadavg } from 'node:os';

/** So many milliseconds on a machine of one's own; as many times more as others use it now. */
export function underLoad(ms: number): number {
  const [load = 0] = loadavg();
  return ms * Math.max(1, load / availableParallelism());
}

/**
 * For what is to take so long on a machine of one's own, and can be tried as often as one likes: tries until one try takes no longer, ten
 * times at most, and answers how long that took, or the quickest. Others may use the machine during any one of them.
 */
export async function quickest(boundMs: number, attempt: (nth: number) => Promise<number>): Promise<number> {
  let best = Infinity;
  for (let nth = 0; nth < 10 && best >= boundMs; nth += 1) best = Math.min(best, await attempt(nth));
  return best;
}
