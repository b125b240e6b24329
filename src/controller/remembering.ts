import { keepLatest } from '../policy/latest.ts';
import type { Clock } from '../words/clock.ts';

type Remembered<Answer> = { answer: Answer; madeAtMs: number; tookMs: number; isRenewing: boolean };

/** What is quicker is made anew for each page. */
const quickMs = 40;
/** What was quick, and now stands in line behind what is slow, is shown as it was after this time. */
const patienceMs = 60;
/** It is good for so many times as long as it took: adding up takes a twentieth of one thread at most, however many look. */
const goodFor = 20;
const defaultLongestMs = 600_000;
const most = 500;

type Remembering<Asked> = {
  clock: Pick<Clock, 'monotonicMs' | 'after'>;
  /** An older one is shown while it is made anew, but for what is older than this. */
  longestMs?: number;
  /** The same for what has the same answer. */
  keyOf?: (asked: Asked) => string;
};

/** What takes long to add up is shown as it was some time ago. Who asks while the same is being made gets that. */
export function remembering<Asked, Answer>(
  make: (asked: Asked) => Promise<Answer>,
  { clock, longestMs = defaultLongestMs, keyOf = JSON.stringify }: Remembering<Asked>,
): (asked: Asked) => Promise<Answer> {
  const known = new Map<string, Remembered<Answer>>();
  const underWay = new Map<string, Promise<Answer>>();

  const renew = (key: string, asked: Asked): Promise<Answer> => {
    const started = clock.monotonicMs();
    const made = underWay.get(key) ?? make(asked).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made.then((answer) => {
      const nowMs = clock.monotonicMs();
      keepLatest(known, key, { answer, madeAtMs: nowMs, tookMs: nowMs - started, isRenewing: false }, most);
      return answer;
    });
  };

  /** Whoever asks next is told what is wrong with what was not waited for. */
  const within = (made: Promise<Answer>, last: Answer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const waitNoLonger = clock.after(patienceMs, () => resolve(last));
      made.then(resolve, reject).finally(waitNoLonger);
    });

  return (asked) => {
    const key = keyOf(asked);
    const last = known.get(key);
    const ageMs = last === undefined ? Infinity : clock.monotonicMs() - last.madeAtMs;
    if (last === undefined || ageMs > longestMs) return renew(key, asked);
    if (last.tookMs < quickMs) return within(renew(key, asked), last.answer);
    if (ageMs > last.tookMs * goodFor && !last.isRenewing) {
      last.isRenewing = true;
      // Whoever asks next is told what is wrong.
      renew(key, asked).catch(() => known.delete(key));
    }
    return Promise.resolve(last.answer);
  };
}
