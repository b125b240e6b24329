import { allCallFields } from './calls-document.ts';
import type { CallField } from './calls-document.ts';
import type { CallOrder, Grouping, LineOrder, ReportFilters } from './report.ts';

export type ReportDefinition = { title: string; says: string; filters: ReportFilters } & (
  | { kind: 'summary'; group: Grouping; thenBy?: Grouping; order: LineOrder; limit?: number }
  | { kind: 'calls'; fields: readonly CallField[]; order: CallOrder; limit?: number }
  | { kind: 'statement' }
  | { kind: 'actual-cost' }
  | { kind: 'unused-accounts' }
);

/** Every ready-made report; `says` describes it for people who choose one. */
export const catalog = {
  'usage-by-account': {
    kind: 'summary',
    title: 'Usage by account',
    says: 'calls and cost of each account',
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
    fields: allCallFields.filter(
      (field) => field !== 'arithmetic' && field !== 'billedMs' && field !== 'rule' && field !== 'callId',
    ),
    order: 'time',
    filters: {},
  },
  'call-ids': {
    kind: 'calls',
    title: 'Calls with their ids',
    says: 'each answered call with its id',
    fields: ['callId', 'startedAtMs', 'account', 'extension', 'number', 'billableMs', 'currency', 'chargeMicros'],
    order: 'time',
    filters: { answered: true },
  },
  'most-expensive-calls': {
    kind: 'calls',
    title: 'Most expensive calls',
    says: 'the 20 calls with the highest charge, of each currency',
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
    says: 'each refused call, with reason and rule',
    fields: ['startedAtMs', 'account', 'extension', 'callerName', 'number', 'callType', 'entry', 'reason', 'rule'],
    order: 'time',
    filters: { outcome: 'refused' },
  },
  suspicious: {
    kind: 'summary',
    title: 'Suspicious phones',
    says: 'the phones with the most refused calls, by reason: guessed codes, blocked numbers',
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
    says: 'answered calls whose price is unknown',
    fields: ['startedAtMs', 'account', 'extension', 'number', 'destination', 'callType', 'billableMs', 'price'],
    order: 'time',
    filters: { unrated: true },
  },
  'unused-accounts': {
    kind: 'unused-accounts',
    title: 'Unused accounts',
    says: 'accounts without a call in the period',
    filters: {},
  },
  'actual-cost': {
    kind: 'actual-cost',
    title: 'Actual cost',
    says: 'a carrier’s invoice (--invoice "1234.56 USD"), spread over its calls',
    filters: { answered: true },
  },
  statement: {
    kind: 'statement',
    title: 'Statement of calls',
    says: 'what each account, client or department is charged, call by call',
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
