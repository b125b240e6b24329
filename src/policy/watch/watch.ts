import { alertLevels, type AlertLevel } from '../../words/alert.ts';
import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import type {
  FirstCall,
  PastCall,
  PastDay,
  WatchedCall,
  WatchedNumber,
  WatchedParty,
  WatchParties,
} from '../../words/watched-call.ts';
import { destinationOf, type Destination } from './destination.ts';
import { isOffHours, measuresAtEnd, measuresOf, type Measure, type Placing } from './measures.ts';
import { dayMs, hourMs, newWatched, note, noteDay, noteKnown, noteNumber, ofToday, type Watched } from './party.ts';
import { levelOf, type WatchRule, type WatchSettings } from './settings.ts';

/** Something that is not as usual, with this call. */
export type Seen = {
  rule: WatchRule;
  party: WatchedParty;
  /** Of the account or phone; null: the site. */
  id: number | null;
  level: AlertLevel;
  value: number;
  /** For people: `account: first call ever to Latvia`. */
  text: string;
};

export type WatchDecision = {
  /** What refuses the call; null: nothing. */
  refusedBy: Seen | null;
  /** All that is seen, what refuses it first. */
  seen: readonly Seen[];
  /** Of that, what people were not told before. */
  news: readonly Seen[];
};

export type WatchEnd = { callId: string; answered: boolean; billableMs: number };

/**
 * Watches over where calls go, how many, and when: for each account, phone and the site. All of it is in memory, bounded, and answers at
 * once. Not to be asked about emergency calls.
 */
export type CallWatch = {
  /** Counts nothing. */
  look(call: WatchedCall, nowMs: number): WatchDecision;
  /** Decides, and counts the call unless it is refused. `first`: see `FirstCall`. */
  begin(callId: string, call: WatchedCall, nowMs: number): WatchDecision & { first: readonly FirstCall[] };
  /** The call is over. What people were not told before. */
  ended(end: WatchEnd, nowMs: number): readonly Seen[];
  /** The call was never placed. */
  drop(callId: string): void;
  /** To be called once, before the first call. `calls`: of the last 24 hours; `days`: of the last weeks, today not among them. */
  restore(past: { first: readonly FirstCall[]; days: readonly PastDay[]; calls: readonly PastCall[] }): void;
};

type Party = { name: WatchedParty; id: number | null; watched: Watched };
type Up = { parties: readonly Party[]; abroad: string | null };

/** Of accounts and of phones, so many are remembered: those that called last. */
const maximumParties = 100_000;

type Watch = {
  readonly settings: WatchSettings;
  readonly calendar: (atMs: number) => CalendarTime;
  readonly accounts: Map<number, Watched>;
  readonly extensions: Map<number, Watched>;
  readonly site: Watched;
  readonly up: Map<string, Up>;
};

export function createCallWatch(settings: WatchSettings): CallWatch {
  const watch: Watch = {
    ...{ settings, calendar: calendarOf(settings.time), accounts: new Map(), extensions: new Map() },
    ...{ site: newWatched(), up: new Map() },
  };
  return {
    look: (call, nowMs) => decide(watch, call, nowMs, 'look'),
    begin(callId, call, nowMs) {
      const decision = decide(watch, call, nowMs, 'tell');
      if (decision.refusedBy !== null || !isWatched(watch, call.number)) return { ...decision, first: [] };
      return { ...decision, first: count(watch, callId, call, nowMs) };
    },
    ended: (end, nowMs) => settle(watch, end, nowMs),
    drop: (callId) => leave(watch, callId),
    restore(past) {
      restoreFirst(watch, past.first);
      for (const day of past.days) for (const { watched } of partiesOf(watch, day)) addToDay(watched, day);
      for (const call of past.calls) restoreCall(watch, call);
    },
  };
}

const isWatched = ({ settings }: Watch, { callType }: WatchedNumber): boolean => settings.callTypes.includes(callType);

function partiesOf(watch: Watch, { accountId, extensionId }: WatchParties): Party[] {
  return [
    ...(accountId === null
      ? []
      : [{ name: 'account' as const, id: accountId, watched: known(watch.accounts, accountId) }]),
    ...(extensionId === null
      ? []
      : [{ name: 'extension' as const, id: extensionId, watched: known(watch.extensions, extensionId) }]),
    { name: 'site', id: null, watched: watch.site },
  ];
}

/** As the one that called last. */
function known(all: Map<number, Watched>, id: number): Watched {
  const watched = all.get(id) ?? newWatched();
  all.delete(id);
  all.set(id, watched);
  const [oldest] = all.keys();
  if (all.size > maximumParties && oldest !== undefined) all.delete(oldest);
  return watched;
}

function placingOf({ settings, calendar }: Watch, { number }: WatchedCall, atMs: number): Placing {
  const destination = destinationOf(number, settings.home, settings.riskRange);
  return {
    destination,
    digits: number.e164 === null ? null : Number(number.e164.slice(1)),
    atMs,
    time: calendar(atMs),
  };
}

const levelsFor = ({ settings }: Watch, { name }: Party) => (name === 'site' ? settings.site : settings.members);

