import type { Limits } from '../../words/directory.ts';
import type { MoneyRefusal } from '../../words/outcome.ts';
import { longestConversationMs } from '../../words/conversation.ts';
import type { PartyKind } from './parties.ts';

/** What a call would cost, whatever it was worked out from. Amounts are millionths of the currency's unit. */
export type CallCost =
  | { kind: 'free' }
  /** Nobody can tell what it costs. */
  | { kind: 'unknown'; why: string }
  | {
      kind: 'priced';
      /** ISO 4217. */
      currency: string;
      /** Of a first minute of which nothing is free, by the dearest price that the call may come to. */
      minuteMicros: number;
      /** Of a conversation of this length; null: more than money can be exact in. */
      chargeOf(ms: number): number | null;
      /** How long the conversation may be for an amount, milliseconds. 0: it may not even be answered; null: without limit. */
      longestFor(micros: number): number | null;
    };
export type PricedCost = Extract<CallCost, { kind: 'priced' }>;

/** What somebody's calls may cost. Null: no limit. */
export type MoneyLimits = Pick<Limits, 'moneyPerDay' | 'moneyPerMonth' | 'highestPrice'> & {
  moneyPerContract: number | null;
  /** They may cost no more than was paid in. */
  prepaid: boolean;
};

/** Of the site: limits that it does not have. */
export const noAccountLimits = { moneyPerContract: null, prepaid: false } as const;

/** What somebody's calls have cost in one currency, with what calls that are up have reserved. */
export type MoneyUsed = {
  dayMicros: number;
  monthMicros: number;
  /** Of all time. */
  allMicros: number;
  paidInMicros: number;
};

/** Whose money is looked at. */
export type MoneyParty = {
  name: PartyKind | 'site';
  /** As rules name it. */
  called: string;
  limits: MoneyLimits;
  used: MoneyUsed;
  /** What this controller may spend of an amount that it shares with others; null: it shares none. */
  granted: ((name: BudgetName) => number) | null;
};

export type BudgetName = 'money a day' | 'money a month' | 'money a contract' | 'prepaid';

/** One amount that may be spent. */
export type Budget = {
  name: BudgetName;
  /** The whole amount, as far as it is known here. */
  micros: number;
  /** What may be spent of it here; less than all where others have the rest. */
  may: number;
  /** Of that, with what is reserved. */
  used: number;
};

/** Every amount that is set for somebody. */
export function budgetsOf({ limits, used, granted }: Omit<MoneyParty, 'name' | 'called'>): Budget[] {
  const { moneyPerDay, moneyPerMonth, moneyPerContract, prepaid } = limits;
  const of = (name: BudgetName, micros: number | null, spent: number): Budget[] => {
    if (micros === null) return [];
    if (granted === null) return [{ name, micros, may: micros, used: spent }];
    // What other controllers know to be paid in is known by what was granted of it.
    const may = name === 'prepaid' ? granted(name) : Math.min(micros, granted(name));
    return [{ name, micros: Math.max(micros, may), may, used: spent }];
  };
  return [
    ...of('money a day', moneyPerDay, used.dayMicros),
    ...of('money a month', moneyPerMonth, used.monthMicros),
    ...of('money a contract', moneyPerContract, used.allMicros),
    ...of('prepaid', prepaid ? used.paidInMicros : null, used.allMicros),
  ];
}

export type MoneyDecision =
  /** `leftMicros`: of the tightest amount; null: none is set. */
  { allowed: true; leftMicros: number | null } | { allowed: false; reason: MoneyRefusal; rule: string };

/** FreeSWITCH ends conversations by whole seconds, up to a moment late: none is shorter, and each is cut so much sooner. */
export const cutEarlierMs = 1000;
const shortestMs = 1000;

/** Whether what a call costs has to be known: some amount, or a highest price, is set. */
export const asksPrice = (parties: readonly { limits: Partial<MoneyLimits> }[]): boolean =>
  parties.some(
    ({ limits: { moneyPerDay, moneyPerMonth, moneyPerContract, highestPrice, prepaid } }) =>
      prepaid === true || [moneyPerDay, moneyPerMonth, moneyPerContract, highestPrice].some((limit) => limit != null),
  );

