import { setPriority } from 'node:os';

/**
 * Has the calling thread run behind others where all of the processor is in use. On Linux alone: there a thread has a priority of its own
 * (setpriority(2), "C library/kernel differences"); elsewhere it would be that of the whole process, and of calls with it.
 */
export function runBehind(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, nice);
  } catch {
    // Where that is not allowed, it runs beside them.
  }
}
