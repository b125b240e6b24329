import type { Config } from '../config/schema.ts';
import { createGuessGuard, type GuessGuard, type GuessNews } from '../policy/guessing/guard.ts';
import type { GuessSettings } from '../policy/guessing/settings.ts';
import type { LockTimes, PhoneLockStore } from '../store/ports/phone-locks.ts';
import type { AlertFields, NewAlert } from '../words/alert.ts';
import type { Clock } from '../words/clock.ts';
import { everyPhone, type PhoneLock } from '../words/phone-lock.ts';
import { messageOf } from '../words/thrown.ts';
import { createKnownLocks, type KnownLocks } from './known-locks.ts';
import type { Log } from './log.ts';

/** How often to look whether a lock was released, or made by another controller. */
const lookMs = 200;

export type Guesses = {
  guard: GuessGuard;
  /** Phones that are locked. */
  locks(): number;
  stop(): void;
};

type Ground = {
  config: Config;
  store: PhoneLockStore & LockTimes;
  clock: Clock;
  log: Log;
  tell: (alert: NewAlert) => void;
};

/**
 * Watches over the codes that are keyed, tells the log, and keeps which phones are locked where restarts and other controllers find it.
 * No call waits for any of that.
 */
export function watchGuesses({ config, store, clock, log, tell }: Ground): Guesses {
  const locks = createKnownLocks(clock);
  const settings = guessSettings(config);
  const guard = createGuessGuard(settings, (news) => {
    const lock = lockOf(news, clock.monotonicMs(), settings);
    const made = lock === null ? null : locks.made(lock);
    if (news.kind === 'wariness' && news.is === 'calm') log.info('codes are no longer being guessed', fieldsOf(news));
    else tell(alertOf(news.kind === 'phone-locked' ? { ...news, lock: made?.kept ?? news.lock } : news));
    if (made === null) return;
    keep(made).then(
      () => {
        made.known.isStored = true;
      },
      (error: unknown) =>
        log.error('a lock could not be kept; it lasts until this controller stops', { error: messageOf(error) }),
    );
  });

  async function keep({ kept, known }: ReturnType<KnownLocks['made']>): Promise<void> {
    await store.keepLock({ ...kept, controller: config.controller.name });
    await store.timeLock({ phone: kept.phone, untilMs: kept.untilMs, endsMs: known.endsMs });
  }

  async function look(): Promise<void> {
    const nowMs = clock.nowMs();
    const before = locks.stored();
    const kept = await store.timedLocks({ nowMs, monotonicMs: clock.monotonicMs() });
    const there = new Set(kept.map(({ phone }) => phone));
    for (const one of kept) {
      const lock = locks.seen(one);
      if (lock === null) continue;
      guard.keepLocked(lock);
      if (!one.isTimed) await store.timeLock({ phone: one.phone, untilMs: one.untilMs, endsMs: lock.untilMs });
    }
    for (const [phone, { untilMs }] of before) {
      if (there.has(phone) || untilMs <= nowMs) continue;
      locks.forget(phone);
      guard.release(phone);
      log.info('a lock was released', { extension: phone });
    }
  }

  let cancel = (): void => undefined;
  let stopped = false;
  const again = (): void => {
    if (!stopped) cancel = clock.after(lookMs, () => void lookAndGoOn());
  };
  // A file that cannot be read has a watch of its own (data-folder.ts); locks stay as they are.
  const lookAndGoOn = (): Promise<void> => look().then(again, again);
  void lookAndGoOn();

  return {
    guard,
    locks: () => locks.count(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}

function guessSettings({ guessing }: Config): GuessSettings {
  const orNever = (limit: number): number => (limit === 0 ? Number.POSITIVE_INFINITY : limit);
  return {
    phoneLimit: orNever(guessing.phoneLimit),
    siteLimit: orNever(guessing.siteLimit),
    windowMs: guessing.windowMinutes * 60_000,
    lockMs: guessing.lockMinutes * 60_000,
    maximumLockMs: guessing.maximumLockMinutes * 60_000,
  };
}

/** What is to be kept of it; null: nothing. */
function lockOf(news: GuessNews, nowMs: number, { windowMs }: GuessSettings): PhoneLock | null {
  if (news.kind === 'phone-locked') return news.lock;
  const isStrict = news.is === 'strict' || news.is === 'shut';
  return isStrict ? { phone: everyPhone, sinceMs: nowMs, untilMs: nowMs + windowMs } : null;
}

function fieldsOf(news: GuessNews): AlertFields {
  switch (news.kind) {
    case 'phone-locked': {
      const { phone, untilMs } = news.lock;
      return { extension: phone, freeswitch: news.trunk, until: new Date(untilMs).toISOString() };
    }
    case 'wariness':
      return { freeswitch: news.trunk, wrongCodes: news.wrongCodes, now: news.is };
  }
}

function alertOf(news: GuessNews): NewAlert {
  const about = { kind: 'guessing', callId: null, fields: fieldsOf(news) } as const;
  if (news.kind === 'phone-locked') {
    return { ...about, level: 'warning', text: 'a phone is locked: too many wrong codes' };
  }
  return news.is === 'guarded'
    ? { ...about, level: 'warning', text: 'more wrong codes than people mistype' }
    : {
        ...about,
        level: 'critical',
        text: 'codes are being guessed: a code that is new to a phone is not good at once',
      };
}
