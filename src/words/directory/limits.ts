import type { FieldsOf } from './field.ts';

/** How much somebody may call, or how much may be called somewhere. Null, or an empty list: no limit. */
export type Limits = {
  longestCallMinutes: number | null;
  /** From the decision to the end of the call. */
  callsAtATime: number | null;
  callsPerMinute: number | null;
  /** Minutes of conversation, by the site's calendar. */
  minutesPerDay: number | null;
  minutesPerMonth: number | null;
  /** What calls may cost, by the site's calendar, in millionths of the unit of the currency of their rates. */
  moneyPerDay: number | null;
  moneyPerMonth: number | null;
  /** The highest price a minute, in the same. */
  highestPrice: number | null;
  /** When calls may begin, site time, in canonical form (words/hours.ts). */
  callingHours: readonly string[];
};

export const unlimited: Limits = {
  longestCallMinutes: null,
  callsAtATime: null,
  callsPerMinute: null,
  minutesPerDay: null,
  minutesPerMonth: null,
  moneyPerDay: null,
  moneyPerMonth: null,
  highestPrice: null,
  callingHours: [],
};

/** Part of the tables of all that have limits. */
export const limitFields = {
  longestCallMinutes: {
    ...{ kind: 'limit', header: 'longest call', otherwise: null },
    ...{ sqlite: 'longest_call_minutes', sqlServer: 'LongestCallMinutes', argument: 'MINUTES' },
    help: 'longest conversation in minutes; FreeSWITCH ends it then',
  },
  callsAtATime: {
    ...{ kind: 'limit', header: 'calls at a time', otherwise: null },
    ...{ sqlite: 'calls_at_a_time', sqlServer: 'CallsAtATime', argument: 'N' },
    help: 'maximum number of calls at the same time',
  },
  callsPerMinute: {
    ...{ kind: 'limit', header: 'calls a minute', otherwise: null },
    ...{ sqlite: 'calls_per_minute', sqlServer: 'CallsPerMinute', argument: 'N' },
    help: 'maximum number of calls in any 60 seconds',
  },
  minutesPerDay: {
    ...{ kind: 'limit', header: 'minutes a day', otherwise: null },
    ...{ sqlite: 'minutes_per_day', sqlServer: 'MinutesPerDay', argument: 'N' },
    help: 'minutes of conversation a day, site time',
  },
  minutesPerMonth: {
    ...{ kind: 'limit', header: 'minutes a month', otherwise: null },
    ...{ sqlite: 'minutes_per_month', sqlServer: 'MinutesPerMonth', argument: 'N' },
    help: 'minutes of conversation a calendar month, site time',
  },
  moneyPerDay: {
    ...{ kind: 'money', header: 'money a day', otherwise: null },
    ...{ sqlite: 'money_per_day_micros', sqlServer: 'MoneyPerDayMicros', argument: 'AMOUNT' },
    help: 'what calls may cost a day, in the currency of their rates: 50 or 12.50',
  },
  moneyPerMonth: {
    ...{ kind: 'money', header: 'money a month', otherwise: null },
    ...{ sqlite: 'money_per_month_micros', sqlServer: 'MoneyPerMonthMicros', argument: 'AMOUNT' },
    help: 'what calls may cost a calendar month',
  },
  highestPrice: {
    ...{ kind: 'money', header: 'highest price', otherwise: null },
    ...{ sqlite: 'highest_price_micros', sqlServer: 'HighestPriceMicros', argument: 'AMOUNT' },
    help: 'calls whose minute costs more are refused',
  },
  callingHours: {
    ...{ kind: 'hours', header: 'calling hours', otherwise: [] },
    ...{ sqlite: 'calling_hours', sqlServer: 'CallingHours', argument: 'LIST' },
    help: 'when calls may begin, site time: "Mon-Fri 08:00-18:00, Sat 09:00-12:00" (docs/limits.md)',
  },
} as const satisfies FieldsOf<Limits>;

/** What all calls may cost in all, until this amount is raised, in the same; null: no limit. */
export type ContractLimit = { moneyPerContract: number | null };

/** Part of the tables of all that have such a limit. */
export const contractFields = {
  moneyPerContract: {
    ...{ kind: 'money', header: 'money a contract', otherwise: null },
    ...{ sqlite: 'money_per_contract_micros', sqlServer: 'MoneyPerContractMicros', argument: 'AMOUNT' },
    help: 'what all calls may cost in all, until this amount is raised',
  },
} as const satisfies FieldsOf<ContractLimit>;
