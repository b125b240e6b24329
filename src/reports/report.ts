import { type CallRecord, type FilteredField, type ListedField } from '../words/call-record.ts';
import type { Account, Department } from '../words/directory.ts';
import type { Period } from './period.ts';

/** What calls can be grouped by. */
export const groupings = [
  'account',
  'department',
  'extension',
  'destination',
  'country',
  'call-type',
  'day',
  'week',
  'month',
  'hour',
  'outcome',
  'reason',
  'entry',
] as const;
export type Grouping = (typeof groupings)[number];

/** Groupings by the clock on the wall of the site: a store answers them in quarters of an hour (`quarterMs`). */
const clockGroupings = ['day', 'week', 'month', 'hour'] as const satisfies readonly Grouping[];
export type ClockGrouping = (typeof clockGroupings)[number];

export function isClockGrouping(grouping: Grouping): grouping is ClockGrouping {
  return (clockGroupings as readonly string[]).includes(grouping);
}

/** Every time zone in use since 1972 is a whole number of these away from UTC, and changes its clocks at one. */
export const quarterMs = 900_000;

/** Only calls for which all that is given holds: by fields of the record, and by what is derived. */
export type ReportFilters = { [Field in FilteredField]?: NonNullable<CallRecord[Field]> } & DerivedFilters;

export type DerivedFilters = {
  /** Names are compared without regard to case. */
  account?: string;
  /** Null: calls without one. */
  accountId?: number | null;
  departmentId?: number | null;
  department?: string;
  destination?: string;
  /** ISO 3166, two letters. */
  country?: string;
  /** What the called number begins with, as E.164 where it has that, with or without `+`. */
  number?: string;
  minDurationMs?: number;
  maxDurationMs?: number;
  /** In which calls are charged; null: those that are not. */
  currency?: string | null;
  /** Of the charge, whatever its currency. */
  minChargeMicros?: number;
  maxChargeMicros?: number;
  answered?: true;
  /** Answered, and nobody knows what it costs. */
  unrated?: true;
};

export type Amount = { costMicros: bigint; chargeMicros: bigint };

/** What is counted. A call counts once it is over, in the period in which it started. */
export type Measures = {
  /** Call attempts, refused and abandoned ones too. */
  calls: number;
  /** Calls that went out: answered, busy, no-answer, cancelled or failed. */
  placed: number;
  answered: number;
  refused: number;
  /** Answered calls that nobody knows the price of: they are in no amount. */
  unrated: number;
  billableMs: number;
  /** By currency; currencies are never added up. */
  amounts: ReadonlyMap<string, Amount>;
};

/** What a store adds up: the calls that have these keys and this currency. */
export type SummaryPiece = {
  /** One for each grouping asked for; of a clock grouping the number of `quarterMs` since 1970. None: of groups that are not shown. */
  keys: readonly { key: string | number | null; label: string | null }[];
  currency: string | null;
  costMicros: bigint;
  chargeMicros: bigint;
} & Omit<Measures, 'amounts'>;

/** One call as reports show it: fields of its record, and what the directory, the rate and the price add. */
export type ReportedCall = Pick<CallRecord, ListedField> & {
  account: string | null;
  department: string | null;
  /** E.164 where the dial plan gave one, else as keyed. */
  number: string;
  /** Of the rate that priced it, else the country. */
  destination: string | null;
  answered: boolean;
  price: 'priced' | 'free' | 'unrated' | null;
  currency: string | null;
  costMicros: number | null;
  chargeMicros: number | null;
  /** Time charged, in whole increments; null: not priced, or not known. */
  billedMs: number | null;
  /** How much of it was free, of what the account has free a month; null: none of it could be. */
  includedMs: number | null;
  arithmetic: string | null;
};

export const callOrders = ['time', 'latest', 'charge', 'duration'] as const;
export type CallOrder = (typeof callOrders)[number];

export type CallsQuery = {
  period: Period;
  filters: ReportFilters;
  /** By time the earliest or the latest first, else the largest first; default: time. */
  order?: CallOrder;
  /** By time: goes on behind this one. */
  after?: Pick<CallRecord, 'startedAtMs' | 'callId'>;
  limit?: number;
};

export type UnusedAccount = { name: string; department: string | null; enabled: boolean; lastCallAtMs: number | null };

/** What statements say of an account. */
export type PayingAccount = Pick<
  Account,
  'id' | 'name' | 'departmentId' | 'client' | 'matter' | 'reference' | 'address' | 'mail'
>;

export type PayingDepartment = Pick<Department, 'id' | 'name' | 'mail'>;

export type SummaryQuery = {
  period: Period;
  groupings: readonly Grouping[];
  filters: ReportFilters;
  /**
   * Groupings by the clock: a quarter of an hour that is in the same group, the same one for all of the group. A store that
   * asks it answers fewer pieces.
   */
  clock?: (grouping: Grouping, quarter: number) => number;
  /**
   * Of the outermost groups only the first of these are shown, and by name where they are equal. A store that asks it answers all others
   * together, as pieces without keys: of a million groups, nobody needs the names.
   */
  top?: Top;
};

export type Top = { limit: number; order: LineOrder };

/** The largest first. */
export type LineOrder = 'calls' | 'duration';

/** Where reports come from: the local file or SQL Server. Not for the thread that serves calls. */
export type ReportSource = {
  /** In no order; the same keys may come more than once. Of one moment. */
  summarize(query: SummaryQuery): AsyncIterable<SummaryPiece>;
  /** In pieces, so that memory stays bounded. */
  calls(query: CallsQuery): AsyncIterable<readonly ReportedCall[]>;
  /** Accounts with no call attempt in the period, by name. */
  unusedAccounts(period: Period): AsyncIterable<readonly UnusedAccount[]>;
  /** All there are, in no order. */
  accounts(): Promise<readonly PayingAccount[]>;
  /** Whether one of them has this name. Of a name in other letters than A to Z the case may count. */
  hasAccount(name: string): Promise<boolean>;
  /** All there are, in no order. */
  departments(): Promise<readonly PayingDepartment[]>;
  close(): Promise<void>;
};
