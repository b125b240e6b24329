import type { Database } from 'better-sqlite3';
import type { CallOrder, CallsQuery, ReportedCall, ReportFilters } from '../../../reports/report.ts';
import { pagesOf, pageSize } from '../../reports/pages.ts';
import { callRecordFields, listedFields } from '../../../words/call-record.ts';
import { reportedTypes, derivedFields, type DerivedField } from '../../reports/reported-call.ts';
import { flagReader } from '../column.ts';
import { reading } from '../reading.ts';
import { conditions, parametersOf } from './conditions.ts';
import { account, answered, callsOfPeriod, department, destination, number, unrated } from './expressions.ts';

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

/** Parameters: those of the period and the filters, `limit`, and by time `afterMs` and `afterId`. */
function statementFor(db: Database, filters: ReportFilters, order: CallOrder): string {
  const { after, by } = orders[order];
  return `SELECT ${columns}\n${callsOfPeriod}${conditions(db, filters)}${after}\nORDER BY ${by} LIMIT @limit`;
}

/** By size there is no going on from the last one read: the limit bounds what is held. */
export async function* listCalls(db: Database, query: CallsQuery): AsyncGenerator<readonly ReportedCall[]> {
  const { period, filters, order = 'time', limit, after: first = null } = query;
  const statement = await reading(db, () => db.prepare<[object], object>(statementFor(db, filters, order)));
  const values = parametersOf(period, filters);
  const isByTime = order === 'time' || order === 'latest';
  const beginning = { afterMs: order === 'time' ? -1 : Number.MAX_SAFE_INTEGER, afterId: '' };
  const read = (after: ReportedCall | null, wanted: number) =>
    reading(db, () => {
      const last = after ?? first;
      const place = last === null ? beginning : { afterMs: last.startedAtMs, afterId: last.callId };
      const from = isByTime ? place : {};
      // SQLite reads a negative limit as none.
      return statement
        .all({ ...values, ...from, limit: Number.isFinite(wanted) ? wanted : -1 })
        .map((row) => readFlags(row) as ReportedCall);
    });
  yield* pagesOf(read, { limit, size: isByTime ? pageSize : Infinity });
}
