import type { Clock } from '../words/clock.ts';

/** Answers whether it ended in time. */
export async function within(ends: Promise<unknown>, deadlineMs: number, clock: Clock): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const cancel = clock.after(deadlineMs, () => resolve(false));
  const inTime = await Promise.race([ends.then(() => true), promise]);
  cancel();
  return inTime;
}
