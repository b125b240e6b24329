import { keepLatest } from '../../policy/latest.ts';
import type { Clock } from '../../words/clock.ts';

/** Tries that are free; each one after them waits twice as long as the one before. An office may share one address. */
const freeTries = { name: 3, address: 20 } as const;
const freeOf = (key: SignInKey): number => freeTries[key.startsWith('address ') ? 'address' : 'name'];

/** Who tries: `name anna`, `address 192.0.2.1`; `second-factor 7`: codes of a user whose password was right. */
type SignInKey = `name ${string}` | `address ${string}` | `second-factor ${number}`;

const firstWaitMs = 2_000;
const longestWaitMs = 900_000;
/** Without a wrong password for so long, all is forgotten. */
const forgottenMs = 3_600_000;
const maximumKeys = 20_000;

export type SignInLimit = {
  /** How long to wait before the next try, by name or address; 0: not at all. */
  waitMs(keys: readonly SignInKey[]): number;
  failed(keys: readonly SignInKey[]): void;
  succeeded(keys: readonly SignInKey[]): void;
};

type Failures = { count: number; lastMs: number };

/** Makes guessing passwords slow, for a name and for an address, whether there is such a name or not. */
export function createSignInLimit(clock: Pick<Clock, 'monotonicMs'>): SignInLimit {
  const failures = new Map<SignInKey, Failures>();
  const of = (key: SignInKey): Failures | null => {
    const found = failures.get(key);
    if (found === undefined) return null;
    if (clock.monotonicMs() - found.lastMs < forgottenMs) return found;
    failures.delete(key);
    return null;
  };
  const waitOf = (key: SignInKey): number => {
    const found = of(key);
    if (found === null || found.count < freeOf(key)) return 0;
    const pauseMs = Math.min(firstWaitMs * 2 ** (found.count - freeOf(key)), longestWaitMs);
    return Math.max(0, found.lastMs + pauseMs - clock.monotonicMs());
  };
  return {
    waitMs: (keys) => Math.max(0, ...keys.map(waitOf)),
    failed(keys) {
      for (const key of keys) {
        const count = (of(key)?.count ?? 0) + 1;
        // The one that failed longest ago goes first.
        keepLatest(failures, key, { count, lastMs: clock.monotonicMs() }, maximumKeys);
      }
    },
    succeeded(keys) {
      for (const key of keys) failures.delete(key);
    },
  };
}
