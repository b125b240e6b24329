import { keepLatest } from '../../policy/latest.ts';
import type { Clock } from '../../words/clock.ts';
import { newSecret } from './secrets.ts';

/** What somebody is in the middle of, by a secret that only their browser has; in memory, for minutes. */
export type Kept<Value> = {
  keep(value: Value): string;
  /** Null: nobody knows this secret, or it is too old. */
  look(secret: string | null): Value | null;
  /** Once: whoever comes second gets null. */
  take(secret: string | null): Value | null;
};

export function createKept<Value>(
  clock: Pick<Clock, 'monotonicMs'>,
  { keptMs, most }: { keptMs: number; most: number },
): Kept<Value> {
  const all = new Map<string, { value: Value; sinceMs: number }>();
  const look: Kept<Value>['look'] = (secret) => {
    const found = secret === null ? undefined : all.get(secret);
    return found === undefined || clock.monotonicMs() - found.sinceMs > keptMs ? null : found.value;
  };
  return {
    keep(value) {
      const secret = newSecret();
      // The oldest goes first.
      keepLatest(all, secret, { value, sinceMs: clock.monotonicMs() }, most);
      return secret;
    },
    look,
    take(secret) {
      const value = look(secret);
      if (secret !== null) all.delete(secret);
      return value;
    },
  };
}
