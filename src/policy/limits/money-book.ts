import { budgetKey, drawsFor, type DrawWanted, type SharedParty } from './budget-shares.ts';
import type {
  AccountMoney,
  MoneyLimited,
  MoneyParties,
  MoneyBegun,
  MoneyNews,
  RestoredMoney,
  MoneyBook,
  MoneySettings,
} from './money-counted.ts';
import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import { byParty, idsOf, listed, refsOf, type ByParty, type PartyIds, type PartyRef } from './parties.ts';
import { spentShares } from './spent-shares.ts';
import { periodOf } from './periods.ts';
import { addIfKnown, giveBack, holderOf, newHolder, purseOf, reserve, type BeganIn, type Holder } from './purses.ts';
import {
  checkMoney,
  shareOf,
  type BudgetName,
  type CallCost,
  type MoneyLimits,
  type MoneyParty,
  type PricedCost,
  type Share,
} from './money.ts';

export type * from './money-counted.ts';

type Entry = {
  /** Whatever day it is by now, the call is of the one in which it began. */
  began: BeganIn;
  cost: PricedCost | null;
  currency: string;
  parties: MoneyParties;
  holders: readonly Holder[];
  micros: number;
  longestMs: number;
  maximumMs: number | null;
  isOver: boolean;
};

type Book = {
  readonly settings: MoneySettings;
  readonly calendar: (atMs: number) => CalendarTime;
  readonly holders: ByParty<Holder>;
  readonly site: Holder;
  readonly live: Map<string, Entry>;
  /** By the keys of the amounts. */
  readonly shares: Map<string, number>;
  upToSeq: number;
};

export function createMoneyBook(settings: MoneySettings): MoneyBook {
  const book: Book = {
    ...{ settings, calendar: calendarOf(settings.time), holders: byParty<Holder>() },
    ...{ site: newHolder(), live: new Map(), shares: new Map(), upToSeq: 0 },
  };
  return {
    parties: (parties, currency, nowMs) => partiesOf(book, parties, currency, book.calendar(nowMs)),
    look: (parties, cost, maximumMs, nowMs) => decide(book, { parties, cost, maximumMs }, book.calendar(nowMs)),
    begin: (callId, parties, cost, maximumMs, nowMs) =>
      begin(book, { callId, talkedMs: 0, began: book.calendar(nowMs) }, { parties, cost, maximumMs }, nowMs),
    change(call, parties, cost, maximumMs, nowMs) {
      const before = book.live.get(call.callId);
      const began = before?.began ?? book.calendar(nowMs);
      const begun = begin(book, { ...call, began }, { parties, cost, maximumMs }, nowMs);
      if (!begun.allowed && before !== undefined) putBack(book, call.callId, before);
      return begun;
    },
    extend: (callId, nowMs) => extend(book, callId, nowMs),
    reserved(callId) {
      const entry = book.live.get(callId);
      return entry === undefined ? null : { currency: entry.currency, micros: entry.micros };
    },
    ended(callId) {
      const entry = book.live.get(callId);
      if (entry !== undefined) entry.isOver = true;
    },
    release: (callId) => release(book, callId),
    drop(callId) {
      if (book.live.get(callId)?.isOver === false) release(book, callId);
    },
    wanting: (parties, cost, times, nowMs) => wanting(book, parties, cost, times, book.calendar(nowMs)),
    wantingOf(callId, times) {
      const entry = book.live.get(callId);
      return entry?.cost == null ? [] : wanting(book, entry.parties, entry.cost, times, entry.began);
    },
    shareOf: (key) => book.shares.get(key) ?? 0,
    granted(shares) {
      for (const { key, micros } of shares) book.shares.set(key, micros);
    },
    spentShares: (nowMs) => spentShares(book, nowMs),
    heard: (news) => news.forEach((each) => hear(book, each)),
    knows: ({ kind, id }) => book.holders[kind].get(id)?.upToSeq != null,
    learn: (of, money) => learn(book, of, money),
    restore: (money, nowMs) => restore(book, money, nowMs),
    restoreCall: (call, nowMs) => restoreCall(book, call, nowMs),
  };
}

