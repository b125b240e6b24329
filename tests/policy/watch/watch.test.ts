import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newMoments, note, within } from '../../../src/policy/watch/moments.ts';
import { rangeFinder } from '../../../src/policy/watch/destination.ts';
import type { Levels, PartyLevels, WatchRule, WatchSettings } from '../../../src/policy/watch/settings.ts';
import { createCallWatch, type CallWatch } from '../../../src/policy/watch/watch.ts';
import type { FirstCall, PastCall, WatchedCall } from '../../../src/words/watched-call.ts';
import { siteTimeIn } from '../../../src/words/zone.ts';

const never: Levels = { warning: null, critical: null };
const none: PartyLevels = {
  ...{ 'new-destination': never, 'risky-range': never, 'short-calls': never, 'sequential-numbers': never },
  ...{ 'off-hours': never, volume: never, 'destinations-at-once': never, usualCalls: 10 },
};
const settings: WatchSettings = {
  ...{ time: siteTimeIn('America/Denver'), home: 'US', callTypes: ['national', 'international', 'premium'] },
  ...{ members: none, site: none, shortMs: 10_000, officeHours: ['Mon-Fri 07:00-19:00'], blocks: [] },
  riskRange: rangeFinder([{ prefix: '37190', name: 'Latvia premium' }]),
};
const withRule = (rule: WatchRule, warning: number | null, critical: number | null): WatchSettings => ({
  ...settings,
  members: { ...none, [rule]: { warning, critical } },
});

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
/** A Thursday, 12:00 at the site. */
const noon = Date.parse('2026-11-26T12:00:00-07:00');
const call = (e164: string, accountId: number | null = 1): WatchedCall => ({
  parties: { accountId, extensionId: null },
  number: { e164, callType: e164.startsWith('+1') ? 'national' : 'international' },
});
let id = 0;
/** Places a call, and ends it at once where `talkMs` is given. What of it is at a level. */
function placed(watch: CallWatch, to: WatchedCall, atMs: number, talkMs: number | null = 60_000) {
  const callId = `call ${(id += 1)}`;
  const { seen, refusedBy, news: refusing } = watch.begin(callId, to, atMs);
  const news = refusedBy === null ? watch.placed(callId).news : refusing;
  const atEnd = talkMs === null ? [] : watch.ended({ callId, answered: talkMs > 0, billableMs: talkMs }, atMs + talkMs);
  return { levels: seen.map(({ level }) => level), seen, news, refusedBy, atEnd };
}

