import type { CallType } from '../../words/call-type.ts';
import type { SiteTime } from '../../words/site-time.ts';
import type { AlertLevel } from '../../words/alert.ts';
import type { RiskRange } from './destination.ts';

/** What is looked at, for each account, phone and the site. */
export const watchRules = [
  /** Countries and ranges that were called for the first time ever, in 24 hours. */
  'new-destination',
  /** Calls to premium numbers, satellite networks and ranges of the site's list, in 24 hours. */
  'risky-range',
  /** Conversations that were over in a moment, in an hour. */
  'short-calls',
  /** Numbers that follow each other, in an hour. */
  'sequential-numbers',
  /** Calls abroad and to risky numbers at night and on weekends, in 24 hours. */
  'off-hours',
  /** How many times as many calls, or minutes, today as on the busiest day of the last four weeks. */
  'volume',
  /** Countries abroad that are called at the same time. */
  'destinations-at-once',
] as const;
export type WatchRule = (typeof watchRules)[number];

/** From which measure on; null: never. */
export type Levels = Readonly<Record<AlertLevel, number | null>>;
export type PartyLevels = Readonly<Record<WatchRule, Levels>> & {
  /** So many calls a day are never a sudden volume, whatever was usual. */
  readonly usualCalls: number;
};

export type WatchSettings = {
  time: SiteTime;
  /** Days that are Sundays for office hours (words/calendar.ts); absent: none. */
  holidays?: readonly string[];
  /** The site's country, as ISO 3166 letters. */
  home: string;
  /** Others are not looked at. */
  callTypes: readonly CallType[];
  members: PartyLevels;
  site: PartyLevels;
  /** A conversation of less is a short call, in milliseconds. */
  shortMs: number;
  /** Times of the week that are neither night nor weekend (words/hours.ts); empty: all are. */
  officeHours: readonly string[];
  /** Rules whose critical level refuses the call. */
  blocks: readonly WatchRule[];
  /** The range of the site's list that a number is in; international digits, without `+`. */
  riskRange: (digits: string) => RiskRange | null;
};

export function levelOf(measure: number, { warning, critical }: Levels): AlertLevel | null {
  if (critical !== null && measure >= critical) return 'critical';
  return warning !== null && measure >= warning ? 'warning' : null;
}

/** Of moments and numbers, so many of the latest are kept for levels that ask for fewer. */
const leastKept = 1_000;

/** How many of the latest have to be kept so that a rule comes to its levels. */
export const keptFor = ({ warning, critical }: Levels): number => Math.max(leastKept, warning ?? 0, critical ?? 0);

/** `10/30` as people write it: 0 is never. Null: it is not written so. */
export function parseLevels(text: string): Levels | null {
  const [, warning, critical] = /^\s*(\d{1,6})\s*\/\s*(\d{1,6})\s*$/.exec(text) ?? [];
  if (warning === undefined || critical === undefined) return null;
  const orNever = (level: string): number | null => (Number(level) === 0 ? null : Number(level));
  return { warning: orNever(warning), critical: orNever(critical) };
}
