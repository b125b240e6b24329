import { allCallFields } from './calls-document.ts';
import type { CallField } from './calls-document.ts';
import type { CallOrder, Grouping, ReportFilters } from './report.ts';
import type { LineOrder } from './summary.ts';

export type ReportDefinition = { title: string; says: string; filters: ReportFilters } & (
  | { kind: 'summary'; group: Grouping; thenBy?: Grouping; order: LineOrder; limit?: number }
  | { kind: 'calls'; fields: readonly CallField[]; order: CallOrder; limit?: number }
  | { kind: 'statement'; group: 'account' | 'department'; fields: readonly CallField[] }
  | { kind: 'unused-accounts' }
);

/** Every ready-made report; `says` is what a person chooses it by. */
export const catalog = {
  'usage-by-account': {
    kind: 'summary',
    title: 'Usage by account',
    says: 'what each account called, and what that cost',
    group: 'account',
    order: 'calls',
    filters: {},
  },
  'usage-by-department': {
    kind: 'summary',
    title: 'Usage by department',
    says: 'the same for each department',
    group: 'department',
    order: 'calls',
    filters: {},
  },
  'usage-by-extension': {
    kind: 'summary',
    title: 'Usage by extension',
    says: 'the same for each phone',
    group: 'extension',
    order: 'calls',
    filters: {},
  },
  calls: {
    kind: 'calls',
    title: 'Calls',
    says: 'each call',
    fields: allCallFields.filter((field) => field !== 'arithmetic' && field !== 'rule' && field !== 'callId'),
    order: 'time',
    filters: {},
  },
  'call-ids': {
    kind: 'calls',
    title: 'Calls by their id',
    says: 'each answered call with its id',
    fields: ['callId', 'startedAtMs', 'account', 'extension', 'number', 'billableMs', 'currency', 'chargeMicros'],
    order: 'time',
    filters: { answered: true },
  },
  'most-expensive-calls': {
    kind: 'calls',
    title: 'Most expensive calls',
    says: 'the 20 calls with the highest charge',
    fields: [
      'startedAtMs',
      'account',
      'extension',
      'number',
      'destination',
      'billableMs',
      'currency',
      'chargeMicros',
      'arithmetic',
    ],
    order: 'charge',
    limit: 20,
    filters: { answered: true },
  },
  'longest-calls': {
    kind: 'calls',
    title: 'Longest calls',
    says: 'the 20 calls with the most billable time',
    fields: ['startedAtMs', 'account', 'extension', 'number', 'destination', 'billableMs', 'currency', 'chargeMicros'],
    order: 'duration',
    limit: 20,
    filters: { answered: true },
  },
  refused: {
    kind: 'calls',
    title: 'Refused calls',
    says: 'each call that was refused, with reason and rule',
    fields: ['startedAtMs', 'account', 'extension', 'callerName', 'number', 'callType', 'entry', 'reason', 'rule'],
    order: 'time',
    filters: { outcome: 'refused' },
  },
  suspicious: {
    kind: 'summary',
    title: 'Suspicious phones',
    says: 'the phones with the most refused calls, by reason: codes that are guessed, numbers that are blocked',
    group: 'extension',
    thenBy: 'reason',
    order: 'calls',
    limit: 20,
    filters: { outcome: 'refused' },
  },
  'top-destinations': {
    kind: 'summary',
    title: 'Top destinations',
    says: 'the 20 destinations with the most billable time',
    group: 'destination',
    order: 'duration',
    limit: 20,
    filters: {},
  },
  'traffic-by-hour': {
    kind: 'summary',
    title: 'Traffic by hour of day',
    says: 'when calls are made, in the site’s time',
    group: 'hour',
    order: 'calls',
    filters: {},
  },
  unrated: {
    kind: 'calls',
    title: 'Unrated calls',
    says: 'answered calls that nobody knows the price of',
    fields: ['startedAtMs', 'account', 'extension', 'number', 'destination', 'callType', 'billableMs', 'price'],
    order: 'time',
    filters: { unrated: true },
  },
  'unused-accounts': {
    kind: 'unused-accounts',
    title: 'Accounts not used',
    says: 'accounts without a call in the period',
    filters: {},
  },
  statement: {
    kind: 'statement',
    title: 'Statement of calls',
    says: 'each answered call with its charge, by account',
    group: 'account',
    fields: [
      'startedAtMs',
      'extension',
      'callerName',
      'number',
      'destination',
      'billableMs',
      'price',
      'currency',
      'costMicros',
      'chargeMicros',
    ],
    filters: { answered: true },
  },
} as const satisfies Record<string, ReportDefinition>;

export type ReportName = keyof typeof catalog;
export const reportNames = Object.keys(catalog) as readonly ReportName[];

/** Names that reports had in earlier versions. */
export const formerNames: ReadonlyMap<string, ReportName> = new Map([['dearest-calls', 'most-expensive-calls']]);

export function isReportName(text: string): text is ReportName {
  return Object.hasOwn(catalog, text);
}
