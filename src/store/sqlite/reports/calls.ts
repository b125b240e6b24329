import type { Database } from 'better-sqlite3';
import type { CallOrder, CallsQuery, ReportedCall, ReportFilters } from '../../../reports/report.ts';
import { pagesOf, pageSize } from '../../reports/pages.ts';
import { callRecordFields, listedFields } from '../../../words/call-record.ts';
import { reportedTypes, derivedFields, type DerivedField } from '../../reports/reported-call.ts';
import { flagReader } from '../column.ts';
import { reading } from '../reading.ts';
import { conditions, parametersOf } from './conditions.ts';
import { hoursWanted } from './hours-wanted.ts';
import type { HourPages, Part } from './hours/pages.ts';
import {
  account,
  answered,
  callsOfPeriod,
  currentPrices,
  department,
  destination,
  number,
  unrated,
} from './expressions.ts';

const derived: Record<DerivedField, string> = {
  account,
  department,
  number: `ifnull(${number}, '')`,
  destination,
  answered,
  price: `CASE WHEN ${unrated} THEN 'unrated' ELSE p.kind END`,
  currency: 'p.currency',
  costMicros: 'p.cost_micros',
  chargeMicros: 'p.charge_micros',
  billedMs: 'p.billed_ms',
  includedMs: 'p.included_ms',
  arithmetic: 'p.arithmetic',
};
const columns = [
  ...listedFields.map((field) => `c.${callRecordFields[field].sqlite} AS ${field}`),
  ...derivedFields.map((field) => `${derived[field]} AS ${field}`),
].join(', ');
const readFlags = flagReader(reportedTypes);

const orders: Record<CallOrder, { after: string; by: string }> = {
  time: {
    after: ' AND (c.started_at > @afterMs OR (c.started_at = @afterMs AND c.call_id > @afterId))',
    by: 'c.started_at, c.call_id',
  },
  latest: {
    after: ' AND (c.started_at < @afterMs OR (c.started_at = @afterMs AND c.call_id < @afterId))',
    by: 'c.started_at DESC, c.call_id DESC',
  },
  charge: { after: '', by: 'p.charge_micros DESC, c.started_at, c.call_id' },
  duration: { after: '', by: 'c.billable_ms DESC, c.started_at, c.call_id' },
};

/** Calls of a period by its ends, or those that started at these moments, whose index finds them one by one. */
const callsAtMoments = `FROM (SELECT DISTINCT value AS at FROM json_each(@moments)) m
CROSS JOIN call_records c ON c.started_at = m.at ${currentPrices}
WHERE c.ended_at IS NOT NULL`;

/** Parameters: those of the period or `moments`, those of the filters, `limit`, and by time `afterMs` and `afterId`. */
function statementFor(db: Database, filters: ReportFilters, order: CallOrder, from: string): string {
  const { after, by } = orders[order];
  return `SELECT ${columns}\n${from}${conditions(db, filters)}${after}\nORDER BY ${by} LIMIT @limit`;
}

type Place = CallsQuery['after'] | null;

/** Makes a function that reads so many calls of a part of the period. */
function prepareParts(db: Database, { period, filters, order = 'time' }: CallsQuery) {
  const statementOf = (from: string) => db.prepare<[object], object>(statementFor(db, filters, order, from));
  const [ofPeriod, atMoments] = [statementOf(callsOfPeriod), statementOf(callsAtMoments)];
  const values = parametersOf(period, filters);
  const isByTime = order === 'time' || order === 'latest';
  const beginning = { afterMs: order === 'time' ? -1 : Number.MAX_SAFE_INTEGER, afterId: '' };
  return (part: Part, last: Place, wanted: number): ReportedCall[] => {
    const place = last == null ? beginning : { afterMs: last.startedAtMs, afterId: last.callId };
    const [statement, ofPart] =
      part.kind === 'period' ? [ofPeriod, part.period] : [atMoments, { moments: JSON.stringify(part.moments) }];
    return (
      statement
        // SQLite reads a negative limit as none.
        .all({ ...values, ...ofPart, ...(isByTime ? place : {}), limit: Number.isFinite(wanted) ? wanted : -1 })
        .map((row) => readFlags(row) as ReportedCall)
    );
  };
}

/** By size there is no going on from the last one read: the limit bounds what is held. */
export async function* listCalls(
  db: Database,
  hourPages: HourPages,
  query: CallsQuery,
): AsyncGenerator<readonly ReportedCall[]> {
  const { period, order = 'time', limit, after: first = null } = query;
  const read = await reading(db, () => prepareParts(db, query));
  const wanted = await reading(db, () => hoursWanted(db, query));
  const whole: Part = { kind: 'period', period };
  const isByTime = order === 'time' || order === 'latest';
  const page = (after: Place, count: number): readonly ReportedCall[] => {
    if (wanted === null || !Number.isFinite(count)) return read(whole, after, count);
    if (isByTime) {
      const place = { wanted, isLatestFirst: order === 'latest', after: after ?? null, limit: count };
      return hourPages.byTime(place, (part, most) => read(part, after, most)) ?? read(whole, after, count);
    }
    if (wanted.number !== null) return read(whole, after, count);
    const by = order === 'charge' ? 'charge' : 'billable';
    const moments = hourPages.largest({ wanted, by, limit: count }, (part, most) => read(part, null, most));
    return read(moments === null ? whole : { kind: 'moments', moments }, null, count);
  };
  const readPage = (after: ReportedCall | null, count: number) => reading(db, () => page(after ?? first, count));
  yield* pagesOf(readPage, { limit, size: isByTime ? pageSize : Infinity });
}