/**
 * May a call that costs so much begin? A free one always; one of which nobody can tell what it costs never, where money is limited.
 * Otherwise the first of these that refuses decides: the highest price, the amounts that are set.
 */
export function checkMoney(
  parties: readonly MoneyParty[],
  cost: CallCost,
  money: (micros: number) => string,
): MoneyDecision {
  if (cost.kind === 'free' || !asksPrice(parties)) return { allowed: true, leftMicros: null };
  if (cost.kind === 'unknown') return { allowed: false, reason: 'price-unknown', rule: `no price: ${cost.why}` };
  const dear = parties.find(
    ({ limits: { highestPrice } }) => highestPrice !== null && cost.minuteMicros > highestPrice,
  );
  if (dear !== undefined) {
    const rule = `${dear.called}: highest price ${money(dear.limits.highestPrice ?? 0)}, a minute costs ${money(cost.minuteMicros)}`;
    return { allowed: false, reason: 'price-too-high', rule };
  }
  return checkBudgets(parties, cost, money);
}

function checkBudgets(
  parties: readonly MoneyParty[],
  cost: PricedCost,
  money: (micros: number) => string,
): MoneyDecision {
  // Of a conversation that is none, in effect.
  const shortestCharge = cost.chargeOf(shortestMs + cutEarlierMs) ?? Number.POSITIVE_INFINITY;
  let leftMicros = Number.POSITIVE_INFINITY;
  for (const party of parties) {
    for (const { name, micros, may, used } of budgetsOf(party)) {
      const left = may - used;
      leftMicros = Math.min(leftMicros, left);
      if (left >= shortestCharge) continue;
      const share = may < micros ? `, ${money(may)} of it for this controller` : '';
      const rule = `${party.called}: ${name} ${money(micros)}${share}, ${money(Math.max(0, left))} left`;
      return { allowed: false, reason: 'money-used-up', rule };
    }
  }
  return { allowed: true, leftMicros: leftMicros === Number.POSITIVE_INFINITY ? null : leftMicros };
}

/** What a call reserves: so much money, for so long a conversation. */
export type Share = {
  micros: number;
  /** How long the two sides may talk for it; null: as long as they like. */
  longestMs: number | null;
  /** There is no more to be had for this call, so that it ends then. */
  isLast: boolean;
};

/**
 * The share of a call that may have so much more, and talk so long in all (`maximumMs`; null: as long as it likes). It reserves the
 * price of `untilMs` of conversation, so that others find something left, or of what is left of the money. Null: there is no
 * longer conversation to be had for that than of `talkMs`.
 */
export function shareOf(
  cost: PricedCost,
  {
    leftMicros,
    maximumMs,
    untilMs,
    talkMs,
  }: { leftMicros: number; maximumMs: number | null; untilMs: number; talkMs: number },
): Share | null {
  const wantedMs = Math.min(untilMs, maximumMs ?? longestConversationMs);
  const wantedCharge = cost.chargeOf(wantedMs + cutEarlierMs);
  if (wantedCharge !== null && wantedCharge <= leftMicros) {
    // What costs no more however long it takes has to reserve nothing more later.
    if (wantedCharge === cost.chargeOf(longestConversationMs))
      return { micros: wantedCharge, longestMs: maximumMs, isLast: true };
    const isLast = maximumMs !== null && wantedMs >= maximumMs;
    return wantedMs <= talkMs ? null : { micros: wantedCharge, longestMs: wantedMs, isLast };
  }
  const longestMs = Math.floor((cost.longestFor(leftMicros) ?? longestConversationMs) - cutEarlierMs);
  if (longestMs < shortestMs || longestMs <= talkMs) return null;
  const charge = cost.chargeOf(longestMs + cutEarlierMs);
  return charge === null ? null : { micros: charge, longestMs, isLast: true };
}
