import type { Limits } from '../../words/directory.ts';
import { checkLimits, startsWithinMinute, type LimitDecision, type LimitedParty, type Usage } from './limits.ts';
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
export type OpenCall = PartyIds & { callId: string };

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

type Counted = { callsNow: number; starts: number[]; day: string; dayMs: number; month: string; monthMs: number };
/** A call that was counted: what of it stands in the sums of that day and month. */
type Entry = { parties: readonly Counted[]; countedMs: number; day: string; month: string };

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
    ...{ calendar: calendarOf(settings.time, settings.holidays), settings, month: '', site: counted('', '') },
    ...{ counts: byParty<Counted>(), live: new Map(), guessed: new Map() },
  };
  return {
    look: (parties, nowMs) => checkLimits(limitedParties(book, parties, nowMs), at(book, nowMs)),
    begin(callId, parties, nowMs) {
      drop(book, callId);
      const limited = limitedParties(book, parties, nowMs);
      const decision = checkLimits(limited, at(book, nowMs));
      if (decision.allowed) count(book, callId, limited, decision.longestMs ?? 0, nowMs);
      return decision;
    },
    change: (call, parties, nowMs) => change(book, call, parties, nowMs),
    ended: (end) => settle(book, end),
    drop: (callId) => drop(book, callId),
    reservedMs: (callId) => book.live.get(callId)?.countedMs ?? null,
    restore(used, open, nowMs) {
      for (const { dayMs, monthMs, ...ids } of used) {
        for (const party of countedOf(book, ids, nowMs)) {
          party.dayMs += dayMs;
          party.monthMs += monthMs;
        }
      }
      const longestMs = (settings.site.longestCallMinutes ?? 0) * 60_000;
      for (const { callId, ...ids } of open) enter(book, callId, countedOf(book, ids, nowMs), longestMs, nowMs);
    },
    parties: (parties, nowMs) => limitedParties(book, parties, nowMs),
    usageOf: (kind, id, nowMs) => current(book, kind, id, nowMs),
  };
}

function change(
  book: Book,
  { callId, talkedMs }: { callId: string; talkedMs: number },
  parties: CallParties,
  nowMs: number,
): ReturnType<UsageBook['change']> {
  const before = book.live.get(callId);
  // Whoever has it already would otherwise count it twice.
  drop(book, callId);
  const limited = limitedParties(book, parties, nowMs);
  const decision = beyond(checkLimits(limited.map(asGoingOn), at(book, nowMs)), talkedMs);
  if (before !== undefined) put(book, callId, before);
  return {
    decision,
    commit() {
      if (!decision.allowed) return;
      drop(book, callId);
      const { day, month } = before ?? book.calendar(nowMs);
      for (const { name, limits, usage } of limited)
        if (name === 'account') noteStart(usage, limits.callsPerMinute, nowMs);
      put(book, callId, { parties: limited.map(({ usage }) => usage), countedMs: decision.longestMs ?? 0, day, month });
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

const counted = (day: string, month: string): Counted => ({
  callsNow: 0,
  starts: [],
  day,
  dayMs: 0,
  month,
  monthMs: 0,
});

const at = (book: Book, atMs: number): { atMs: number; site: CalendarTime } => ({ atMs, site: book.calendar(atMs) });

type CountedParty = LimitedParty & { usage: Counted };

function limitedParties(book: Book, parties: CallParties, nowMs: number): CountedParty[] {
  return [
    ...listed(parties).map(({ name, called, limited }) => ({
      ...{ name, called, limits: limited },
      usage: current(book, name, limited.id, nowMs),
    })),
    { name: 'site', called: 'site', limits: book.settings.site, usage: ofToday(book, book.site, nowMs) },
  ];
}

const countedOf = (book: Book, ids: PartyIds, nowMs: number): Counted[] => [
  ofToday(book, book.site, nowMs),
  ...refsOf(ids).map(({ kind, id }) => current(book, kind, id, nowMs)),
];

function current(book: Book, kind: PartyKind, id: number, nowMs: number): Counted {
  forgetLastMonth(book, nowMs);
  const all = book.counts[kind];
  const known = all.get(id);
  if (known !== undefined) return ofToday(book, known, nowMs);
  const { day, month } = book.calendar(nowMs);
  const made = counted(day, month);
  all.set(id, made);
  return made;
}

/** Begins a new day and a new month; a clock that was set back begins none. */
function ofToday(book: Book, party: Counted, nowMs: number): Counted {
  const { day, month } = book.calendar(nowMs);
  if (day > party.day) [party.day, party.dayMs] = [day, 0];
  if (month > party.month) [party.month, party.monthMs] = [month, 0];
  return party;
}

/** Of those who call no more, nothing is kept: only calls that are up are carried over, each party once. */
function forgetLastMonth(book: Book, nowMs: number): void {
  const { month } = book.calendar(nowMs);
  if (month <= book.month) return;
  book.month = month;
  const stillUp = new Set([...book.live.values()].flatMap(({ parties }) => parties));
  for (const [callId, entry] of book.guessed) if (entry.month < month) book.guessed.delete(callId);
  for (const kind of partyKinds)
    for (const [id, party] of book.counts[kind]) if (!stillUp.has(party)) book.counts[kind].delete(id);
}

function count(book: Book, callId: string, limited: readonly CountedParty[], reservedMs: number, nowMs: number): void {
  for (const { limits, usage } of limited) noteStart(usage, limits.callsPerMinute, nowMs);
  enter(
    book,
    callId,
    limited.map(({ usage }) => usage),
    reservedMs,
    nowMs,
  );
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

function enter(book: Book, callId: string, parties: readonly Counted[], reservedMs: number, nowMs: number): void {
  const { day, month } = book.calendar(nowMs);
  put(book, callId, { parties, countedMs: reservedMs, day, month });
}

function put(book: Book, callId: string, entry: Entry): void {
  for (const party of entry.parties) party.callsNow += 1;
  add(entry, entry.countedMs);
  book.live.set(callId, entry);
}

/** To the sums of the day and the month in which the call began, as long as they last. */
function add({ parties, day, month }: Entry, ms: number): void {
  for (const party of parties) {
    if (party.day === day) party.dayMs += ms;
    if (party.month === month) party.monthMs += ms;
  }
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

function drop(book: Book, callId: string): void {
  const entry = book.live.get(callId);
  if (entry === undefined) return;
  add(entry, -entry.countedMs);
  leave(book, callId, entry);
}

function leave(book: Book, callId: string, { parties }: Entry): void {
  for (const party of parties) party.callsNow -= 1;
  book.live.delete(callId);
}