function decide(watch: Watch, call: WatchedCall, nowMs: number, how: 'look' | 'tell'): WatchDecision {
  const { settings } = watch;
  if (!isWatched(watch, call.number)) return { refusedBy: null, seen: [], news: [] };
  const placing = placingOf(watch, call, nowMs);
  const parties = partiesOf(watch, call.parties);
  const found = parties.map((party) => ({
    party,
    measures: measuresOf(party.watched, placing, settings, levelsFor(watch, party)),
  }));
  const seen = found.flatMap(({ party, measures }) => seenIn(watch, party, measures));
  const refusedBy = seen.find(({ rule, level }) => level === 'critical' && settings.blocks.includes(rule)) ?? null;
  const ordered = refusedBy === null ? seen : [refusedBy, ...seen.filter((one) => one !== refusedBy)];
  const news = how === 'look' ? [] : found.flatMap(({ party, measures }) => newsOf(watch, party, measures));
  return { refusedBy, seen: ordered, news };
}

function seenIn(watch: Watch, party: Party, measures: readonly Measure[]): Seen[] {
  const levels = levelsFor(watch, party);
  return measures.flatMap(({ rule, value, text }): Seen[] => {
    const level = levelOf(value, levels[rule]);
    return level === null
      ? []
      : [{ rule, party: party.name, id: party.id, level, value, text: `${party.name}: ${text}` }];
  });
}

/** What has come to a level since people were told; told again once it has been below. */
function newsOf(watch: Watch, party: Party, measures: readonly Measure[]): Seen[] {
  const { told } = party.watched;
  const seen = seenIn(watch, party, measures);
  for (const { rule } of measures) if (!seen.some((one) => one.rule === rule)) told.delete(rule);
  return seen.filter(({ rule, level }) => {
    const before = told.get(rule);
    // Each new destination is news by itself.
    const isNews = rule === 'new-destination' || before === undefined || rank(level) > rank(before);
    if (isNews) told.set(rule, level);
    return isNews;
  });
}

const rank = (level: AlertLevel): number => alertLevels.indexOf(level);

function count(watch: Watch, callId: string, call: WatchedCall, nowMs: number): FirstCall[] {
  leave(watch, callId);
  const placing = placingOf(watch, call, nowMs);
  const parties = partiesOf(watch, call.parties);
  const first = parties.flatMap((party) => firstOf(party, placing.destination, nowMs));
  for (const { watched } of parties) countPlaced(watch, watched, placing);
  enter(watch, callId, { parties, abroad: placing.destination.abroad });
  return first;
}

function firstOf({ name, id, watched }: Party, { key }: Destination, nowMs: number): FirstCall[] {
  if (key === null || watched.known.has(key)) return [];
  noteKnown(watched, key);
  note(watched.firsts, nowMs, dayMs);
  return [{ party: name, id: id ?? 0, destination: key, calledAtMs: nowMs }];
}

function countPlaced({ settings }: Watch, watched: Watched, { destination, digits, atMs, time }: Placing): void {
  if (destination.risk !== null) note(watched.risky, atMs, dayMs);
  if (digits !== null) noteNumber(watched, digits, atMs);
  if (isOffHours(destination, settings, time)) note(watched.offHours, atMs, dayMs);
  ofToday(watched, time).calls += 1;
}

function enter({ up }: Watch, callId: string, entry: Up): void {
  up.set(callId, entry);
  const { abroad } = entry;
  if (abroad === null) return;
  for (const { watched } of entry.parties) watched.now.set(abroad, (watched.now.get(abroad) ?? 0) + 1);
}

function leave({ up }: Watch, callId: string): void {
  const entry = up.get(callId);
  if (entry === undefined) return;
  up.delete(callId);
  const { abroad, parties } = entry;
  if (abroad === null) return;
  for (const { watched } of parties) {
    const others = (watched.now.get(abroad) ?? 0) - 1;
    if (others > 0) watched.now.set(abroad, others);
    else watched.now.delete(abroad);
  }
}

function settle(watch: Watch, { callId, answered, billableMs }: WatchEnd, nowMs: number): Seen[] {
  const entry = watch.up.get(callId);
  if (entry === undefined) return [];
  leave(watch, callId);
  const time = watch.calendar(nowMs);
  return entry.parties.flatMap((party) => {
    countEnded(watch, party.watched, { answered, billableMs, atMs: nowMs });
    return newsOf(watch, party, measuresAtEnd(party.watched, nowMs, time, levelsFor(watch, party)));
  });
}

function countEnded(
  { settings, calendar }: Watch,
  watched: Watched,
  { answered, billableMs, atMs }: { answered: boolean; billableMs: number; atMs: number },
): void {
  if (answered && billableMs < settings.shortMs) note(watched.short, atMs, hourMs);
  ofToday(watched, calendar(atMs)).ms += billableMs;
}

function restoreFirst(watch: Watch, first: readonly FirstCall[]): void {
  const inOrder = first.toSorted((one, other) => one.calledAtMs - other.calledAtMs);
  for (const { party, id, destination, calledAtMs } of inOrder) {
    const watched = party === 'site' ? watch.site : known(party === 'account' ? watch.accounts : watch.extensions, id);
    noteKnown(watched, destination);
    note(watched.firsts, calledAtMs, dayMs);
  }
}

const addToDay = (watched: Watched, { day, calls, ms }: PastDay): void => noteDay(watched, { day, calls, ms });

function restoreCall(watch: Watch, call: PastCall): void {
  if (!isWatched(watch, call.number)) return;
  const { callId, startedAtMs, endedAtMs, billableMs } = call;
  count(watch, callId, call, startedAtMs);
  if (endedAtMs === null) return;
  const entry = watch.up.get(callId);
  leave(watch, callId);
  for (const { watched } of entry?.parties ?? []) {
    countEnded(watch, watched, { answered: billableMs > 0, billableMs, atMs: endedAtMs });
  }
}
