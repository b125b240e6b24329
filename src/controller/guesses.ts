import type { Config } from '../config/schema.ts';
import { createGuessGuard, type GuessGuard, type GuessNews } from '../policy/guessing/guard.ts';
import type { GuessSettings } from '../policy/guessing/settings.ts';
import type { Log } from './log.ts';

/** Watches over the codes that are keyed, and tells the log. */
export function guessGuardOf(config: Config, log: Log): GuessGuard {
  return createGuessGuard(guessSettings(config), (news) => tell(news, log));
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

function tell(news: GuessNews, log: Log): void {
  switch (news.kind) {
    case 'phone-locked': {
      const { phone, untilMs } = news.lock;
      log.warn('a phone is locked: too many wrong codes', {
        extension: phone,
        freeswitch: news.trunk,
        until: new Date(untilMs).toISOString(),
      });
      return;
    }
    case 'wariness': {
      const fields = { freeswitch: news.trunk, wrongCodes: news.wrongCodes, now: news.is };
      if (news.is === 'calm') log.info('codes are no longer being guessed', fields);
      else if (news.is === 'guarded') log.warn('more wrong codes than people mistype', fields);
      else log.error('codes are being guessed: a code that is new to a phone is not good at once', fields);
    }
  }
}
