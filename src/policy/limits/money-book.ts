import type { SiteTime } from '../../words/site-time.ts';
import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import { holderOf, newHolder, ofDay, purseOf, type Holder } from './purses.ts';
import {
  checkMoney,
  shareOf,
  type CallCost,
  type MoneyDecision,
  type MoneyLimits,
  type MoneyParty,
  type PricedCost,
  type Share,
} from './money.ts';

/** Somebody whose calls may cost so much. */
export type MoneyLimited = MoneyLimits & { id: number };
/** Whose call it is; null: no account pays, or the directory does not know the phone. */
export type MoneyParties = {
  account: MoneyLimited | null;
  extension: (Pick<MoneyLimits, 'moneyPerDay' | 'moneyPerMonth' | 'highestPrice'> & { id: number }) | null;
};

/** A call that is allowed, and its share: null: it needs none. */
export type MoneyBegun = { allowed: true; share: Share | null } | Extract<MoneyDecision, { allowed: false }>;

/** What calls have cost, or what was paid in, as the ledger tells. `seq`: each is told once. */
export type MoneyNews = {
  seq: number;
  accountId: number | null;
  currency: string;
  usedMicros: number;
  paidInMicros: number;
  call: { callId: string; extensionId: number | null; startedAtMs: number } | null;
};

/** What an account has used and paid in of all time, in one currency. `upToSeq`: no later news is in it. */
export type AccountMoney = {
  upToSeq: number;
  byCurrency: readonly { currency: string; usedMicros: number; paidInMicros: number }[];
};

/** What calls have cost that began on this day and in this month. */
export type RestoredMoney = {
  upToSeq: number;
  used: readonly {
    accountId: number | null;
    extensionId: number | null;
    currency: string;
    dayMicros: number;
    monthMicros: number;
  }[];
};

/** Counts money in memory: what calls have cost, by the ledger, and what those that are up have reserved. */
export type MoneyBook = {
  /** Whose money is looked at, in this currency. */
  parties(parties: MoneyParties, currency: string, nowMs: number): MoneyParty[];
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
  /** The call is no longer served: where it has not ended, it was never placed. */
  drop(callId: string): void;
  /** What the ledger tells. */
  heard(news: readonly MoneyNews[]): void;
  /** Whether what an account has of all time is known. */
  knows(accountId: number): boolean;
  learn(accountId: number, money: AccountMoney): void;
  /** To be called once, before the first call. */
  restore(money: RestoredMoney, nowMs: number): void;
  /** A call of an earlier run that is still open. */
  restoreCall(
    call: { callId: string; accountId: number | null; extensionId: number | null; currency: string; micros: number },
    nowMs: number,
  ): void;
};

export type MoneySettings = {
  time: SiteTime;
  site: MoneyLimits;
  /** The price of how much conversation a call reserves at a time. */
  shareMs: number;
  /** For people. */
  money: (micros: number, currency: string) => string;
};

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
  upToSeq: number;
};

export function createMoneyBook(settings: MoneySettings): MoneyBook {
  const book: Book = {
    ...{ settings, calendar: calendarOf(settings.time), accounts: new Map(), extensions: new Map() },
    ...{ site: newHolder(), live: new Map(), upToSeq: 0 },
  };
  return {
    parties: (parties, currency, nowMs) => partiesOf(book, parties, currency, nowMs),
    look: (parties, cost, maximumMs, nowMs) => decide(book, parties, cost, maximumMs, nowMs),
    begin(callId, parties, cost, maximumMs, nowMs) {
      release(book, callId);
      const begun = decide(book, parties, cost, maximumMs, nowMs);
      if (begun.allowed && begun.share !== null && cost.kind === 'priced') {
        const holders = holdersOf(book, parties.account?.id ?? null, parties.extension?.id ?? null);
        const { currency } = cost;
        const entry: Entry = { cost, currency, parties, holders, micros: 0, longestMs: 0, maximumMs, isOver: false };
        book.live.set(callId, entry);
        take(book, entry, begun.share, nowMs);
      }
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
    heard: (news) => news.forEach((each) => hear(book, each)),
    knows: (accountId) => book.accounts.get(accountId)?.upToSeq != null,
    learn(accountId, { upToSeq, byCurrency }) {
      const holder = holderOf(book.accounts, accountId);
      if (holder.upToSeq !== null) return;
      holder.upToSeq = upToSeq;
      for (const { currency, usedMicros, paidInMicros } of byCurrency) {
        const purse = purseOf(holder, currency);
        purse.allMicros = usedMicros;
        purse.paidInMicros = paidInMicros;
      }
    },
    restore: (money, nowMs) => restore(book, money, nowMs),
    restoreCall({ callId, accountId, extensionId, currency, micros }, nowMs) {
      const holders = holdersOf(book, accountId, extensionId);
      const entry: Entry = {
        ...{ cost: null, currency, parties: { account: null, extension: null }, holders },
        ...{ micros: 0, longestMs: 0, maximumMs: 0, isOver: true },
      };
      book.live.set(callId, entry);
      take(book, entry, { micros, longestMs: 0, isLast: true }, nowMs);
    },
  };
}

function decide(
  book: Book,
  parties: MoneyParties,
  cost: CallCost,
  maximumMs: number | null,
  nowMs: number,
): MoneyBegun {
  const currency = cost.kind === 'priced' ? cost.currency : '';
  const looked = partiesOf(book, parties, currency, nowMs);
  const decision = checkMoney(looked, cost, (micros) => book.settings.money(micros, currency));
  if (!decision.allowed) return decision;
  const { leftMicros } = decision;
  if (leftMicros === null || cost.kind !== 'priced') return { allowed: true, share: null };
  const share = shareOf(cost, { leftMicros, maximumMs, untilMs: book.settings.shareMs, talkMs: 0 });
  if (share !== null) return { allowed: true, share };
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
  if (share !== null) take(book, entry, share, nowMs);
  return share;
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

/** Limits of an account alone. */
const withoutAccounts = { moneyPerContract: null, prepaid: false };

function partiesOf(book: Book, { account, extension }: MoneyParties, currency: string, nowMs: number): MoneyParty[] {
  const of = (name: MoneyParty['name'], limits: MoneyLimits, holder: Holder): MoneyParty => {
    const purse = ofDay(purseOf(holder, currency), book.calendar(nowMs));
    const { reservedMicros, paidInMicros } = purse;
    return {
      ...{ name, limits },
      used: {
        dayMicros: purse.dayMicros + reservedMicros,
        monthMicros: purse.monthMicros + reservedMicros,
        allMicros: purse.allMicros + reservedMicros,
        paidInMicros,
      },
    };
  };
  return [
    ...(account === null ? [] : [of('account', account, holderOf(book.accounts, account.id))]),
    ...(extension === null
      ? []
      : [of('extension', { ...extension, ...withoutAccounts }, holderOf(book.extensions, extension.id))]),
    of('site', book.settings.site, book.site),
  ];
}

function holdersOf(book: Book, accountId: number | null, extensionId: number | null): Holder[] {
  return [
    ...(accountId === null ? [] : [holderOf(book.accounts, accountId)]),
    ...(extensionId === null ? [] : [holderOf(book.extensions, extensionId)]),
    book.site,
  ];
}
