import type { Limits } from '../../words/directory.ts';
import { checkLimits, startsWithinMinute, type LimitDecision, type LimitedParty, type Usage } from './limits.ts';
import { periodNamed, periodOf, type Periods } from './periods.ts';
import type { BeganIn } from './purses.ts';
import type { SiteTime } from '../../words/site-time.ts';
import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import {
  byParty,
  listed,
  partyKinds,
  refsOf,
  type ByParty,
  type Parties,
  type PartyIds,
  type PartyKind,
} from './parties.ts';

/** Somebody with limits, as the directory knows them. */
export type Limited = Limits & { id: number };

export type CallParties = Parties<Limited>;

/** Conversations that are over, of one of each on one phone: milliseconds since the day and the month began. */
type UsedTime = PartyIds & { dayMs: number; monthMs: number };

/** A call of an earlier run that is still open. */
export type OpenCall = PartyIds & { callId: string; startedAtMs: number };

/** How a call ended. `isFinal`: nothing will know better. */
export type CallEnd = { callId: string; billableMs: number; isFinal: boolean };

/** Counts what calls use, in memory, and decides by it. */
export type UsageBook = {
  /** What would be decided of one more call. */
  look(parties: CallParties, nowMs: number): LimitDecision;
  /** Decides, and counts the call where it is allowed: it has reserved the longest conversation from now on. */
  begin(callId: string, parties: CallParties, nowMs: number): LimitDecision;
  /**
   * What would be decided of a call that is up, has lasted so long, and is these parties' from its beginning; `commit` counts it so. Phone and
   * site have let it begin already: of them only minutes are asked.
   */
  change(
    call: { callId: string; talkedMs: number },
    parties: CallParties,
    nowMs: number,
  ): { decision: LimitDecision; commit: () => void };
  /** The call is over, or more is known of its end: the time it took takes the place of what it had reserved. */
  ended(end: CallEnd): void;
  /** The call was never placed. */
  drop(callId: string): void;
  /** How long a call that is up may last, as far as it was counted; null: it was not. */
  reservedMs(callId: string): number | null;
  /** What the call records say at the start: to be called once, before the first call. */
  restore(used: readonly UsedTime[], open: readonly OpenCall[], nowMs: number): void;
  /** Whose limits are looked at, with what each has used. */
  parties(parties: CallParties, nowMs: number): LimitedParty[];
  /** What somebody has used. */
  usageOf(kind: PartyKind, id: number, nowMs: number): Usage;
};

export type BookSettings = {
  time: SiteTime;
  /** Days that are Sundays for calling hours (words/calendar.ts); absent: none. */
  holidays?: readonly string[];
  /** Of all calls together; its longest call is that of every call. */
  site: Limits;
};

type Counted = { callsNow: number; starts: number[]; days: Periods; months: Periods };
/** A call that was counted: what of it stands in the sums of the day and the month in which it began. */
type Entry = {
  parties: readonly Counted[];
  countedMs: number;
  began: BeganIn;
  /** Where it stands among the starts; null: it does not. */
  startMs: number | null;
};

/** Calls whose end was a guess, of which more may become known. */
const maximumGuessed = 100_000;

type Book = {
  readonly calendar: (atMs: number) => CalendarTime;
  readonly settings: BookSettings;
  month: string;
  site: Counted;
  readonly counts: ByParty<Counted>;
  readonly live: Map<string, Entry>;
  readonly guessed: Map<string, Entry>;
};

