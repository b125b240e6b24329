import { describe, expect, it } from '@jest/globals';
import { createGuessGuard, type GuessGuard, type GuessNews } from '../../../src/policy/guessing/guard.ts';
import type { GuessSettings, Wariness } from '../../../src/policy/guessing/settings.ts';
import type { PhoneLock } from '../../../src/words/phone-lock.ts';

const minute = 60_000;
const settings: GuessSettings = {
  phoneLimit: 6,
  siteLimit: 20,
  windowMs: 60 * minute,
  lockMs: 5 * minute,
  maximumLockMs: 24 * 60 * minute,
};

type Heard = 'accepted' | 'wrong' | 'locked';

/** A site with these codes, and a clock of its own. */
function createSite(codes: readonly string[], own: Partial<GuessSettings> = {}) {
  const good = new Set(codes);
  const news: GuessNews[] = [];
  const guard = createGuessGuard({ ...settings, ...own }, (item) => news.push(item));
  let nowMs = Date.UTC(2026, 10, 26, 9);
  return {
    guard,
    news,
    pass: (ms: number): void => void (nowMs += ms),
    now: () => nowMs,
    /** How wary people were last told that the site is. */
    told: (): Wariness => news.findLast((item) => item.kind === 'wariness')?.is ?? 'calm',
    lastLock: (): PhoneLock | undefined => news.findLast((item) => item.kind === 'phone-locked')?.lock,
    isLocked(phone: string): boolean {
      const attempt = guard.enter({ phone, trunk: 'fs1', code: '1', nowMs });
      if (attempt.kind === 'open') attempt.drop();
      return attempt.kind === 'locked';
    },
    /** Waits for the answer as a caller does. */
    key(phone: string, code: string, trunk = 'fs1'): Heard {
      const attempt = guard.enter({ phone, trunk, code, nowMs });
      nowMs += attempt.waitMs;
      if (attempt.kind === 'locked') return 'locked';
      const right = good.has(code);
      if (attempt.judge(right, nowMs) === 'withheld') return 'locked';
      return right ? 'accepted' : 'wrong';
    },
  };
}

const wrongCodes = (count: number, from = 700_000): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index * 137));

