import { budgetKey, drawsFor, type DrawWanted, type SharedParty } from './budget-shares.ts';
import type {
  AccountMoney,
  MoneyParties,
  MoneyBegun,
  MoneyNews,
  RestoredMoney,
  MoneyBook,
  MoneySettings,
} from './money-counted.ts';
import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import { holderOf, newHolder, ofDay, purseOf, type Holder } from './purses.ts';
import {
  checkMoney,
  noAccountLimits,
  shareOf,
  type CallCost,
  type MoneyLimits,
  type MoneyParty,
  type PricedCost,
  type Share,
} from './money.ts';

export type * from './money-counted.ts';

type Entry = {
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
  readonly accounts: Map<number, Holder>;
  readonly extensions: Map<number, Holder>;
  readonly site: Holder;
  readonly live: Map<string, Entry>;
  /** By the keys of the amounts. */
  readonly shares: Map<string, number>;
  upToSeq: number;
};

export function createMoneyBook(settings: MoneySettings): MoneyBook {
  const book: Book = {
    ...{ settings, calendar: calendarOf(settings.time), accounts: new Map(), extensions: new Map() },
    ...{ site: newHolder(), live: new Map(), shares: new Map(), upToSeq: 0 },
  };
  return {
    parties: (parties, currency, nowMs) => partiesOf(book, parties, currency, nowMs),
    look: (parties, cost, maximumMs, nowMs) => decide(book, parties, cost, maximumMs, nowMs),
    begin: (callId, parties, cost, maximumMs, nowMs) =>
      begin(book, { callId, talkedMs: 0 }, { parties, cost, maximumMs }, nowMs),
    change(call, parties, cost, maximumMs, nowMs) {
      const before = book.live.get(call.callId);
      const begun = begin(book, call, { parties, cost, maximumMs }, nowMs);
      if (!begun.allowed && before !== undefined) putBack(book, call.callId, before, nowMs);
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
    wanting: (parties, cost, times, nowMs) => wanting(book, parties, cost, times, nowMs),
    wantingOf(callId, times, nowMs) {
      const entry = book.live.get(callId);
      return entry?.cost == null ? [] : wanting(book, entry.parties, entry.cost, times, nowMs);
    },
    shareOf: (key) => book.shares.get(key) ?? 0,
    granted(shares) {
      for (const { key, micros } of shares) book.shares.set(key, micros);
    },
    heard: (news) => news.forEach((each) => hear(book, each)),
    knows: (accountId) => book.accounts.get(accountId)?.upToSeq != null,
    learn: (accountId, money) => learn(book, accountId, money),
    restore: (money, nowMs) => restore(book, money, nowMs),
    restoreCall: (call, nowMs) => restoreCall(book, call, nowMs),
  };
}

type Asked = { parties: MoneyParties; cost: CallCost; maximumMs: number | null };

function begin(book: Book, { callId, talkedMs }: { callId: string; talkedMs: number }, asked: Asked, nowMs: number) {
  const { parties, cost, maximumMs } = asked;
  release(book, callId);
  const begun = decide(book, parties, cost, maximumMs, nowMs, talkedMs);
  if (begun.allowed && begun.share !== null && cost.kind === 'priced') {
    const holders = holdersOf(book, parties.account?.id ?? null, parties.extension?.id ?? null);
    const { currency } = cost;
    const entry: Entry = { cost, currency, parties, holders, micros: 0, longestMs: 0, maximumMs, isOver: false };
    book.live.set(callId, entry);
    take(book, entry, begun.share, nowMs);
  }
  return begun;
}

function putBack(book: Book, callId: string, entry: Entry, nowMs: number): void {
  for (const holder of entry.holders)
    ofDay(purseOf(holder, entry.currency), book.calendar(nowMs)).reservedMicros += entry.micros;
  book.live.set(callId, entry);
}

function decide(
  book: Book,
  parties: MoneyParties,
  cost: CallCost,
  maximumMs: number | null,
  nowMs: number,
  talkedMs = 0,
): MoneyBegun {
  // Most calls, where nothing limits money: for them nobody's purse is opened.
  if (cost.kind === 'free') return { allowed: true, share: null };
  const currency = cost.kind === 'priced' ? cost.currency : '';
  const looked = partiesOf(book, parties, currency, nowMs);
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

function extend(book: Book, callId: string, nowMs: number): Share | null {
  const entry = book.live.get(callId);
  if (entry?.cost == null) return null;
  const { cost, currency, parties, micros, longestMs, maximumMs } = entry;
  const looked = partiesOf(book, parties, currency, nowMs);
  const decision = checkMoney(looked, { ...cost, chargeOf: () => 0 }, () => '');
  if (!decision.allowed || decision.leftMicros === null) return null;
  const leftMicros = micros + Math.max(0, decision.leftMicros);
  const untilMs = longestMs + book.settings.shareMs;
  const share = shareOf(cost, { leftMicros, maximumMs, untilMs, talkMs: longestMs });
  if (share === null) return null;
  take(book, entry, share, nowMs);
  return orMore(book, share, maximumMs);
}

/** Of what is shared, more may be drawn meanwhile. */
function orMore({ settings }: Book, share: Share, maximumMs: number | null): Share {
  const { longestMs, isLast } = share;
  const isBounded = longestMs === null || (maximumMs !== null && longestMs >= maximumMs);
  return isLast && settings.isShared && !isBounded ? { ...share, isLast: false } : share;
}

/** From now on the call has reserved so much in all. */
function take(book: Book, entry: Entry, { micros, longestMs }: Share, nowMs: number): void {
  for (const holder of entry.holders)
    ofDay(purseOf(holder, entry.currency), book.calendar(nowMs)).reservedMicros += micros - entry.micros;
  entry.micros = micros;
  entry.longestMs = longestMs ?? Number.POSITIVE_INFINITY;
}

function release(book: Book, callId: string): void {
  const entry = book.live.get(callId);
  if (entry === undefined) return;
  for (const holder of entry.holders) purseOf(holder, entry.currency).reservedMicros -= entry.micros;
  book.live.delete(callId);
}

function hear(book: Book, { seq, accountId, currency, usedMicros, paidInMicros, call }: MoneyNews): void {
  const isNew = seq > book.upToSeq;
  const account = accountId === null ? null : holderOf(book.accounts, accountId);
  if (account !== null && account.upToSeq !== null && seq > account.upToSeq) {
    const purse = purseOf(account, currency);
    purse.allMicros += usedMicros;
    purse.paidInMicros += paidInMicros;
  }
  if (call === null || !isNew) return;
  const { day, month } = book.calendar(call.startedAtMs);
  const extension = call.extensionId === null ? null : holderOf(book.extensions, call.extensionId);
  for (const holder of [account, extension, book.site]) {
    if (holder === null) continue;
    // In the day and the month in which the call began.
    const purse = ofDay(purseOf(holder, currency), book.calendar(call.startedAtMs));
    if (purse.day === day) purse.dayMicros += usedMicros;
    if (purse.month === month) purse.monthMicros += usedMicros;
  }
}

function restore(book: Book, { upToSeq, used }: RestoredMoney, nowMs: number): void {
  book.upToSeq = upToSeq;
  for (const { accountId, extensionId, currency, dayMicros, monthMicros } of used) {
    for (const holder of holdersOf(book, accountId, extensionId)) {
      const purse = ofDay(purseOf(holder, currency), book.calendar(nowMs));
      purse.dayMicros += dayMicros;
      purse.monthMicros += monthMicros;
    }
  }
}

function wanting(book: Book, parties: MoneyParties, cost: CallCost, times: number, nowMs: number): DrawWanted[] {
  if (!book.settings.isShared || cost.kind !== 'priced') return [];
  const looked = partiesOf(book, parties, cost.currency, nowMs);
  return drawsFor(looked, cost, { shareMs: book.settings.shareMs, times, time: book.calendar(nowMs) });
}

function learn({ accounts }: Book, accountId: number, { upToSeq, byCurrency }: AccountMoney): void {
  const holder = holderOf(accounts, accountId);
  if (holder.upToSeq !== null) return;
  holder.upToSeq = upToSeq;
  for (const { currency, usedMicros, paidInMicros } of byCurrency) {
    const purse = purseOf(holder, currency);
    purse.allMicros = usedMicros;
    purse.paidInMicros = paidInMicros;
  }
}

function restoreCall(book: Book, call: Parameters<MoneyBook['restoreCall']>[0], nowMs: number): void {
  const { callId, accountId, extensionId, currency, micros } = call;
  const holders = holdersOf(book, accountId, extensionId);
  const entry: Entry = {
    ...{ cost: null, currency, parties: { account: null, extension: null }, holders },
    ...{ micros: 0, longestMs: 0, maximumMs: 0, isOver: true },
  };
  book.live.set(callId, entry);
  take(book, entry, { micros, longestMs: 0, isLast: true }, nowMs);
}

function partiesOf(book: Book, { account, extension }: MoneyParties, currency: string, nowMs: number): SharedParty[] {
  const time = book.calendar(nowMs);
  const of = (name: MoneyParty['name'], limits: MoneyLimits, holder: Holder, id: number | null): SharedParty => {
    const purse = ofDay(purseOf(holder, currency), time);
    const key = id === null ? name : `${name}:${id}`;
    const { reservedMicros, paidInMicros } = purse;
    return {
      ...{ name, id, limits, holder: key, accountId: name === 'account' ? id : null },
      granted: book.settings.isShared ? (budget) => book.shares.get(budgetKey(key, currency, budget, time)) ?? 0 : null,
      used: {
        dayMicros: purse.dayMicros + reservedMicros,
        monthMicros: purse.monthMicros + reservedMicros,
        allMicros: purse.allMicros + reservedMicros,
        paidInMicros,
      },
    };
  };
  return [
    ...(account === null ? [] : [of('account', account, holderOf(book.accounts, account.id), account.id)]),
    ...(extension === null
      ? []
      : [of('extension', { ...extension, ...noAccountLimits }, holderOf(book.extensions, extension.id), extension.id)]),
    of('site', book.settings.site, book.site, null),
  ];
}

function holdersOf(book: Book, accountId: number | null, extensionId: number | null): Holder[] {
  return [
    ...(accountId === null ? [] : [holderOf(book.accounts, accountId)]),
    ...(extensionId === null ? [] : [holderOf(book.extensions, extensionId)]),
    book.site,
  ];
}
