import type { KeptLock } from '../../words/phone-lock.ts';

/** Keeps which phones are locked, over restarts and for all controllers. */
export type PhoneLockStore = {
  /** Keeps a lock; a longer one of the same phone stays. */
  keepLock(lock: KeptLock): Promise<void>;
  /** Those that last beyond `nowMs`, by phone. */
  listLocks(nowMs: number): Promise<KeptLock[]>;
  /** Ends the lock of a phone, or all of them (null). Answers how many there were. */
  releaseLocks(phone: string | null): Promise<number>;
};

/** A lock with what is left of it, in milliseconds; 0 or less: it has ended. `isTimed`: by a clock that nobody sets, not by UTC. */
export type TimedLock = KeptLock & { leftMs: number; isTimed: boolean };

/** The locks of a local file, by the clock of its machine that nobody sets. */
export type LockTimes = {
  /** All that are kept, also those that are over. */
  timedLocks(now: { nowMs: number; monotonicMs: number }): Promise<TimedLock[]>;
  /** When the lock of a phone until then (`untilMs`) ends by the monotonic clock. */
  timeLock(lock: Pick<KeptLock, 'phone' | 'untilMs'> & { endsMs: number }): Promise<void>;
};

/** The locks of a local file that also come from, and go to, the system of record. */
export type LockReplica = {
  /** Locks that the system of record does not have yet. */
  unsentLocks(): Promise<KeptLock[]>;
  /** What the system of record has, after it was sent these: others that it was once sent have been released. */
  takeLocks(locks: readonly KeptLock[], sent: readonly KeptLock[]): Promise<void>;
};
