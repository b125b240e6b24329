import { describe, expect, it } from '@jest/globals';
import { createUsageBook, type Limited, type UsageBook } from '../../../src/policy/limits/book.ts';
import { siteTimeIn } from '../../../src/words/zone.ts';
import { unlimited, type Limits } from '../../../src/words/directory.ts';

const noon = Date.parse('2026-11-26T12:00:00Z');
const minuteMs = 60_000;

const bookOf = (site: Partial<Limits> = {}, timeZone = 'UTC'): UsageBook =>
  createUsageBook({ time: siteTimeIn(timeZone), site: { ...unlimited, ...site } });
const party = (limits: Partial<Limits> = {}, id = 1): Limited => ({ ...unlimited, ...limits, id });
const ended = (callId: string, minutes: number, isFinal = true) => ({
  ...{ callId, billableMs: minutes * minuteMs, isFinal },
});

describe.each(['account', 'extension', 'site'] as const)('a limit of the %s', (whose) => {
  const begin = (limits: Partial<Limits>) => {
    const book = bookOf(whose === 'site' ? limits : {});
    const parties = {
      account: whose === 'account' ? party(limits) : null,
      extension: whose === 'extension' ? party(limits) : null,
    };
    return { book, begin: (callId: string, nowMs = noon) => book.begin(callId, parties, nowMs) };
  };

  it('on calls at a time counts from the decision to the end', () => {
    const { book, begin: call } = begin({ callsAtATime: 2 });
    expect(call('a').allowed).toBe(true);
    expect(call('b').allowed).toBe(true);
    expect(call('c')).toEqual({
      ...{ allowed: false, reason: 'too-many-calls' },
      rule: `${whose}: calls at a time 2, 2 are up`,
    });
    book.ended(ended('a', 1));
    expect(call('c').allowed).toBe(true);
    book.drop('b');
    expect(call('d').allowed).toBe(true);
    expect(call('e').allowed).toBe(false);
  });

  it('on calls a minute counts those of any 60 seconds, and none that was refused', () => {
    const { book, begin: call } = begin({ callsPerMinute: 2 });
    const at = (callId: string, seconds: number) => {
      const decision = call(callId, noon + seconds * 1000);
      book.ended(ended(callId, 0));
      return decision.allowed;
    };
    expect([at('a', 0), at('b', 30), at('c', 59), at('d', 60), at('e', 60), at('f', 89), at('g', 90)]).toEqual([
      ...[true, true, false, true, false, false, true],
    ]);
    expect(call('h', noon + 91_000)).toMatchObject({ reason: 'too-many-calls-a-minute' });
  });

  it('on the length of a call is how long its two sides may talk', () => {
    expect(begin({ longestCallMinutes: 7 }).begin('a')).toEqual({
      allowed: true,
      longestMs: 7 * minuteMs,
      mayGoOn: false,
    });
  });

  it('on minutes lets a call last as long as some are left, which it has reserved', () => {
    const { book, begin: call } = begin({ minutesPerDay: 10, longestCallMinutes: 6 });
    expect(call('a')).toEqual({ allowed: true, longestMs: 6 * minuteMs, mayGoOn: false });
    expect(call('b')).toEqual({ allowed: true, longestMs: 4 * minuteMs, mayGoOn: false });
    expect(call('c')).toMatchObject({ allowed: false, reason: 'minutes-used-up' });
    book.ended(ended('a', 1));
    expect(call('c')).toEqual({ allowed: true, longestMs: 5 * minuteMs, mayGoOn: false });
  });

  it('on minutes begins again with the day and with the month of the site', () => {
    const { book, begin: call } = begin({ minutesPerDay: 2, minutesPerMonth: 3 });
    const use = (callId: string, minutes: number, moment: string): boolean => {
      const { allowed } = call(callId, Date.parse(moment));
      book.ended(ended(callId, minutes));
      return allowed;
    };
    expect(use('a', 2, '2026-11-29T23:00:00Z')).toBe(true);
    expect(use('b', 0, '2026-11-29T23:59:59Z')).toBe(false);
    expect(call('c', Date.parse('2026-11-30T00:00:00Z'))).toEqual({
      allowed: true,
      longestMs: minuteMs,
      mayGoOn: false,
    });
    book.ended(ended('c', 1));
    expect(use('d', 0, '2026-11-30T23:59:59Z')).toBe(false);
    expect(call('e', Date.parse('2026-12-01T00:00:00Z'))).toEqual({
      allowed: true,
      longestMs: 2 * minuteMs,
      mayGoOn: false,
    });
  });

  it('on hours refuses at other times', () => {
    const { begin: call } = begin({ callingHours: ['Mon-Fri 08:00-12:00'] });
    expect(call('a', noon - 1).allowed).toBe(true);
    expect(call('b', noon)).toEqual({
      ...{ allowed: false, reason: 'outside-hours' },
      rule: `${whose}: calling hours Mon-Fri 08:00-12:00`,
    });
  });
});

