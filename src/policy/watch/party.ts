import type { AlertLevel } from '../../words/alert.ts';
import type { CalendarTime } from '../../words/calendar.ts';
import { keepLatest } from '../latest.ts';
import type { Destination } from './destination.ts';
import { newMoments, type Moments } from './moments.ts';
import type { WatchRule } from './settings.ts';

/** What is remembered of the calls of an account, a phone or the site. All of it is bounded, however much is called. */
export type Watched = {
  /** Keys of destinations that were called before. */
  readonly known: Set<string>;
  /** When destinations were called for the first time; risky ones; when short calls ended; when calls began out of hours. */
  readonly firsts: Moments;
  readonly risky: Moments;
  readonly short: Moments;
  readonly offHours: Moments;
  /** The latest numbers, those of the last hour among them, and when each was called last; the one that was called longest ago first. */
  readonly numbers: Map<number, number>;
  /** Calls that are up, by country abroad. */
  readonly now: Map<string, number>;
  /** Calls that are allowed and not placed yet: they count for those after them, and for nothing where they are never placed. */
  coming: readonly Placing[];
  today: Day;
  /** Of earlier weeks, the busiest day's calls and milliseconds. */
  weeks: Week[];
  /** What people were told last. */
  readonly told: Map<WatchRule, AlertLevel>;
};

/** A call that may be placed. */
export type Placing = {
  destination: Destination;
  /** International, without `+`, as a number; null: it has none. */
  digits: number | null;
  atMs: number;
  time: CalendarTime;
  isOffHours: boolean;
};

type Day = { day: string; calls: number; ms: number };
type Week = { week: number; calls: number; ms: number };

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
/** Of destinations: some 250 countries, and ranges of the site's list. */
const maximumKnown = 50_000;
const weeksLookedAt = 4;

export const newWatched = (): Watched => ({
  ...{ known: new Set(), firsts: newMoments(), risky: newMoments(), short: newMoments(), offHours: newMoments() },
  ...{ numbers: new Map(), now: new Map(), coming: [] },
  ...{ today: { day: '', calls: 0, ms: 0 }, weeks: [], told: new Map() },
});

/** Numbers from before the last hour are taken out when there are so many more: one at a time, each call passes over all that went before. */
const forgottenAtOnce = 64;

export function noteNumber({ numbers }: Watched, digits: number, atMs: number, maximum: number): void {
  keepLatest(numbers, digits, atMs, maximum);
  if (numbers.size % forgottenAtOnce !== 0) return;
  for (const [oldest, calledAtMs] of numbers) {
    if (calledAtMs > atMs - hourMs) return;
    numbers.delete(oldest);
  }
}

export function noteKnown({ known }: Watched, destination: string): void {
  if (known.size < maximumKnown) known.add(destination);
}

/** How many numbers of the last hour stand in a row with this one, itself among them. */
export function runWith({ numbers, coming }: Watched, digits: number, nowMs: number): number {
  const others = coming.length === 0 ? null : new Set(coming.map((one) => one.digits));
  const wasCalled = (number: number): boolean =>
    (numbers.get(number) ?? -Infinity) > nowMs - hourMs || others?.has(number) === true;
  let run = 1;
  for (const step of [-1, 1]) for (let next = digits + step; wasCalled(next); next += step) run += 1;
  return run;
}

const weekOf = (day: string): number => Math.floor((Date.parse(day) / dayMs + 3) / 7);

/** Begins a new day; a clock that was set back begins none. */
export function ofToday(party: Watched, { day }: CalendarTime): Day {
  if (day > party.today.day) {
    noteDay(party, party.today);
    party.today = { day, calls: 0, ms: 0 };
  }
  return party.today;
}

/** A day that is over counts in its week, where it was the busiest. */
export function noteDay(party: Watched, { day, calls, ms }: Day): void {
  if (day === '') return;
  const week = weekOf(day);
  const known = party.weeks.find((one) => one.week === week);
  if (known === undefined) party.weeks = [...party.weeks, { week, calls, ms }].filter(isRecent(week));
  else [known.calls, known.ms] = [Math.max(known.calls, calls), Math.max(known.ms, ms)];
}

const isRecent =
  (week: number) =>
  (one: Week): boolean =>
    one.week > week - weeksLookedAt - 1;

/** How long a usual call is taken to last: `usualCalls` of these are a busy day's minutes, whatever was usual. */
const usualCallMs = 180_000;

/** How many times as much as on the busiest day of the last four weeks today is, by calls or by minutes. */
export function timesUsual(
  party: Watched,
  { calls, ms }: { calls: number; ms: number },
  now: CalendarTime,
  usualCalls: number,
) {
  const week = weekOf(now.day);
  const recent = party.weeks.filter(isRecent(week));
  const busiest = Math.max(usualCalls, ...recent.map((one) => one.calls));
  const longest = Math.max(usualCalls * usualCallMs, ...recent.map((one) => one.ms));
  return Math.max(calls / busiest, ms / longest);
}
