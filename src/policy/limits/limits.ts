import type { Limits } from '../../words/directory.ts';
import type { LimitRefusal, PriceRefusal, WatchRefusal } from '../../words/outcome.ts';
import { areOpen } from '../../words/hours.ts';
import type { CalendarTime } from '../../words/calendar.ts';
import type { PartyKind } from './parties.ts';

/** What somebody has used so far, with what calls that are up have reserved. Times in milliseconds. */
export type Usage = {
  callsNow: number;
  /** When the last calls began, UTC milliseconds, oldest first. */
  starts: readonly number[];
  dayMs: number;
  monthMs: number;
};

/** Whose limits are looked at. `called`: as the rule names it. */
export type LimitedParty = { name: PartyKind | 'site'; called: string; limits: Limits; usage: Usage };

/**
 * `longestMs`: how long the two sides may talk; null: as long as they like. `mayGoOn`: more may be had once they talk (by money
 * that the call has not reserved yet).
 */
export type LimitDecision =
  | {
      allowed: true;
      longestMs: number | null;
      mayGoOn: boolean;
      /** What is not as usual with it (policy/watch), for people; absent: nothing. */
      remark?: string;
    }
  | { allowed: false; reason: LimitRefusal | PriceRefusal | WatchRefusal; rule: string };

type Refused = Extract<LimitDecision, { allowed: false }>;
type Now = { atMs: number; site: CalendarTime };

const minuteMs = 60_000;
/** FreeSWITCH ends conversations by whole seconds: what is less is nothing. */
const shortestMs = 1000;

/**
 * May one more call begin now, and how long may it last? All must allow it, and the first rule that refuses decides: hours, calls at
 * a time, calls a minute, minutes. Not to be asked of emergency calls, which pass whatever the answer were.
 */
export function checkLimits(parties: readonly LimitedParty[], now: Now): LimitDecision {
  for (const check of [checkHours, checkCallsNow, checkCallsPerMinute, checkMinutes]) {
    for (const party of parties) {
      const refused = check(party, now);
      if (refused !== null) return refused;
    }
  }
  return { allowed: true, longestMs: longestMs(parties), mayGoOn: false };
}

const refused = (reason: LimitRefusal, { called }: LimitedParty, rule: string): Refused => ({
  ...{ allowed: false, reason },
  rule: `${called}: ${rule}`,
});

function checkHours(party: LimitedParty, { site }: Now): Refused | null {
  const { callingHours } = party.limits;
  if (areOpen(callingHours, site)) return null;
  return refused('outside-hours', party, `calling hours ${callingHours.join(', ')}`);
}

function checkCallsNow(party: LimitedParty): Refused | null {
  const { callsAtATime } = party.limits;
  const { callsNow } = party.usage;
  if (callsAtATime === null || callsNow < callsAtATime) return null;
  return refused('too-many-calls', party, `calls at a time ${callsAtATime}, ${callsNow} are up`);
}

/** How many of these began within the last minute; what seems to be yet to come is from before a clock was set back. */
export const startsWithinMinute = (starts: readonly number[], nowMs: number): number =>
  starts.reduce((count, startMs) => (startMs > nowMs - minuteMs && startMs <= nowMs ? count + 1 : count), 0);

function checkCallsPerMinute(party: LimitedParty, { atMs }: Now): Refused | null {
  const { callsPerMinute } = party.limits;
  if (callsPerMinute === null || startsWithinMinute(party.usage.starts, atMs) < callsPerMinute) return null;
  return refused('too-many-calls-a-minute', party, `calls a minute ${callsPerMinute}`);
}

function checkMinutes(party: LimitedParty): Refused | null {
  const { minutesPerDay, minutesPerMonth } = party.limits;
  const { dayMs, monthMs } = party.usage;
  if (minutesPerDay !== null && minutesPerDay * minuteMs - dayMs < shortestMs) {
    return refused('minutes-used-up', party, `minutes a day ${minutesPerDay}, all used or reserved`);
  }
  if (minutesPerMonth !== null && minutesPerMonth * minuteMs - monthMs < shortestMs) {
    return refused('minutes-used-up', party, `minutes a month ${minutesPerMonth}, all used or reserved`);
  }
  return null;
}

function longestMs(parties: readonly LimitedParty[]): number | null {
  let longest = Number.POSITIVE_INFINITY;
  for (const { limits, usage } of parties) {
    const { longestCallMinutes, minutesPerDay, minutesPerMonth } = limits;
    if (longestCallMinutes !== null) longest = Math.min(longest, longestCallMinutes * minuteMs);
    if (minutesPerDay !== null) longest = Math.min(longest, minutesPerDay * minuteMs - usage.dayMs);
    if (minutesPerMonth !== null) longest = Math.min(longest, minutesPerMonth * minuteMs - usage.monthMs);
  }
  return longest === Number.POSITIVE_INFINITY ? null : Math.round(longest);
}
