import { keepLatest } from '../policy/latest.ts';
import type { Clock } from '../words/clock.ts';
import type { Sums } from './console-sums.ts';

type Summary = Awaited<ReturnType<Sums>>;
type Remembered = { summary: Summary; madeAtMs: number; tookMs: number; isRenewing: boolean };

/** What is quicker is made anew for each page. */
const quickMs = 100;
/** It is good for so many times as long as it took: adding up takes a twentieth of one thread at most, however many look. */
const goodFor = 20;
/** An older one is shown while it is made anew, but for what is older than this. */
const longestMs = 600_000;
const most = 500;

/** Sums that take long are shown as they were some time ago. */
export function rememberingSums(make: Sums, clock: Pick<Clock, 'monotonicMs'>): Sums {
  const known = new Map<string, Remembered>();
  const underWay = new Map<string, Promise<Summary>>();

  const renew = (key: string, asked: Parameters<Sums>[0]): Promise<Summary> => {
    const started = clock.monotonicMs();
    const made = underWay.get(key) ?? make(asked).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made.then((summary) => {
      const nowMs = clock.monotonicMs();
      keepLatest(known, key, { summary, madeAtMs: nowMs, tookMs: nowMs - started, isRenewing: false }, most);
      return summary;
    });
  };

  return (asked) => {
    const key = JSON.stringify(asked);
    const last = known.get(key);
    const ageMs = last === undefined ? Infinity : clock.monotonicMs() - last.madeAtMs;
    if (last === undefined || last.tookMs < quickMs || ageMs > longestMs) return renew(key, asked);
    if (ageMs > last.tookMs * goodFor && !last.isRenewing) {
      last.isRenewing = true;
      // Whoever asks next is told what is wrong.
      renew(key, asked).catch(() => known.delete(key));
    }
    return Promise.resolve(last.summary);
  };
}