describe('the book of what calls use', () => {
  it('holds the tightest of all limits against a call', () => {
    const book = bookOf({ longestCallMinutes: 240, minutesPerMonth: 1000 });
    const parties = { account: party({ longestCallMinutes: 30 }), extension: party({ minutesPerDay: 20 }) };
    expect(book.begin('a', parties, noon)).toEqual({ allowed: true, longestMs: 20 * minuteMs, mayGoOn: false });
  });

  it('counts a call that is decided twice once', () => {
    const book = bookOf({ callsAtATime: 1 });
    const parties = { account: party(), extension: null };
    expect(book.begin('a', parties, noon).allowed).toBe(true);
    expect(book.begin('a', parties, noon).allowed).toBe(true);
  });

  it('takes the better knowledge of an end for a guess, once', () => {
    const book = bookOf();
    book.begin('a', { account: party(), extension: null }, noon);
    const used = () => book.usageOf('account', 1, noon).dayMs / minuteMs;
    book.ended(ended('a', 5, false));
    expect(used()).toBe(5);
    book.ended(ended('a', 3));
    book.ended(ended('a', 3));
    expect(used()).toBe(3);
  });

  it('knows nothing of a call that it did not let begin: an emergency call', () => {
    const book = bookOf();
    book.ended(ended('emergency', 5));
    expect(book.usageOf('account', 1, noon)).toMatchObject({ callsNow: 0, dayMs: 0 });
  });

  it('looks without counting', () => {
    const book = bookOf({ callsAtATime: 1 });
    const parties = { account: party(), extension: null };
    expect(book.look(parties, noon)).toEqual({ allowed: true, longestMs: null, mayGoOn: false });
    expect(book.begin('a', parties, noon).allowed).toBe(true);
    expect(book.look(parties, noon).allowed).toBe(false);
  });

  it('goes on where an earlier run stopped, with its calls that are still up', () => {
    const book = bookOf({ longestCallMinutes: 10 });
    book.restore(
      [
        { accountId: 1, extensionId: 2, dayMs: 2 * minuteMs, monthMs: 20 * minuteMs },
        { accountId: 1, extensionId: null, dayMs: 0, monthMs: 5 * minuteMs },
      ],
      [{ callId: 'left', startedAtMs: noon, accountId: 1, extensionId: null }],
      noon,
    );
    // Nobody knows how long that call was allowed to last: it counts as the longest one that the site allows.
    expect(book.usageOf('account', 1, noon)).toMatchObject({
      callsNow: 1,
      dayMs: 12 * minuteMs,
      monthMs: 35 * minuteMs,
    });
    expect(book.usageOf('extension', 2, noon)).toMatchObject({ callsNow: 0, dayMs: 2 * minuteMs });
    book.ended(ended('left', 1));
    expect(book.usageOf('account', 1, noon)).toMatchObject({
      callsNow: 0,
      dayMs: 3 * minuteMs,
      monthMs: 26 * minuteMs,
    });
  });

  it('forgets nothing when a clock is set back, and asks no call a minute of what is yet to come', () => {
    const book = bookOf({ callsPerMinute: 1, minutesPerDay: 10 });
    const parties = { account: null, extension: null };
    book.begin('a', parties, noon);
    book.ended(ended('a', 10));
    expect(book.look(parties, noon - 24 * 60 * minuteMs)).toMatchObject({ reason: 'minutes-used-up' });
    const other = bookOf({ callsPerMinute: 1 });
    other.begin('a', parties, noon);
    expect(other.look(parties, noon - minuteMs)).toMatchObject({ allowed: true });
  });

  it('lets a conversation over midnight count for the day on which it began', () => {
    const book = bookOf({ minutesPerDay: 60 });
    const parties = { account: party(), extension: null };
    const beforeMidnight = Date.parse('2026-11-26T23:50:00Z');
    const afterMidnight = Date.parse('2026-11-27T00:10:00Z');
    book.begin('a', parties, beforeMidnight);
    expect(book.look(parties, afterMidnight)).toEqual({ allowed: true, longestMs: 60 * minuteMs, mayGoOn: false });
    book.ended(ended('a', 30));
    expect(book.look(parties, afterMidnight)).toEqual({ allowed: true, longestMs: 60 * minuteMs, mayGoOn: false });
    expect(book.usageOf('account', 1, afterMidnight)).toMatchObject({ callsNow: 0, dayMs: 0, monthMs: 30 * minuteMs });
  });

  it('lets a conversation of an earlier run count for the day on which it began', () => {
    const book = bookOf({ longestCallMinutes: 10, minutesPerDay: 20 });
    const parties = { account: party(), extension: null };
    const afterMidnight = Date.parse('2026-11-27T00:10:00Z');
    const open = { callId: 'a', startedAtMs: Date.parse('2026-11-26T23:50:00Z'), accountId: 1, extensionId: null };
    book.restore([], [open], afterMidnight);
    expect(book.usageOf('account', 1, afterMidnight)).toMatchObject({ callsNow: 1, dayMs: 0, monthMs: 10 * minuteMs });
    book.ended(ended('a', 4));
    expect(book.usageOf('account', 1, afterMidnight)).toMatchObject({ callsNow: 0, dayMs: 0, monthMs: 4 * minuteMs });
    expect(book.look(parties, afterMidnight)).toMatchObject({ longestMs: 10 * minuteMs });
  });
});

