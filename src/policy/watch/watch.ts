import { calendarOf, type CalendarTime } from '../../words/calendar.ts';
import { areOpen } from '../../words/hours.ts';
import type {
  FirstCall,
  PastCall,
  PastDay,
  WatchedCall,
  WatchedNumber,
  WatchParties,
} from '../../words/watched-call.ts';
import { keepLatest, lastOf } from '../latest.ts';
import { destinationOf } from './destination.ts';
import { decisionOf, levelled, lookAt, newsOf, type Look, type Party, type Seen, type WatchDecision } from './look.ts';
import { measuresAtEnd } from './measures.ts';
import { note } from './moments.ts';
import {
  dayMs,
  hourMs,
  newWatched,
  noteDay,
  noteKnown,
  noteNumber,
  ofToday,
  type Placing,
  type Watched,
} from './party.ts';
import { keptFor, type WatchSettings } from './settings.ts';

export type WatchEnd = { callId: string; answered: boolean; billableMs: number };

/**
 * Watches over where calls go, how many, and when: for each account, phone and the site. All of it is in memory, bounded, and answers at
 * once. Not to be asked about emergency calls.
 */
export type CallWatch = {
  /** Counts nothing. */
  look(call: WatchedCall, nowMs: number): WatchDecision;
  /**
   * Decides. A call that is allowed counts for others from now on, and for nothing where it is never placed. `news`: with a call that
   * is refused, what of what is seen people were not told before.
   */
  begin(callId: string, call: WatchedCall, nowMs: number): WatchDecision & { news: readonly Seen[] };
  /** The call is being placed. `news`: what was seen with it, of which people were not told before. */
  placed(callId: string): { news: readonly Seen[]; first: readonly FirstCall[] };
  /** The call is over. What people were not told before. */
  ended(end: WatchEnd, nowMs: number): readonly Seen[];
  /** The call is no longer served: where it was not placed by now, it never was. */
  drop(callId: string): void;
  /** To be called once, before the first call. `calls`: of the last 24 hours; `days`: of the last weeks, today not among them. */
  restore(past: { first: readonly FirstCall[]; days: readonly PastDay[]; calls: readonly PastCall[] }): void;
};

/** `coming`: it is not placed yet; null: it is. */
type Up = {
  parties: readonly Party[];
  abroad: string | null;
  coming: { placing: Placing; looks: readonly Look[] } | null;
};

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
    ...{ settings, calendar: calendarOf(settings.time, settings.holidays), accounts: new Map(), extensions: new Map() },
    ...{ site: newWatched(), up: new Map() },
  };
  return {
    look(call, nowMs) {
      if (!isWatched(watch, call.number)) return { refusedBy: null, seen: [] };
      return decisionOf(watch.settings.blocks, lookAt(partiesOf(watch, call.parties), placingOf(watch, call, nowMs)));
    },
    begin(callId, call, nowMs) {
      leave(watch, callId);
      if (!isWatched(watch, call.number)) return { refusedBy: null, seen: [], news: [] };
      const [parties, placing] = [partiesOf(watch, call.parties), placingOf(watch, call, nowMs)];
      const looks = lookAt(parties, placing);
      const decision = decisionOf(watch.settings.blocks, looks);
      if (decision.refusedBy !== null) return { ...decision, news: looks.flatMap(newsOf) };
      enter(watch, callId, { parties, abroad: placing.destination.abroad, coming: { placing, looks } });
      return { ...decision, news: [] };
    },
    placed(callId) {
      const entry = watch.up.get(callId);
      if (entry?.coming == null) return { news: [], first: [] };
      const { placing, looks } = entry.coming;
      noLongerComing(entry);
      return { first: count(entry.parties, placing), news: looks.flatMap(newsOf) };
    },
    ended: (end, nowMs) => settle(watch, end, nowMs),
    drop: (callId) => leave(watch, callId),
    restore(past) {
      restoreFirst(watch, past.first);
      restoreDays(watch, past.days);
      for (const call of past.calls) restoreCall(watch, call);
    },
  };
}

const isWatched = ({ settings }: Watch, { callType }: WatchedNumber): boolean => settings.callTypes.includes(callType);

function partiesOf(watch: Watch, { accountId, extensionId }: WatchParties): Party[] {
  const { members: levels, site } = watch.settings;
  const parties: Party[] = [];
  if (accountId !== null) {
    parties.push({ name: 'account', id: accountId, levels, watched: known(watch.accounts, accountId) });
  }
  if (extensionId !== null) {
    parties.push({ name: 'extension', id: extensionId, levels, watched: known(watch.extensions, extensionId) });
  }
  parties.push({ name: 'site', id: null, levels: site, watched: watch.site });
  return parties;
}

/** As the one that called last. */
function known(all: Map<number, Watched>, id: number): Watched {
  const watched = all.get(id) ?? newWatched();
  keepLatest(all, id, watched, maximumParties);
  return watched;
}