describe('the watch', () => {
  it('counts new destinations of 24 hours, each account by itself', () => {
    const watch = createCallWatch(withRule('new-destination', 1, 3));
    expect(placed(watch, call('+37167001234'), noon).levels).toEqual(['warning']);
    expect(placed(watch, call('+37167001235'), noon).levels).toEqual([]);
    expect(placed(watch, call('+442079460123'), noon).levels).toEqual(['warning']);
    expect(placed(watch, call('+493012345678'), noon).levels).toEqual(['critical']);
    expect(placed(watch, call('+33142685300'), noon + dayMs + 1).levels).toEqual(['warning']);
    expect(placed(watch, call('+37167001234', 2), noon).levels).toEqual(['warning']);
  });

  it('counts risky calls: of the list, premium numbers abroad, satellite networks', () => {
    const watch = createCallWatch(withRule('risky-range', 1, 3));
    expect(placed(watch, call('+37190001234'), noon).seen[0]?.text).toBe(
      'account: 1 call to high-fraud range +37190 Latvia premium and the like in 24 hours',
    );
    expect(placed(watch, call('+449098790123'), noon).seen[0]?.text).toMatch(
      /2 calls to premium numbers of United Kingdom/,
    );
    expect(placed(watch, call('+881612345678'), noon).levels).toEqual(['critical']);
    expect(placed(watch, call('+442079460123'), noon).levels).toEqual([]);
  });

  it('counts short conversations of an hour when they end; who is not answered had none', () => {
    const watch = createCallWatch(withRule('short-calls', 3, null));
    const short = (atMs: number, talkMs: number) => placed(watch, call('+13035550123'), atMs, talkMs).atEnd.length;
    expect([9_999, 0, 10_000, 1].map((talkMs) => short(noon, talkMs))).toEqual([0, 0, 0, 0]);
    expect(short(noon + minuteMs, 5_000)).toBe(1);
    expect(short(noon + 2 * minuteMs, 5_000)).toBe(0);
    expect(short(noon + 2 * hourMs, 5_000)).toBe(0);
  });

  it('sees numbers in sequence, in whatever order they are called', () => {
    const watch = createCallWatch(withRule('sequential-numbers', 4, null));
    const levels = ['0101', '0103', '0104', '0150', '0102'].map(
      (last) => placed(watch, call(`+1303555${last}`), noon).levels.length,
    );
    expect(levels).toEqual([0, 0, 0, 0, 1]);
    expect(placed(watch, call('+13035550105'), noon + hourMs + 1).levels).toEqual([]);
  });

  it.each([
    ['a Thursday at noon', '2026-11-26T12:00:00-07:00', 0],
    ['a Thursday at 19:00', '2026-11-26T19:00:00-07:00', 1],
    ['a Thursday at 06:59', '2026-11-26T06:59:59-07:00', 1],
    ['a Saturday at noon', '2026-11-28T12:00:00-07:00', 1],
    ['a Friday at 18:59 in summer time', '2026-07-03T18:59:59-06:00', 0],
    ['a Friday at 19:00 in summer time', '2026-07-03T19:00:00-06:00', 1],
  ])('knows night and weekend by the clocks of the site: %s', (_when, at, count) => {
    const watch = createCallWatch(withRule('off-hours', 1, null));
    expect(placed(watch, call('+37167001234'), Date.parse(at)).levels).toHaveLength(count);
    expect(placed(watch, call('+13035550123'), Date.parse(at)).levels).toEqual([]);
  });

  it('compares a day with the busiest of four weeks: calls, and minutes', () => {
    const watch = createCallWatch(withRule('volume', 2, 3));
    for (let day = 0; day < 7; day += 1) {
      for (let one = 0; one < 20; one += 1) placed(watch, call('+13035550123'), noon + day * dayMs);
    }
    const last = noon + 7 * dayMs;
    const levels = Array.from({ length: 60 }, () => placed(watch, call('+13035550123'), last).levels[0]);
    expect([levels.indexOf('warning'), levels.indexOf('critical')]).toEqual([39, 59]);
    const talking = createCallWatch(withRule('volume', 2, 3));
    expect(placed(talking, call('+13035550123'), noon, 29 * minuteMs).atEnd).toEqual([]);
    expect(placed(talking, call('+13035550123'), noon, 31 * minuteMs).atEnd.map(({ level }) => level)).toEqual([
      'warning',
    ]);
  });

  it('counts countries that are called at the same time', () => {
    const watch = createCallWatch(withRule('destinations-at-once', 3, null));
    const numbers = ['+37167001234', '+37167001235', '+442079460123', '+493012345678'];
    expect(numbers.map((number) => placed(watch, call(number), noon, null).levels.length)).toEqual([0, 0, 0, 1]);
    const over = createCallWatch(withRule('destinations-at-once', 3, null));
    expect(numbers.map((number) => placed(over, call(number), noon).levels.length)).toEqual([0, 0, 0, 0]);
  });

  it('refuses only by rules that block, and counts no call that it refuses', () => {
    const blocking: WatchSettings = { ...withRule('new-destination', 1, 2), blocks: ['new-destination'] };
    const watch = createCallWatch(blocking);
    expect(placed(watch, call('+37167001234'), noon).refusedBy).toBeNull();
    for (let again = 0; again < 3; again += 1) {
      expect(placed(watch, call('+442079460123'), noon).refusedBy).toMatchObject({
        rule: 'new-destination',
        party: 'account',
      });
    }
    expect(placed(watch, call('+37167001234'), noon).refusedBy).toBeNull();
    expect(placed(watch, call('+442079460123'), noon + dayMs + 1).refusedBy).toBeNull();
  });

  it('tells a level once, and again after it was below', () => {
    const watch = createCallWatch(withRule('off-hours', 2, 3));
    const night = Date.parse('2026-11-26T23:00:00-07:00');
    const told = [0, 1, 2, 3, 60 * 24 * 2, 60 * 24 * 2 + 1].map(
      (minutes) => placed(watch, call('+37167001234'), night + minutes * minuteMs).news.length,
    );
    expect(told).toEqual([0, 1, 1, 0, 0, 1]);
  });
});

describe('levels above 1,000', () => {
  const night = Date.parse('2026-11-26T23:00:00-07:00');
  it.each<[WatchRule, (at: number) => string]>([
    ['risky-range', () => '+37190001234'],
    ['off-hours', () => '+37167001234'],
    ['short-calls', () => '+13035550123'],
    // With another number between two of them.
    ['sequential-numbers', (at) => `+1${at % 2 === 0 ? 5_000_000_000 + at / 2 : 3_030_000_000 + 2 * at}`],
  ])('are come to: %s', (rule, number) => {
    const watch = createCallWatch(withRule(rule, 1_500, null));
    let at = 0;
    const isSeen = (): boolean => {
      const { levels, atEnd } = placed(watch, call(number((at += 1))), night, 5_000);
      return levels.length + atEnd.length > 0;
    };
    while (!isSeen() && at < 5_000);
    expect(at).toBe(rule === 'sequential-numbers' ? 3_000 : 1_500);
  });

  it('are counted within their time, whatever a clock that was set back left', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 100 }), { maxLength: 60 }), (steps) => {
        const [moments, all] = [newMoments(), [] as number[]];
        let atMs = 1_000;
        for (const step of steps) {
          atMs += step;
          const expected = all.filter((one) => one > atMs - 500 && one <= atMs).length;
          // What was forgotten at a later time is not remembered when the clock goes back.
          expect(within(moments, 500, atMs)).toBeLessThanOrEqual(expected);
          if (all.every((one) => one <= atMs)) expect(within(moments, 500, atMs)).toBe(expected);
          note(moments, atMs, 500, 1_000);
          all.push(atMs);
        }
      }),
    );
  });
});

