import { keepLatest } from '../policy/latest.ts';
import type { Clock } from '../words/clock.ts';
import type { TimedLock } from '../store/ports/phone-locks.ts';
import { everyPhone, type PhoneLock } from '../words/phone-lock.ts';

/**
 * Locks by two clocks: they are kept with UTC times, which other controllers and the next start understand, and end by the monotonic
 * clock, so that nobody is locked for longer, or shorter, because this machine's clock is set.
 */
export type KnownLocks = {
  /** A lock by the monotonic clock was made here. Answers it as it is to be kept; `isStored` is to be set once it is. */
  made(lock: PhoneLock): { kept: PhoneLock; known: KnownLock };
  /** A lock is kept. Answers it by the monotonic clock; null: it has ended. */
  seen(kept: TimedLock): PhoneLock | null;
  /** Locks that were stored, and have not ended. */
  stored(): (readonly [phone: string, lock: KnownLock])[];
  forget(phone: string): void;
  /** Phones that are locked. */
  count(): number;
};

export type KnownLock = {
  /** UTC milliseconds, as it is kept: it tells one lock of a phone from another. */
  readonly untilMs: number;
  /** By the monotonic clock. */
  readonly endsMs: number;
  isStored: boolean;
};

/** Of more phones, nobody locks as many before the first of them are free again. */
const mostKnown = 10_000;

export function createKnownLocks(clock: Clock): KnownLocks {
  /** The last lock of each phone, also where it has ended: with a clock that is set back it would seem to go on. */
  const known = new Map<string, KnownLock>();
  const know = (phone: string, lock: KnownLock): void => keepLatest(known, phone, lock, mostKnown);
  const lasts = ({ endsMs }: KnownLock): boolean => endsMs > clock.monotonicMs();
  return {
    made({ phone, sinceMs, untilMs }) {
      const offMs = clock.nowMs() - clock.monotonicMs();
      const kept = { phone, sinceMs: Math.round(sinceMs + offMs), untilMs: Math.round(untilMs + offMs) };
      const lock = { untilMs: kept.untilMs, endsMs: untilMs, isStored: false };
      know(phone, lock);
      return { kept, known: lock };
    },
    seen({ phone, untilMs, leftMs }) {
      const before = known.get(phone);
      const nowMs = clock.monotonicMs();
      // What only UTC says is over may come back: it is not known to have ended.
      if (before?.untilMs !== untilMs && leftMs <= 0) return null;
      const endsMs = before?.untilMs === untilMs ? before.endsMs : nowMs + leftMs;
      const lock = { untilMs, endsMs, isStored: true };
      know(phone, lock);
      return lasts(lock) ? { phone, sinceMs: nowMs, untilMs: endsMs } : null;
    },
    stored: () => [...known].filter(([, lock]) => lock.isStored && lasts(lock)),
    forget: (phone) => void known.delete(phone),
    count: () => [...known].filter(([phone, lock]) => phone !== everyPhone && lasts(lock)).length,
  };
}