function placingOf({ settings, calendar }: Watch, { number }: WatchedCall, atMs: number): Placing {
  const destination = destinationOf(number, settings.home, settings.riskRange);
  const time = calendar(atMs);
  return {
    ...{ destination, digits: number.e164 === null ? null : Number(number.e164.slice(1)), atMs, time },
    // Nobody minds calls at home at night.
    isOffHours: (destination.abroad !== null || destination.risk !== null) && !areOpen(settings.officeHours, time),
  };
}

function count(parties: readonly Party[], placing: Placing): FirstCall[] {
  const first = parties.flatMap((party) => firstOf(party, placing));
  for (const party of parties) countPlaced(party, placing);
  return first;
}

function firstOf({ name, id, watched, levels }: Party, { destination: { key }, atMs }: Placing): FirstCall[] {
  if (key === null || watched.known.has(key)) return [];
  noteKnown(watched, key);
  note(watched.firsts, atMs, dayMs, keptFor(levels['new-destination']));
  return [{ party: name, id: id ?? 0, destination: key, calledAtMs: atMs }];
}

/** Between numbers that follow each other there may be so many others. */
const numbersKept = 10;

function countPlaced({ watched, levels }: Party, { destination, digits, atMs, time, isOffHours }: Placing): void {
  if (destination.risk !== null) note(watched.risky, atMs, dayMs, keptFor(levels['risky-range']));
  if (digits !== null) noteNumber(watched, digits, atMs, numbersKept * keptFor(levels['sequential-numbers']));
  if (isOffHours) note(watched.offHours, atMs, dayMs, keptFor(levels['off-hours']));
  ofToday(watched, time).calls += 1;
}

function enter({ up }: Watch, callId: string, entry: Up): void {
  up.set(callId, entry);
  const { abroad, coming, parties } = entry;
  if (coming !== null) for (const { watched } of parties) watched.coming = [...watched.coming, coming.placing];
  if (abroad === null) return;
  for (const { watched } of parties) watched.now.set(abroad, (watched.now.get(abroad) ?? 0) + 1);
}

function noLongerComing(entry: Up): void {
  const { coming } = entry;
  if (coming === null) return;
  for (const { watched } of entry.parties) watched.coming = watched.coming.filter((one) => one !== coming.placing);
  entry.coming = null;
}

function leave({ up }: Watch, callId: string): void {
  const entry = up.get(callId);
  if (entry === undefined) return;
  up.delete(callId);
  noLongerComing(entry);
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
  const wasPlaced = entry?.coming === null;
  leave(watch, callId);
  if (!wasPlaced) return [];
  const time = watch.calendar(nowMs);
  return entry.parties.flatMap((party) => {
    countEnded(watch, party, { answered, billableMs, atMs: nowMs });
    return newsOf(levelled(party, measuresAtEnd(party.watched, nowMs, time, party.levels)));
  });
}

function countEnded(
  { settings, calendar }: Watch,
  { watched, levels }: Party,
  { answered, billableMs, atMs }: { answered: boolean; billableMs: number; atMs: number },
): void {
  if (answered && billableMs < settings.shortMs) note(watched.short, atMs, hourMs, keptFor(levels['short-calls']));
  ofToday(watched, calendar(atMs)).ms += billableMs;
}

function restoreFirst(watch: Watch, first: readonly FirstCall[]): void {
  const inOrder = first.toSorted((one, other) => one.calledAtMs - other.calledAtMs);
  for (const { party, id, destination, calledAtMs } of inOrder) {
    const watched = party === 'site' ? watch.site : known(party === 'account' ? watch.accounts : watch.extensions, id);
    const { members, site } = watch.settings;
    noteKnown(watched, destination);
    note(watched.firsts, calledAtMs, dayMs, keptFor((party === 'site' ? site : members)['new-destination']));
  }
}

/** Of a million accounts that called in these weeks, those that called last: one after the other into its place took a start five seconds. */
function restoreDays({ accounts, extensions, site }: Watch, days: readonly PastDay[]): void {
  for (const id of lastOf(
    days.map(({ accountId }) => accountId),
    maximumParties,
  ))
    known(accounts, id);
  for (const id of lastOf(
    days.map(({ extensionId }) => extensionId),
    maximumParties,
  ))
    known(extensions, id);
  for (const { accountId, extensionId, day, calls, ms } of days) {
    const parties = [
      accountId !== null && accounts.get(accountId),
      extensionId !== null && extensions.get(extensionId),
      site,
    ];
    for (const watched of parties) if (watched) noteDay(watched, { day, calls, ms });
  }
}

function restoreCall(watch: Watch, call: PastCall): void {
  if (!isWatched(watch, call.number)) return;
  const { callId, startedAtMs, endedAtMs, billableMs } = call;
  const [parties, placing] = [partiesOf(watch, call.parties), placingOf(watch, call, startedAtMs)];
  count(parties, placing);
  if (endedAtMs === null) {
    enter(watch, callId, { parties, abroad: placing.destination.abroad, coming: null });
    return;
  }
  for (const party of parties) countEnded(watch, party, { answered: billableMs > 0, billableMs, atMs: endedAtMs });
}