describe('a call that is not placed', () => {
  const levels: PartyLevels = {
    ...{ 'new-destination': { warning: 1, critical: 2 }, 'risky-range': { warning: 1, critical: 2 } },
    ...{ 'short-calls': { warning: 1, critical: 2 }, 'sequential-numbers': { warning: 2, critical: 3 } },
    ...{ 'off-hours': { warning: 1, critical: 2 }, volume: { warning: 1, critical: 2 } },
    ...{ 'destinations-at-once': { warning: 1, critical: 2 }, usualCalls: 1 },
  };
  const watching: WatchSettings = { ...settings, members: levels, site: levels, officeHours: ['Mon-Fri 13:00-14:00'] };
  const numbers = ['+37190001234', '+37190001235', '+442079460123'];

  it.each<[string, (watch: CallWatch, callId: string) => void]>([
    ['is dropped', (watch, callId) => watch.drop(callId)],
    ['has ended', (watch, callId) => void watch.ended({ callId, answered: false, billableMs: 0 }, noon)],
    [
      'is asked about another number, which ends',
      (watch, callId) => {
        watch.begin(callId, call('+13035550123'), noon);
        watch.drop(callId);
      },
    ],
  ])('counts for nothing once it %s; until then it counts for others', (_how, ends) => {
    const [watch, untouched] = [createCallWatch(watching), createCallWatch(watching)];
    watch.begin('given up', call('+37190001234'), noon);
    const rules = watch
      .look(call('+442079460123'), noon)
      .seen.flatMap(({ rule, level, party }) => (party === 'account' && level === 'critical' ? [rule] : []));
    expect(rules).toEqual(['new-destination', 'off-hours', 'destinations-at-once', 'volume']);
    expect(watch.look(call('+37190001235'), noon).seen.map(({ rule }) => rule)).toContain('sequential-numbers');
    ends(watch, 'given up');
    for (const number of numbers) expect(watch.look(call(number), noon)).toEqual(untouched.look(call(number), noon));
    const real = placed(watch, call('+37190001234'), noon, null);
    expect(real.news.length).toBeGreaterThan(0);
    expect(real).toEqual(placed(untouched, call('+37190001234'), noon, null));
  });
});

describe('a watch that is restored', () => {
  const numbers = ['+37167001234', '+442079460123', '+493012345678', '+37190001234', '+881612345678', '+13035550101'];
  const all: PartyLevels = {
    ...{ 'new-destination': { warning: 1, critical: 3 }, 'risky-range': { warning: 1, critical: 2 } },
    ...{ 'short-calls': { warning: 2, critical: 4 }, 'sequential-numbers': { warning: 2, critical: 3 } },
    ...{ 'off-hours': { warning: 1, critical: 3 }, volume: { warning: 1, critical: 2 } },
    ...{ 'destinations-at-once': { warning: 2, critical: 3 }, usualCalls: 3 },
  };
  const watching: WatchSettings = { ...settings, members: all, site: all };

  it('decides as the one before would have', () => {
    const calls = fc.array(
      fc.record({
        number: fc.constantFrom(...numbers),
        accountId: fc.constantFrom(1, 2, null),
        extensionId: fc.constantFrom(1, null),
        afterMs: fc.integer({ min: 1, max: 20 * minuteMs }),
        talkMs: fc.option(fc.integer({ min: 1, max: 10 * minuteMs })),
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(calls, (script) => {
        const before = createCallWatch(watching);
        const first: FirstCall[] = [];
        const past: PastCall[] = [];
        let atMs = noon;
        script.forEach(({ number, accountId, extensionId, afterMs, talkMs }, at) => {
          atMs += afterMs + 10 * minuteMs;
          const made: WatchedCall = { ...call(number), parties: { accountId, extensionId } };
          before.begin(`past ${at}`, made, atMs);
          first.push(...before.placed(`past ${at}`).first);
          if (talkMs !== null)
            before.ended({ callId: `past ${at}`, answered: true, billableMs: talkMs }, atMs + talkMs);
          const endedAtMs = talkMs === null ? null : atMs + talkMs;
          past.push({ ...made, callId: `past ${at}`, startedAtMs: atMs, endedAtMs, billableMs: talkMs ?? 0 });
        });
        const after = createCallWatch(watching);
        after.restore({ first, days: [], calls: past.filter(({ startedAtMs }) => startedAtMs > atMs - dayMs) });
        for (const number of numbers) {
          const next: WatchedCall = { ...call(number), parties: { accountId: 1, extensionId: 1 } };
          expect(after.look(next, atMs + 11 * minuteMs)).toEqual(before.look(next, atMs + 11 * minuteMs));
        }
      }),
    );
  });
});
