import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';

/** One try; rejects where it came to nothing. It is given up with the signal. */
export type Send = (signal: AbortSignal) => Promise<void>;

/** What is told to somebody outside, tried again until it is taken or given up. */
export type Deliveries = {
  /** Answers at once. `givenUp` is told why, where nothing came of it. */
  deliver(send: Send, givenUp: (error: string) => void): void;
  /** Resolves when nothing is under way any more, or after a few seconds: then the rest is given up. */
  close(): Promise<void>;
};

export type DeliveriesOptions = {
  clock: Pick<Clock, 'after'>;
  /** Pauses before further tries. */
  pausesMs: readonly number[];
};

/** How long a stop waits for what is under way. */
const lastWordsMs = 3_000;
/** At a time: somebody who dials an emergency number without end must not fill the memory. */
const maximumUnderWay = 200;

export function createDeliveries({ clock, pausesMs }: DeliveriesOptions): Deliveries {
  const underWay = new Set<Promise<void>>();
  const ending = new AbortController();

  async function tryAgain(send: Send): Promise<void> {
    for (const pauseMs of pausesMs) {
      try {
        await within(send(ending.signal), ending.signal);
        return;
      } catch (error) {
        if (ending.signal.aborted) throw error;
      }
      await pause(pauseMs, clock, ending.signal);
    }
    await within(send(ending.signal), ending.signal);
  }

  return {
    deliver(send, givenUp) {
      if (ending.signal.aborted || underWay.size >= maximumUnderWay) {
        givenUp(ending.signal.aborted ? 'the controller is stopping' : `${underWay.size} others are in progress`);
        return;
      }
      const delivery = tryAgain(send)
        .catch((error: unknown) => givenUp(messageOf(error)))
        .finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const cancel = clock.after(lastWordsMs, () => resolve(undefined));
      await Promise.race([Promise.all(underWay), promise]);
      cancel();
      ending.abort(new Error('the controller is stopping'));
      await Promise.all(underWay);
    },
  };
}

function pause(ms: number, clock: Pick<Clock, 'after'>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(ms, () => resolve(undefined));
  return within(promise, signal).finally(cancel);
}

function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
