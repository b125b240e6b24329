import { describe, expect, it } from '@jest/globals';
import { createMoneyWarnings } from '../../../src/policy/limits/money-warnings.ts';

const none = { moneyPerDay: null, moneyPerMonth: null, highestPrice: null, moneyPerContract: null, prepaid: false };
const party = (dayMicros: number, id: number | null = 1) => ({
  ...{ name: 'account' as const, called: 'account', id, granted: null, limits: { ...none, moneyPerDay: 100 } },
  used: { dayMicros, monthMicros: 0, allMicros: 0, paidInMicros: 0 },
});

describe('a warning of money that is nearly used', () => {
  it('comes once at the part that is set, once when a call is refused for it, and again after it was below', () => {
    const warn = createMoneyWarnings(80);
    const at = (used: number, isRefused = false) => warn([party(used)], isRefused).map(({ isUsedUp }) => isUsedUp);
    expect([at(79), at(80), at(90), at(99, true), at(99, true), at(99), at(10), at(85)]).toEqual([
      ...[[], [false], [], [true], [], [], [], [false]],
    ]);
  });

  it('is of each account by itself, and says what is used of what', () => {
    const warn = createMoneyWarnings(50);
    expect(warn([party(50)], false)).toEqual([
      { party: 'account', called: 'account', id: 1, name: 'money a day', micros: 100, used: 50, isUsedUp: false },
    ]);
    expect(warn([party(60, 2)], false)).toHaveLength(1);
  });

  it('never comes where none is wanted', () => {
    expect(createMoneyWarnings(0)([party(100)], true)).toEqual([]);
  });
});
