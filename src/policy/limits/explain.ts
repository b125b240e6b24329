import { startsWithinMinute, type LimitedParty } from './limits.ts';
import { budgetsOf, type BudgetName, type MoneyParty } from './money.ts';

/** One limit that is set, and what is used of it. */
export type LimitState = {
  /** As rules name it: `account`, `department Sales`. */
  party: string;
  /** As its setting is called. */
  limit:
    | 'longest call'
    | 'calls at a time'
    | 'calls a minute'
    | 'minutes a day'
    | 'minutes a month'
    | 'calling hours'
    | 'highest price'
    | BudgetName;
  allowed: number | string;
  /** In the limit's own unit, with what calls that are up have reserved; null: it is not one that is used up. */
  used: number | null;
  /** Of an amount of money: both are millionths of its unit. */
  currency?: string;
};

/** Every limit that is set, in the order in which they are looked at (limits.ts). */
export function limitStates(parties: readonly LimitedParty[], nowMs: number): LimitState[] {
  const of = (
    limit: LimitState['limit'],
    look: (party: LimitedParty) => [allowed: number | string | null, used: number | null],
  ): LimitState[] =>
    parties.flatMap((party) => {
      const [allowed, used] = look(party);
      return allowed === null ? [] : [{ party: party.called, limit, allowed, used }];
    });
  const minutes = (ms: number): number => Math.ceil(ms / 600) / 100;
  return [
    ...of('calling hours', ({ limits: { callingHours } }) => [callingHours.join(', ') || null, null]),
    ...of('calls at a time', ({ limits, usage }) => [limits.callsAtATime, usage.callsNow]),
    ...of('calls a minute', ({ limits, usage }) => [limits.callsPerMinute, startsWithinMinute(usage.starts, nowMs)]),
    ...of('minutes a day', ({ limits, usage }) => [limits.minutesPerDay, minutes(usage.dayMs)]),
    ...of('minutes a month', ({ limits, usage }) => [limits.minutesPerMonth, minutes(usage.monthMs)]),
    ...of('longest call', ({ limits }) => [limits.longestCallMinutes, null]),
  ];
}

/** Every limit on money that is set, for a call that is charged in this currency. */
export function moneyStates(parties: readonly MoneyParty[], currency: string): LimitState[] {
  return parties.flatMap((party): LimitState[] => {
    const { called: name, limits } = party;
    const highest: LimitState[] =
      limits.highestPrice === null
        ? []
        : [{ party: name, limit: 'highest price', allowed: limits.highestPrice, used: null, currency }];
    const budgets = budgetsOf(party).map(({ name: limit, micros, used }): LimitState => ({
      party: name,
      limit,
      allowed: micros,
      used,
      currency,
    }));
    return [...highest, ...budgets];
  });
}