export function createUsageBook(settings: BookSettings): UsageBook {
  const book: Book = {
    ...{ calendar: calendarOf(settings.time, settings.holidays), settings, month: '', site: counted() },
    ...{ counts: byParty<Counted>(), live: new Map(), guessed: new Map() },
  };
  return {
    look: (parties, nowMs) => checkLimits(limitedParties(book, parties, nowMs, book.calendar(nowMs)), at(book, nowMs)),
    begin(callId, parties, nowMs) {
      drop(book, callId);
      const limited = limitedParties(book, parties, nowMs, book.calendar(nowMs));
      const decision = checkLimits(limited, at(book, nowMs));
      if (decision.allowed) count(book, callId, limited, decision.longestMs ?? 0, nowMs);
      return decision;
    },
    change: (call, parties, nowMs) => change(book, call, parties, nowMs),
    ended: (end) => settle(book, end),
    drop: (callId) => drop(book, callId),
    reservedMs: (callId) => book.live.get(callId)?.countedMs ?? null,
    restore(used, open, nowMs) {
      const { day, month } = book.calendar(nowMs);
      for (const { dayMs, monthMs, ...ids } of used) {
        for (const { days, months } of countedOf(book, ids, nowMs)) {
          periodOf(days, day).sum += dayMs;
          periodOf(months, month).sum += monthMs;
        }
      }
      const longestMs = (settings.site.longestCallMinutes ?? 0) * 60_000;
      for (const { callId, startedAtMs, ...ids } of open) {
        const began = book.calendar(startedAtMs);
        const parties = countedOf(book, ids, nowMs);
        for (const party of parties) usageIn(party, began);
        put(book, callId, { parties, countedMs: longestMs, began, startMs: null });
      }
    },
    parties: (parties, nowMs) => limitedParties(book, parties, nowMs, book.calendar(nowMs)),
    usageOf: (kind, id, nowMs) => usageIn(current(book, kind, id, nowMs), book.calendar(nowMs)),
  };
}

function change(
  book: Book,
  { callId, talkedMs }: { callId: string; talkedMs: number },
  parties: CallParties,
  nowMs: number,
): ReturnType<UsageBook['change']> {
  // Whoever has it already would otherwise count it twice.
  const before = takeOut(book, callId);
  const began = before?.began ?? book.calendar(nowMs);
  const limited = limitedParties(book, parties, nowMs, began);
  const decision = beyond(checkLimits(limited.map(asGoingOn), at(book, nowMs)), talkedMs);
  if (before !== null) put(book, callId, before);
  return {
    decision,
    commit() {
      if (!decision.allowed) return;
      takeOut(book, callId);
      for (const { name, limits, counted } of limited)
        if (name === 'account') noteStart(counted, limits.callsPerMinute, nowMs);
      const parties = limited.map(({ counted }) => counted);
      put(book, callId, { parties, countedMs: decision.longestMs ?? 0, began, startMs: before?.startMs ?? null });
    },
  };
}

const asGoingOn = (party: CountedParty): CountedParty =>
  party.name === 'account'
    ? party
    : { ...party, limits: { ...party.limits, callsAtATime: null, callsPerMinute: null, callingHours: [] } };

/** A call that has lasted longer already than it may. */
function beyond(decision: LimitDecision, talkedMs: number): LimitDecision {
  if (!decision.allowed || decision.longestMs === null || decision.longestMs > talkedMs) return decision;
  const minutes = (ms: number): string => (ms / 60_000).toFixed(1);
  const rule = `${minutes(decision.longestMs)} minutes for a call, this one has lasted ${minutes(talkedMs)}`;
  return { allowed: false, reason: 'minutes-used-up', rule };
}

const counted = (): Counted => ({ callsNow: 0, starts: [], days: [], months: [] });

/** Begins that day and month where they are not known. */
const usageIn = ({ callsNow, starts, days, months }: Counted, { day, month }: BeganIn): Usage => ({
  ...{ callsNow, starts, dayMs: periodOf(days, day).sum, monthMs: periodOf(months, month).sum },
});

const at = (book: Book, atMs: number): { atMs: number; site: CalendarTime } => ({ atMs, site: book.calendar(atMs) });

type CountedParty = LimitedParty & { counted: Counted };

/** With what each has used in the day and the month in which the call began. */
function limitedParties(book: Book, parties: CallParties, nowMs: number, began: BeganIn): CountedParty[] {
  const { site, settings } = book;
  return [
    ...listed(parties).map(({ name, called, limited }) => {
      const counted = current(book, name, limited.id, nowMs);
      return { name, called, limits: limited, counted, usage: usageIn(counted, began) };
    }),
    { name: 'site', called: 'site', limits: settings.site, counted: site, usage: usageIn(site, began) },
  ];
}