type Asked = { parties: MoneyParties; cost: CallCost; maximumMs: number | null };
type Beginning = { callId: string; talkedMs: number; began: BeganIn };

function begin(book: Book, { callId, talkedMs, began }: Beginning, asked: Asked, nowMs: number): MoneyBegun {
  const { parties, cost, maximumMs } = asked;
  release(book, callId);
  const begun = decide(book, asked, began, talkedMs);
  if (begun.allowed && begun.share !== null && cost.kind === 'priced') {
    const holders = holdersOf(book, idsOf(parties));
    const { currency } = cost;
    const entry: Entry = { began, cost, currency, parties, holders, micros: 0, longestMs: 0, maximumMs, isOver: false };
    book.live.set(callId, entry);
    take(entry, begun.share, nowMs);
  }
  return begun;
}

function putBack(book: Book, callId: string, entry: Entry): void {
  for (const holder of entry.holders) reserve(purseOf(holder, entry.currency), entry.began, entry.micros);
  book.live.set(callId, entry);
}

function decide(book: Book, { parties, cost, maximumMs }: Asked, began: BeganIn, talkedMs = 0): MoneyBegun {
  // Most calls, where nothing limits money: for them nobody's purse is opened.
  if (cost.kind === 'free') return { allowed: true, share: null };
  const currency = cost.kind === 'priced' ? cost.currency : '';
  const looked = partiesOf(book, parties, currency, began);
  const decision = checkMoney(looked, cost, (micros) => book.settings.money(micros, currency));
  if (!decision.allowed) return decision;
  const { leftMicros } = decision;
  if (leftMicros === null || cost.kind !== 'priced') return { allowed: true, share: null };
  const share = shareOf(cost, { leftMicros, maximumMs, untilMs: talkedMs + book.settings.shareMs, talkMs: talkedMs });
  if (share !== null) return { allowed: true, share: orMore(book, share, maximumMs) };
  return {
    allowed: false,
    reason: 'money-used-up',
    rule: `${book.settings.money(leftMicros, currency)} left is not enough`,
  };
}

/** Of the amounts of the day and month in which the call began: it may not have those of the next ones as well. */
function extend(book: Book, callId: string, nowMs: number): Share | null {
  const entry = book.live.get(callId);
  if (entry?.cost == null) return null;
  const { began, cost, currency, parties, micros, longestMs, maximumMs } = entry;
  const looked = partiesOf(book, parties, currency, began);
  const decision = checkMoney(looked, { ...cost, chargeOf: () => 0 }, () => '');
  if (!decision.allowed || decision.leftMicros === null) return null;
  const leftMicros = micros + Math.max(0, decision.leftMicros);
  const untilMs = longestMs + book.settings.shareMs;
  const share = shareOf(cost, { leftMicros, maximumMs, untilMs, talkMs: longestMs });
  if (share === null) return null;
  take(entry, share, nowMs);
  return orMore(book, share, maximumMs);
}

/** Of what is shared, more may be drawn meanwhile. */
function orMore({ settings }: Book, share: Share, maximumMs: number | null): Share {
  const { longestMs, isLast } = share;
  const isBounded = longestMs === null || (maximumMs !== null && longestMs >= maximumMs);
  return isLast && settings.isShared && !isBounded ? { ...share, isLast: false } : share;
}

/** From now on the call has reserved so much in all. */
function take(entry: Entry, { micros, longestMs }: Share, nowMs: number): void {
  for (const holder of entry.holders) {
    reserve(purseOf(holder, entry.currency), entry.began, micros - entry.micros);
    holder.usedAtMs = nowMs;
  }
  entry.micros = micros;
  entry.longestMs = longestMs ?? Number.POSITIVE_INFINITY;
}

function release(book: Book, callId: string): void {
  const entry = book.live.get(callId);
  if (entry === undefined) return;
  for (const holder of entry.holders) giveBack(purseOf(holder, entry.currency), entry.began, entry.micros);
  book.live.delete(callId);
}

