import { availableParallelism, loadavg } from 'node:os';

/** So many milliseconds on a machine of one's own; as many times more as others use it now. */
export function underLoad(ms: number): number {
  const [load = 0] = loadavg();
  return ms * Math.max(1, load / availableParallelism());
}
