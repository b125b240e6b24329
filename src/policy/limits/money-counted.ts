import type { SiteTime } from '../../words/site-time.ts';
import type { DrawWanted, SharedParty } from './budget-shares.ts';
import type { CallCost, MoneyDecision, MoneyLimits, Share } from './money.ts';
import type { Parties, PartyIds, PartyRef } from './parties.ts';

/** How money is counted in memory: what is asked of it and told to it (money-book.ts does it). */

/** Whose calls may cost so much; what they cannot be limited by is left out. */
export type MoneyLimited = Pick<MoneyLimits, 'moneyPerDay' | 'moneyPerMonth' | 'highestPrice'> &
  Partial<Pick<MoneyLimits, 'moneyPerContract' | 'prepaid'>> & { id: number };
export type MoneyParties = Parties<MoneyLimited>;

/** A call that is allowed, and its share: null: it needs none. */
export type MoneyBegun = { allowed: true; share: Share | null } | Extract<MoneyDecision, { allowed: false }>;

/** What calls have cost, or what was paid in, as the ledger tells. `seq`: each is told once. */
export type MoneyNews = {
  seq: number;
  accountId: number | null;
  currency: string;
  usedMicros: number;
  paidInMicros: number;
  call: (Omit<PartyIds, 'accountId'> & { callId: string; startedAtMs: number }) | null;
};

/** What somebody has used and paid in of all time, in one currency. `upToSeq`: no later news is in it. */
export type AccountMoney = {
  upToSeq: number;
  byCurrency: readonly { currency: string; usedMicros: number; paidInMicros: number }[];
};

/** What calls have cost that began on this day and in this month. */
export type RestoredMoney = {
  upToSeq: number;
  used: readonly (PartyIds & { currency: string; dayMicros: number; monthMicros: number })[];
};

/** `mayMicros`: what this controller may spend. `idleMs`: since money of it was last reserved; 0: a call is up. */
export type SpentShare = { key: string; mayMicros: number; spentMicros: number; idleMs: number };

/** Counts money in memory: what calls have cost, by the ledger, and what those that are up have reserved. */
export type MoneyBook = {
  /** Whose money is looked at, in this currency. */
  parties(parties: MoneyParties, currency: string, nowMs: number): SharedParty[];
  look(parties: MoneyParties, cost: CallCost, maximumMs: number | null, nowMs: number): MoneyBegun;
  /** Decides, and reserves the share of a call that is allowed. `maximumMs`: how long it may be by all other limits; null: no limit. */
  begin(callId: string, parties: MoneyParties, cost: CallCost, maximumMs: number | null, nowMs: number): MoneyBegun;
  /** Reserves more for a call that has reserved `longestMs` of conversation before. Null: there is no more. */
  extend(callId: string, nowMs: number): Share | null;
  /** What the call has reserved in all; null: nothing. */
  reserved(callId: string): { currency: string; micros: number } | null;
  /** The call is over: what it reserved stays so until the ledger has told what it cost. */
  ended(callId: string): void;
  /** Gives back what the call has reserved: the ledger has told what it cost. */
  release(callId: string): void;
  /**
   * Decides of a call that is up and has lasted so long, as if it were these parties' from its beginning. Where it may be, it has reserved their
   * money in place of what it had.
   */
  change(
    call: { callId: string; talkedMs: number },
    parties: MoneyParties,
    cost: CallCost,
    maximumMs: number | null,
    nowMs: number,
  ): MoneyBegun;
  /** The call is no longer served: where it has not ended, it was never placed. */
  drop(callId: string): void;
  /** What is to be drawn so that such a call finds its share, `times` over; empty: nothing, or nothing is shared. */
  wanting(parties: MoneyParties, cost: CallCost, times: number, nowMs: number): DrawWanted[];
  /** The same, for a call that is up. */
  wantingOf(callId: string, times: number): DrawWanted[];
  /** What this controller may spend of an amount that it shares. */
  shareOf(key: string): number;
  /** What this controller may spend of amounts that it shares, by their keys. */
  granted(shares: readonly { key: string; micros: number }[]): void;
  /** What was spent of each share, as far as that is known. */
  spentShares(nowMs: number): SpentShare[];
  /** What the ledger tells. */
  heard(news: readonly MoneyNews[]): void;
  /** Whether what somebody has of all time is known. */
  knows(of: PartyRef): boolean;
  learn(of: PartyRef, money: AccountMoney): void;
  /** To be called once, before the first call. */
  restore(money: RestoredMoney, nowMs: number): void;
  /** A call of an earlier run that is still open. */
  restoreCall(
    call: PartyIds & { callId: string; startedAtMs: number; currency: string; micros: number },
    nowMs: number,
  ): void;
};

export type MoneySettings = {
  time: SiteTime;
  site: MoneyLimits;
  /** The price of how much conversation a call reserves at a time. */
  shareMs: number;
  /** Several controllers share the amounts: this one spends what it was granted. */
  isShared: boolean;
  /** For people. */
  money: (micros: number, currency: string) => string;
};