describe('a phone', () => {
  it('is locked after six wrong codes that nothing explains, and its right code is then refused like a wrong one', () => {
    const site = createSite(['123456']);
    expect(wrongCodes(6).map((code) => site.key('201', code))).toEqual(Array<string>(6).fill('wrong'));
    expect(site.key('201', '123456')).toBe('locked');
    expect(site.key('202', '123456')).toBe('accepted');
    expect(site.news).toMatchObject([{ kind: 'phone-locked', lock: { phone: '201' } }]);
  });

  it('is open again after five minutes, and for ten after the next six: each lock is twice as long', () => {
    const site = createSite([]);
    for (const [round, minutes] of [5, 10, 20].entries()) {
      for (const code of wrongCodes(6, 100_000 + round * 50_000)) site.key('201', code);
      const lock = site.lastLock();
      expect((lock?.untilMs ?? 0) - (lock?.sinceMs ?? 0)).toBe(minutes * minute);
      expect(site.isLocked('201')).toBe(true);
      site.pass(minutes * minute);
      expect(site.isLocked('201')).toBe(false);
    }
  });

  it('once locked, has to key a right code twice for a day', () => {
    const site = createSite(['123456']);
    for (const code of wrongCodes(6)) site.key('201', code);
    site.pass(90 * minute);
    expect(site.key('201', '123456')).toBe('locked');
    expect(site.key('201', '123456')).toBe('accepted');
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it('waits ever longer for the answer after the second wrong code, be the next one right or wrong', () => {
    const { guard, now } = createSite([]);
    const waits = wrongCodes(5).map((code) => {
      const attempt = guard.enter({ phone: '201', trunk: 'fs1', code, nowMs: now() });
      if (attempt.kind === 'open') attempt.judge(false, now());
      return attempt.waitMs;
    });
    expect(waits).toEqual([0, 0, 0, 1_000, 3_000]);
  });

  it('is neither locked nor slowed down where the site has switched that off', () => {
    const site = createSite(['123456'], { phoneLimit: Number.POSITIVE_INFINITY, siteLimit: Number.POSITIVE_INFINITY });
    const began = site.now();
    for (const code of wrongCodes(300)) expect(site.key('201', code)).toBe('wrong');
    expect(site.key('201', '123456')).toBe('accepted');
    expect(site.now()).toBe(began);
  });

  it('waits as long, and no longer, where the clock is set back meanwhile', () => {
    const site = createSite(['123456']);
    for (const code of wrongCodes(5)) site.key('201', code);
    site.pass(-26 * 60 * minute);
    const began = site.now();
    expect(site.key('201', '123456')).toBe('accepted');
    expect(site.now() - began).toBe(4_000);
    site.pass(-60 * minute);
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it('gets no more tries by calling many times at once', () => {
    const { guard, now } = createSite([]);
    const attempts = wrongCodes(20).map((code) => guard.enter({ phone: '201', trunk: 'fs1', code, nowMs: now() }));
    expect(attempts.map(({ kind }) => kind)).toEqual([
      ...Array<string>(6).fill('open'),
      ...Array<string>(14).fill('locked'),
    ]);
  });

  it('is not locked by look-ups that fail', () => {
    const site = createSite(['123456']);
    for (const code of wrongCodes(50)) {
      const attempt = site.guard.enter({ phone: '201', trunk: 'fs1', code, nowMs: site.now() });
      if (attempt.kind === 'open') attempt.drop();
    }
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it.each([
    ['a digit replaced', '123956'],
    ['two digits swapped', '132456'],
    ['a digit left out', '12356'],
    ['a digit twice', '1233456'],
  ])('of somebody who mistypes (%s) in every other call is never locked', (_, mistyped) => {
    const site = createSite(['123456']);
    for (let call = 0; call < 500; call += 1) {
      expect(site.key('201', mistyped)).toBe('wrong');
      expect(site.key('201', '123456')).toBe('accepted');
      site.pass(1_000);
    }
    expect(site.news).toEqual([]);
  });

  it('whose caller gives up after a slip is not locked by slips alone', () => {
    const site = createSite(['123456']);
    site.key('201', '123456');
    for (let call = 0; call < 20; call += 1) {
      expect(site.key('201', '123457')).toBe('wrong');
      site.pass(minute);
    }
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it('does not get its wrong codes forgiven by a right one in between', () => {
    const site = createSite(['123456']);
    const heard = wrongCodes(7).map((code) => {
      site.key('201', '123456');
      return site.key('201', code);
    });
    expect(heard).toEqual([...Array<string>(6).fill('wrong'), 'locked']);
  });

  it('is released by an administrator', () => {
    const site = createSite(['123456']);
    for (const code of wrongCodes(6)) site.key('201', code);
    site.guard.release('201');
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it('stays locked where another controller, or an earlier run, has locked it', () => {
    const site = createSite(['123456']);
    site.guard.keepLocked({ phone: '201', sinceMs: site.now(), untilMs: site.now() + minute });
    expect(site.key('201', '123456')).toBe('locked');
  });
});

describe('codes tried from many phones', () => {
  const spread = (site: ReturnType<typeof createSite>, count: number): void =>
    wrongCodes(count).forEach((code, index) => void site.key(`3${index}`, code));

  it('make a code that is new to a phone good only when it is keyed twice; codes that a phone has used are good at once', () => {
    const site = createSite(['123456', '654321']);
    site.key('201', '123456');
    spread(site, 20);
    expect(site.told()).toBe('strict');
    expect(site.key('201', '123456')).toBe('accepted');
    expect(site.key('202', '654321')).toBe('locked');
    expect(site.key('202', '654321')).toBe('accepted');
  });

  it('of phones that key each wrong code twice close the site to codes that are new to a phone', () => {
    const site = createSite(['123456', '654321'], { phoneLimit: 1_000 });
    site.key('201', '123456');
    for (const [index, code] of wrongCodes(20).entries()) [1, 2].forEach(() => site.key(`3${index}`, code));
    expect(site.told()).toBe('shut');
    expect([1, 2, 3].map(() => site.key('202', '654321'))).toEqual(['locked', 'locked', 'locked']);
    expect(site.key('201', '123456')).toBe('accepted');
  });

  it('one after another, or one code from several phones, count twice', () => {
    const inTurn = createSite([]);
    for (let value = 0; value < 11; value += 1) inTurn.key(`3${value}`, String(500_000 + value));
    expect(inTurn.told()).toBe('strict');
    const sprayed = createSite([]);
    for (let phone = 0; phone < 11; phone += 1) sprayed.key(`3${phone}`, '500000');
    expect(sprayed.told()).toBe('strict');
  });

  it('over one switch make the others half as wary', () => {
    const site = createSite(['123456']);
    for (const [index, code] of wrongCodes(25).entries()) site.key(`3${index}`, code, 'fs1');
    expect(site.key('201', '123456', 'fs2')).toBe('accepted');
    expect(site.key('202', '123456', 'fs1')).toBe('locked');
  });

  it('are forgotten after the window', () => {
    const site = createSite(['123456']);
    spread(site, 60);
    site.pass(61 * minute);
    expect(site.key('201', '123456')).toBe('accepted');
    expect(site.told()).toBe('calm');
  });
});

describe('100,000 guesses from 200 phones at 1,000 codes of six digits', () => {
  it.each([1, 2, 3])('find none, and none of 500 phones with a slip in 20 codes is ever locked (seed %d)', (seed) => {
    const random = randomFrom(seed);
    const digits = (): string => String(Math.floor(random() * 1_000_000)).padStart(6, '0');
    const codes = Array.from({ length: 1_000 }, digits);
    const good = new Set(codes);
    const site = createSite(codes);
    const slip = (code: string): string => {
      const at = Math.floor(random() * code.length);
      return `${code.slice(0, at)}${Math.floor(random() * 10)}${code.slice(at + 1)}`;
    };
    let found = 0;
    let refusedCalls = 0;
    for (let guess = 0; guess < 100_000; guess += 1) {
      site.pass(500);
      if (keyPatiently(site.guard, `attacker ${guess % 200}`, digits(), site.now(), good)) found += 1;
      const phone = Math.floor(random() * 500);
      const code = codes[phone * 2] ?? '';
      const tries = [1, 2, 3].map(() => (random() < 1 / 20 ? slip(code) : code));
      if (!tries.some((keyed) => keyPatiently(site.guard, `honest ${phone}`, keyed, site.now(), good)))
        refusedCalls += 1;
    }
    const locked = site.news.filter((item) => item.kind === 'phone-locked' && item.lock.phone.startsWith('honest'));
    expect({ found, locked }).toEqual({ found: 0, locked: [] });
    // Three slips in one call, or one while codes are being guessed everywhere.
    expect(refusedCalls).toBeLessThan(50);
  });
});

/** Whether the code was accepted. */
function keyPatiently(
  guard: GuessGuard,
  phone: string,
  code: string,
  nowMs: number,
  good: ReadonlySet<string>,
): boolean {
  const attempt = guard.enter({ phone, trunk: 'fs1', code, nowMs });
  const right = good.has(code);
  return attempt.kind === 'open' && attempt.judge(right, nowMs + attempt.waitMs) === 'stands' && right;
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
