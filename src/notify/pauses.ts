import type { Clock } from '../words/clock.ts';

/** Pauses between tries, which something else may cut short. */
export type Pauses = {
  /** True: it is over. False: there are to be no further tries. */
  pause(ms: number): Promise<boolean>;
  /** Ends those that are under way: it is worth a try. */
  cutShort(): void;
  /** From now on there are no further tries. */
  end(): void;
  haveEnded(): boolean;
};

export function createPauses(clock: Pick<Clock, 'after'>, signal: AbortSignal): Pauses {
  let isEnded = false;
  const underWay = new Set<(goesOn: boolean) => void>();
  const endAll = (goesOn: boolean): void => {
    for (const end of [...underWay]) end(goesOn);
  };
  return {
    pause(ms) {
      if (isEnded || signal.aborted) return Promise.resolve(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const cancel = clock.after(ms, () => end(true));
      function end(goesOn: boolean): void {
        cancel();
        underWay.delete(end);
        resolve(goesOn);
      }
      underWay.add(end);
      return promise;
    },
    cutShort: () => endAll(true),
    end() {
      isEnded = true;
      endAll(false);
    },
    haveEnded: () => isEnded,
  };
}

/** How long to pause after so many tries, counted from 1; the last pause repeats. */
export const pauseAfter = (tries: number, pausesMs: readonly number[]): number =>
  pausesMs[tries - 1] ?? pausesMs.at(-1) ?? 0;

/** Rejects where the signal comes first. */
export function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
