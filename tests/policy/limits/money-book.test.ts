import { describe, expect, it } from '@jest/globals';
import { createMoneyBook, type MoneyBook } from '../../../src/policy/limits/money-book.ts';
import type { MoneyLimits, PricedCost } from '../../../src/policy/limits/money.ts';
import { siteTimeIn } from '../../../src/words/zone.ts';

/** One a minute, by the second, a minute at a time. */
const perSecond = 1_000_000 / 60;
const one = 1_000_000;
const cost: PricedCost = {
  ...{ kind: 'priced', currency: 'CHF', minuteMicros: one },
  chargeOf: (ms) => Math.ceil(Math.ceil(ms / 1000) * perSecond),
  longestFor: (micros) => Math.floor(micros / perSecond) * 1000,
};
const none: MoneyLimits = {
  ...{ moneyPerDay: null, moneyPerMonth: null, highestPrice: null, moneyPerContract: null, prepaid: false },
};

const openBook = (timeZone = 'Europe/Zurich'): MoneyBook =>
  createMoneyBook({
    ...{ time: siteTimeIn(timeZone), site: none, shareMs: 60_000, isShared: false },
    money: (micros) => `${micros / one}`,
  });

function callerOf(book: MoneyBook, limits: Partial<MoneyLimits>) {
  const parties = { account: { ...none, ...limits, id: 1 }, extension: null };
  let seq = 0;
  return {
    /** Whether one may begin. */
    begin: (callId: string, at: string) => book.begin(callId, parties, cost, null, Date.parse(at)).allowed,
    /** Talks on for as long as there is money, up to so much in all: how much it has reserved then. */
    goOn(callId: string, at: string, upTo = Number.POSITIVE_INFINITY): number {
      while ((book.reserved(callId)?.micros ?? 0) < upTo && book.extend(callId, Date.parse(at)) !== null);
      return (book.reserved(callId)?.micros ?? 0) / one;
    },
    /** `startedAt`: by the clock of FreeSWITCH. */
    end(callId: string, costs: number, startedAt: string): void {
      book.ended(callId);
      const call = { callId, extensionId: null, startedAtMs: Date.parse(startedAt) };
      seq += 1;
      book.heard([{ seq, accountId: 1, currency: 'CHF', usedMicros: costs * one, paidInMicros: 0, call }]);
      book.release(callId);
    },
    left(at: string): number {
      const [account] = book.parties(parties, 'CHF', Date.parse(at));
      const { dayMicros = 0, monthMicros = 0 } = account?.used ?? {};
      const { moneyPerDay, moneyPerMonth } = parties.account;
      return Math.min((moneyPerDay ?? Infinity) - dayMicros, (moneyPerMonth ?? Infinity) - monthMicros) / one;
    },
  };
}

describe.each([
  ['a day', { moneyPerDay: 100 * one }, '2026-11-26', '2026-11-27'],
  ['a month', { moneyPerMonth: 100 * one }, '2026-11-30', '2026-12-01'],
] as const)('money %s', (_, limits, before, after) => {
  it('that a call began with is all that it may have, however long it goes on into the next one', () => {
    const caller = callerOf(openBook(), limits);
    caller.begin('a', `${before}T12:00:00+01:00`);
    caller.end('a', 98, `${before}T12:00:00+01:00`);
    expect(caller.begin('over midnight', `${before}T23:59:00+01:00`)).toBe(true);
    expect(caller.goOn('over midnight', `${after}T00:00:30+01:00`)).toBeCloseTo(2, 1);
    caller.end('over midnight', 2, `${before}T23:59:00+01:00`);
    expect(caller.left(`${after}T00:01:00+01:00`)).toBe(100);
    expect(caller.left(`${before}T23:59:59+01:00`)).toBe(0);
  });

  it('is another one as soon as the next one begins, whatever calls of the one before go on', () => {
    const caller = callerOf(openBook(), limits);
    caller.begin('over midnight', `${before}T23:59:00+01:00`);
    expect(caller.goOn('over midnight', `${before}T23:59:30+01:00`, 60 * one)).toBeGreaterThanOrEqual(59);
    caller.begin('b', `${after}T00:00:01+01:00`);
    expect(caller.goOn('b', `${after}T00:00:30+01:00`)).toBeGreaterThan(99);
  });

  it('counts calls in the one in which they were decided, whatever FreeSWITCH’s clock says', () => {
    const caller = callerOf(openBook(), limits);
    // FreeSWITCH's clock is behind ours.
    caller.begin('a', `${after}T00:10:00+01:00`);
    caller.end('a', 40, `${before}T23:50:00+01:00`);
    expect(caller.left(`${after}T00:11:00+01:00`)).toBe(60);
  });

  it('is not had once more when the clock is set ahead and back again', () => {
    const caller = callerOf(openBook(), limits);
    caller.begin('a', `${before}T12:00:00+01:00`);
    caller.end('a', 70, `${before}T12:00:00+01:00`);
    caller.begin('b', `${after}T12:30:00+01:00`);
    caller.end('b', 10, `${after}T12:30:00+01:00`);
    expect(caller.left(`${before}T12:40:00+01:00`)).toBe(30);
    caller.begin('c', `${before}T12:45:00+01:00`);
    caller.end('c', 30, `${before}T12:45:00+01:00`);
    expect(caller.begin('d', `${before}T12:50:00+01:00`)).toBe(false);
    expect(caller.left(`${after}T12:40:00+01:00`)).toBe(90);
  });
});
