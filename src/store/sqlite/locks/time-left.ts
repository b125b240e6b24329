import { readFileSync } from 'node:fs';
import type { TimedLock } from '../../ports/phone-locks.ts';
import type { KeptLock } from '../../../words/phone-lock.ts';

export type LockRow = KeptLock & {
  /** When it ends by the monotonic clock since a start of the machine, and which start that was; null: not known. */
  endsMs: number | null;
  boot: string | null;
};

/** The moment by both clocks. `boot`: which start of the machine the monotonic clock counts from; null: it began with this process. */
export type LockMoment = { nowMs: number; monotonicMs: number; boot: string | null };

/** Kept times are whole milliseconds. */
const roundedMs = 2;

/**
 * What is left of a lock. UTC tells where nothing else does, which is after a start of the machine or for another controller's: a lock from
 * before a clock was set back, or from a controller whose clock is ahead, lasts no longer than it was to.
 */
export function timed({ endsMs, boot, ...lock }: LockRow, now: LockMoment): TimedLock {
  const lengthMs = lock.untilMs - lock.sinceMs;
  const leftMs = endsMs === null || boot === null || boot !== now.boot ? Infinity : endsMs - now.monotonicMs;
  // More than there ever was: that is another clock, as of a container whose time begins elsewhere.
  if (leftMs <= lengthMs + roundedMs) return { ...lock, leftMs, isTimed: true };
  return { ...lock, leftMs: Math.min(lock.untilMs - now.nowMs, lengthMs), isTimed: false };
}

/** As people see it: by the clock as it is set now. */
export function shownAt({ leftMs, isTimed, ...lock }: TimedLock, nowMs: number): KeptLock {
  const offMs = Math.round(nowMs + leftMs) - lock.untilMs;
  if (!isTimed || Math.abs(offMs) <= shownOffMs) return lock;
  return { ...lock, sinceMs: lock.sinceMs + offMs, untilMs: lock.untilMs + offMs };
}

/** Less is no clock that was set. */
const shownOffMs = 2_000;

/** Which start of this machine it is; null: this system does not tell (only Linux does, proc(5)). */
export const boot: string | null = bootId();

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}
