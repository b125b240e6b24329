import type { CalendarTime } from '../../words/calendar.ts';
import { within } from './moments.ts';
import { dayMs, hourMs, ofToday, runWith, timesUsual, type Placing, type Watched } from './party.ts';
import type { PartyLevels, WatchRule } from './settings.ts';

/** How much of something there is with this call, and what that is, for people: worked out only where it has come to a level. */
export type Measure = { rule: WatchRule; value: number; text: () => string };

const sum = (coming: readonly Placing[], counts: (one: Placing) => boolean): number =>
  coming.length === 0 ? 0 : coming.filter(counts).length;

/** Other destinations that calls which are not placed yet are to make known. */
function comingFirsts({ coming, known }: Watched, key: string): number {
  if (coming.length === 0) return 0;
  const keys = new Set(coming.map(({ destination }) => destination.key));
  return [...keys].filter((other) => other !== null && other !== key && !known.has(other)).length;
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** What this call adds to. Rules that it says nothing about are not among them. */
export function measuresOf(
  party: Watched,
  { destination, digits, atMs, time, isOffHours }: Placing,
  levels: PartyLevels,
): Measure[] {
  const { key, abroad, risk, name } = destination;
  const { coming } = party;
  const measures: Measure[] = [];
  if (key !== null && !party.known.has(key)) {
    const value = within(party.firsts, dayMs, atMs) + comingFirsts(party, key) + 1;
    const others = value === 1 ? '' : `, new destination number ${value} in 24 hours`;
    measures.push({ rule: 'new-destination', value, text: () => `first call ever to ${name}${others}` });
  }
  if (risk !== null) {
    const value = within(party.risky, dayMs, atMs) + sum(coming, (one) => one.destination.risk !== null) + 1;
    measures.push({
      rule: 'risky-range',
      value,
      text: () => `${plural(value, 'call', 'calls')} to ${risk} and the like in 24 hours`,
    });
  }
  if (digits !== null) {
    const value = runWith(party, digits, atMs);
    measures.push({ rule: 'sequential-numbers', value, text: () => `${value} numbers in sequence in an hour` });
  }
  if (isOffHours) {
    const value = within(party.offHours, dayMs, atMs) + sum(coming, (one) => one.isOffHours) + 1;
    measures.push({
      rule: 'off-hours',
      value,
      text: () => `${plural(value, 'call', 'calls')} abroad or to risky numbers at night or on a weekend`,
    });
  }
  if (abroad !== null) {
    const value = party.now.size + (party.now.has(abroad) ? 0 : 1);
    measures.push({
      rule: 'destinations-at-once',
      value,
      text: () => `calls to ${plural(value, 'country', 'countries')} at the same time`,
    });
  }
  const { calls, ms } = ofToday(party, time);
  return [...measures, shortCalls(party, atMs), volume(party, { calls: calls + coming.length + 1, ms }, time, levels)];
}

/** What a call that is over has added to. */
export const measuresAtEnd = (party: Watched, atMs: number, time: CalendarTime, levels: PartyLevels): Measure[] => [
  shortCalls(party, atMs),
  volume(party, ofToday(party, time), time, levels),
];

function shortCalls({ short }: Watched, atMs: number): Measure {
  const value = within(short, hourMs, atMs);
  return { rule: 'short-calls', value, text: () => `${plural(value, 'short call', 'short calls')} in an hour` };
}

function volume(
  party: Watched,
  today: { calls: number; ms: number },
  time: CalendarTime,
  { usualCalls }: PartyLevels,
): Measure {
  const value = timesUsual(party, today, time, usualCalls);
  const minutes = Math.round(today.ms / 60_000);
  return {
    ...{ rule: 'volume', value },
    text: () =>
      `${plural(today.calls, 'call', 'calls')} and ${plural(minutes, 'minute', 'minutes')} today, ${value.toFixed(1)} times a busy day`,
  };
}