function hear(book: Book, { seq, accountId, currency, usedMicros, paidInMicros, call }: MoneyNews): void {
  const isNew = seq > book.upToSeq;
  const holders = refsOf({ extensionId: null, ...call, accountId }).map((of) => holderIn(book, of));
  for (const holder of holders) {
    if (holder.upToSeq === null || seq <= holder.upToSeq) continue;
    const purse = purseOf(holder, currency);
    purse.allMicros += usedMicros;
    purse.paidInMicros += paidInMicros;
  }
  if (call === null || !isNew) return;
  // Of the day by which it was decided, whatever FreeSWITCH's clock says.
  const began = book.live.get(call.callId)?.began ?? book.calendar(call.startedAtMs);
  for (const holder of [...holders, book.site]) addIfKnown(purseOf(holder, currency), began, usedMicros);
}

function restore(book: Book, { upToSeq, used }: RestoredMoney, nowMs: number): void {
  book.upToSeq = upToSeq;
  const { day, month } = book.calendar(nowMs);
  for (const { currency, dayMicros, monthMicros, ...ids } of used) {
    for (const holder of holdersOf(book, ids)) {
      const { days, months } = purseOf(holder, currency);
      periodOf(days, day).sum += dayMicros;
      periodOf(months, month).sum += monthMicros;
    }
  }
}

function wanting(book: Book, parties: MoneyParties, cost: CallCost, times: number, time: BeganIn): DrawWanted[] {
  if (!book.settings.isShared || cost.kind !== 'priced') return [];
  const looked = partiesOf(book, parties, cost.currency, time);
  return drawsFor(looked, cost, { shareMs: book.settings.shareMs, times, time });
}

function learn(book: Book, of: PartyRef, { upToSeq, byCurrency }: AccountMoney): void {
  const holder = holderIn(book, of);
  if (holder.upToSeq !== null) return;
  holder.upToSeq = upToSeq;
  for (const { currency, usedMicros, paidInMicros } of byCurrency) {
    const purse = purseOf(holder, currency);
    purse.allMicros = usedMicros;
    purse.paidInMicros = paidInMicros;
  }
}

function restoreCall(book: Book, call: Parameters<MoneyBook['restoreCall']>[0], nowMs: number): void {
  const { callId, currency, micros, startedAtMs } = call;
  const holders = holdersOf(book, call);
  const entry: Entry = {
    ...{
      began: book.calendar(startedAtMs),
      cost: null,
      currency,
      parties: { account: null, extension: null },
      holders,
    },
    ...{ micros: 0, longestMs: 0, maximumMs: 0, isOver: true },
  };
  book.live.set(callId, entry);
  take(entry, { micros, longestMs: 0, isLast: true }, nowMs);
}

function partiesOf(book: Book, parties: MoneyParties, currency: string, time: BeganIn): SharedParty[] {
  const of = (party: Pick<MoneyParty, 'name' | 'called' | 'limits'>, holder: Holder, id: number | null) => {
    const { days, months, allMicros, reservedMicros, paidInMicros } = purseOf(holder, currency);
    const { name } = party;
    const key = id === null ? name : `${name}:${id}`;
    return {
      ...{ ...party, id, holder: key, accountId: name === 'account' ? id : null },
      granted: book.settings.isShared
        ? (budget: BudgetName) => book.shares.get(budgetKey(key, currency, budget, time)) ?? 0
        : null,
      used: {
        dayMicros: periodOf(days, time.day).sum,
        monthMicros: periodOf(months, time.month).sum,
        allMicros: allMicros + reservedMicros,
        paidInMicros,
      },
    };
  };
  return [
    ...listed(parties).map(({ name, called, limited }) =>
      of({ name, called, limits: limitsOf(limited) }, holderIn(book, { kind: name, id: limited.id }), limited.id),
    ),
    of({ name: 'site', called: 'site', limits: book.settings.site }, book.site, null),
  ];
}

const limitsOf = ({
  moneyPerDay,
  moneyPerMonth,
  highestPrice,
  moneyPerContract = null,
  prepaid = false,
}: MoneyLimited): MoneyLimits => ({ moneyPerDay, moneyPerMonth, highestPrice, moneyPerContract, prepaid });

const holderIn = ({ holders }: Book, { kind, id }: PartyRef): Holder => holderOf(holders[kind], id);

const holdersOf = (book: Book, ids: PartyIds): Holder[] => [...refsOf(ids).map((of) => holderIn(book, of)), book.site];