const countedOf = (book: Book, ids: PartyIds, nowMs: number): Counted[] => [
  book.site,
  ...refsOf(ids).map(({ kind, id }) => current(book, kind, id, nowMs)),
];

function current(book: Book, kind: PartyKind, id: number, nowMs: number): Counted {
  forgetEarlierMonths(book, nowMs);
  const all = book.counts[kind];
  const known = all.get(id);
  if (known !== undefined) return known;
  const made = counted();
  all.set(id, made);
  return made;
}

/**
 * Of those who have not called since the month before, nothing is kept; of that month, all is, because a clock that was set ahead may be set
 * back again. Calls that are up are carried over, each party once.
 */
function forgetEarlierMonths(book: Book, nowMs: number): void {
  const { month } = book.calendar(nowMs);
  if (month === book.month) return;
  const before = book.month;
  book.month = month;
  const stillUp = new Set([...book.live.values()].flatMap(({ parties }) => parties));
  const isKept = ({ months }: Counted): boolean => months.some(({ name }) => name === month || name === before);
  for (const [callId, { began }] of book.guessed)
    if (began.month !== month && began.month !== before) book.guessed.delete(callId);
  for (const kind of partyKinds)
    for (const [id, party] of book.counts[kind])
      if (!stillUp.has(party) && !isKept(party)) book.counts[kind].delete(id);
}

function count(book: Book, callId: string, limited: readonly CountedParty[], reservedMs: number, nowMs: number): void {
  for (const { limits, counted } of limited) noteStart(counted, limits.callsPerMinute, nowMs);
  const parties = limited.map(({ counted }) => counted);
  put(book, callId, { parties, countedMs: reservedMs, began: book.calendar(nowMs), startMs: nowMs });
}

/** Of no more calls than the limit asks about. */
function noteStart(party: Counted, callsPerMinute: number | null, nowMs: number): void {
  if (callsPerMinute === null) {
    if (party.starts.length > 0) party.starts = [];
    return;
  }
  if (party.starts.length >= callsPerMinute && startsWithinMinute(party.starts, nowMs) < party.starts.length) {
    party.starts = party.starts.filter((startMs) => startMs > nowMs - 60_000 && startMs <= nowMs);
  }
  party.starts.push(nowMs);
}

function put(book: Book, callId: string, entry: Entry): void {
  for (const party of entry.parties) party.callsNow += 1;
  add(entry, entry.countedMs);
  book.live.set(callId, entry);
}

/** To the sums of the day and the month in which the call began, as long as they are known. */
function add({ parties, began }: Entry, ms: number): void {
  for (const { days, months } of parties)
    for (const period of [periodNamed(days, began.day), periodNamed(months, began.month)])
      if (period !== undefined) period.sum += ms;
}

function settle(book: Book, { callId, billableMs, isFinal }: CallEnd): void {
  const live = book.live.get(callId);
  const entry = live ?? book.guessed.get(callId);
  // Of an earlier month or run, or never counted: an emergency call, one that was refused.
  if (entry === undefined) return;
  add(entry, billableMs - entry.countedMs);
  if (live !== undefined) leave(book, callId, live);
  book.guessed.delete(callId);
  if (!isFinal && book.guessed.size < maximumGuessed) book.guessed.set(callId, { ...entry, countedMs: billableMs });
}

/** As if it had never been asked about. */
function drop(book: Book, callId: string): void {
  const entry = takeOut(book, callId);
  if (entry === null) return;
  for (const { starts } of entry.parties) {
    const at = entry.startMs === null ? -1 : starts.lastIndexOf(entry.startMs);
    if (at !== -1) starts.splice(at, 1);
  }
}

function takeOut(book: Book, callId: string): Entry | null {
  const entry = book.live.get(callId);
  if (entry === undefined) return null;
  add(entry, -entry.countedMs);
  leave(book, callId, entry);
  return entry;
}

function leave(book: Book, callId: string, { parties }: Entry): void {
  for (const party of parties) party.callsNow -= 1;
  book.live.delete(callId);
}
