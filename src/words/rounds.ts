import type { Clock } from './clock.ts';

/**
 * Makes rounds, now and again after as many milliseconds as each one answers, until it is stopped. `stop` resolves once the round that is
 * under way has ended, which the signal asks it to. A round must not reject.
 */
export function makeRounds(
  clock: Pick<Clock, 'after'>,
  round: (signal: AbortSignal) => Promise<number>,
): { stop(): Promise<void> } {
  const ending = new AbortController();
  let cancel: () => void = () => undefined;
  async function go(): Promise<void> {
    const pauseMs = await round(ending.signal);
    if (ending.signal.aborted) return;
    cancel = clock.after(pauseMs, () => {
      current = go();
    });
  }
  let current = go();
  return {
    async stop() {
      ending.abort();
      cancel();
      await current;
    },
  };
}