describe('a call that is not placed', () => {
  it('is none of those in a minute, although it was allowed', () => {
    const book = bookOf();
    const parties = { account: party({ callsPerMinute: 1 }), extension: null };
    expect(book.begin('hung up before it was placed', parties, noon).allowed).toBe(true);
    book.drop('hung up before it was placed');
    expect(book.begin('b', parties, noon + 1).allowed).toBe(true);
    expect(book.begin('c', parties, noon + 2).allowed).toBe(false);
    book.ended(ended('b', 0));
    book.drop('b');
    expect(book.begin('c', parties, noon + 3).allowed).toBe(false);
  });
});

describe('a clock that is set ahead into another month, and back again', () => {
  it('gives nobody the minutes of the day or the month once more', () => {
    const book = bookOf();
    const parties = { account: party({ minutesPerDay: 60, minutesPerMonth: 90 }), extension: null };
    const use = (callId: string, minutes: number, atMs: number): boolean => {
      const { allowed } = book.begin(callId, parties, atMs);
      if (allowed) book.ended(ended(callId, minutes));
      return allowed;
    };
    const yearMs = 365 * 24 * 60 * minuteMs;
    expect(use('a', 50, noon)).toBe(true);
    expect(use('b', 5, noon + yearMs)).toBe(true);
    expect(book.look(parties, noon + minuteMs)).toMatchObject({ longestMs: 10 * minuteMs });
    expect(use('c', 10, noon + minuteMs)).toBe(true);
    expect(use('d', 1, noon + 2 * minuteMs)).toBe(false);
    const tomorrow = noon + 24 * 60 * minuteMs;
    expect(book.look(parties, tomorrow)).toMatchObject({ longestMs: 30 * minuteMs });
    expect(use('e', 30, tomorrow)).toBe(true);
    expect(use('f', 1, tomorrow + 24 * 60 * minuteMs)).toBe(false);
  });
});

describe('a call whose account is another one while it is up', () => {
  const used = (book: UsageBook, id: number) => {
    const { callsNow, dayMs } = book.usageOf('account', id, noon);
    return { callsNow, minutes: dayMs / minuteMs };
  };
  const change = (book: UsageBook, limits: Partial<Limits>, talkedMs = 0) =>
    book.change(
      { callId: 'a', talkedMs },
      { account: party(limits, 2), extension: party({ callsAtATime: 1 }, 7) },
      noon,
    );
  const begun = (): UsageBook => {
    const book = bookOf();
    book.begin('a', { account: party({ longestCallMinutes: 10 }), extension: party({ callsAtATime: 1 }, 7) }, noon);
    return book;
  };

  it('is counted for that one alone, and once for its phone, which has let it begin', () => {
    const book = begun();
    const { decision, commit } = change(book, { longestCallMinutes: 5, minutesPerDay: 60 });
    expect(decision).toMatchObject({ allowed: true, longestMs: 5 * minuteMs });
    expect([used(book, 1), used(book, 2)]).toEqual([
      { callsNow: 1, minutes: 10 },
      { callsNow: 0, minutes: 0 },
    ]);
    commit();
    expect([used(book, 1), used(book, 2)]).toEqual([
      { callsNow: 0, minutes: 0 },
      { callsNow: 1, minutes: 5 },
    ]);
    expect(book.usageOf('extension', 7, noon).callsNow).toBe(1);
    book.ended(ended('a', 3));
    expect([used(book, 1), used(book, 2)]).toEqual([
      { callsNow: 0, minutes: 0 },
      { callsNow: 0, minutes: 3 },
    ]);
  });

  it.each([
    ['calls at a time', { callsAtATime: 0 }, 0, 'too-many-calls'],
    ['minutes that are fewer than it has lasted', { minutesPerDay: 4 }, 5 * minuteMs, 'minutes-used-up'],
  ])('is not, where the other has no %s left; nothing changes', (_what, limits, talkedMs, reason) => {
    const book = begun();
    const { decision, commit } = change(book, limits, talkedMs);
    expect(decision).toMatchObject({ allowed: false, reason });
    commit();
    expect([used(book, 1), used(book, 2)]).toEqual([
      { callsNow: 1, minutes: 10 },
      { callsNow: 0, minutes: 0 },
    ]);
  });
});
