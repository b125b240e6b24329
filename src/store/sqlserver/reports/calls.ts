import type sql from 'mssql';
import type { CallOrder, CallsQuery, ReportedCall } from '../../../reports/report.ts';
import { pagesOf, pageSize } from '../../reports/pages.ts';
import { reportedTypes, derivedFields, type DerivedField } from '../../reports/reported-call.ts';
import { callRecordFields, listedFields } from '../../../words/call-record.ts';
import { fromSql, sqlTypeOf } from '../column.ts';
import { top } from '../statements.ts';
import { bounded } from './conditions.ts';
import type { Query } from './query.ts';

const derived: Record<DerivedField, string> = {
  account: 'Account',
  department: 'Department',
  number: 'Number',
  destination: 'Destination',
  answered: 'Answered',
  price: 'PriceKind',
  currency: 'Currency',
  costMicros: 'CostMicros',
  chargeMicros: 'ChargeMicros',
  // Not in the view, which others may have rights on.
  billedMs: '(SELECT r.BilledMs FROM dbo.CallRecords r WHERE r.CallId = ReportCalls.CallId)',
  includedMs: '(SELECT r.IncludedMs FROM dbo.CallRecords r WHERE r.CallId = ReportCalls.CallId)',
  arithmetic: 'PriceArithmetic',
};
const columns = [
  ...listedFields.map((field) => `${callRecordFields[field].sqlServer} AS [${field}]`),
  ...derivedFields.map((field) => `${derived[field]} AS [${field}]`),
].join(', ');

const orders: Record<CallOrder, string> = {
  time: 'StartedAt, CallId',
  latest: 'StartedAt DESC, CallId DESC',
  charge: 'ChargeMicros DESC, StartedAt, CallId',
  duration: 'BillableMs DESC, StartedAt, CallId',
};

type CallRow = Record<string, unknown>;

function callOf(row: CallRow): ReportedCall {
  return Object.fromEntries(
    [...reportedTypes].map(([field, type]) => [field, fromSql(type, row[field])]),
  ) as ReportedCall;
}

type Place = Pick<ReportedCall, 'startedAtMs' | 'callId'>;

function nextOf(request: sql.Request, { startedAtMs, callId }: Place, order: CallOrder): string {
  request.input('afterAt', sqlTypeOf(callRecordFields.startedAtMs.type), new Date(startedAtMs));
  request.input('afterId', sqlTypeOf(callRecordFields.callId.type), callId);
  const beyond = order === 'latest' ? '<' : '>';
  return ` AND (StartedAt ${beyond} @afterAt OR (StartedAt = @afterAt AND CallId ${beyond} @afterId))`;
}

/** By size there is no going on from the last one read: the limit bounds what is held. */
export async function* listCalls(
  query: Query,
  { period, filters, order = 'time', limit, after: first }: CallsQuery,
): AsyncGenerator<readonly ReportedCall[]> {
  const isByTime = order === 'time' || order === 'latest';
  const read = async (after: ReportedCall | null, wanted: number) => {
    const rows = await query<CallRow>((request) => {
      const condition = bounded(request, period, filters);
      const place = isByTime ? (after ?? first ?? null) : null;
      const from = place === null ? '' : nextOf(request, place, order);
      return `SELECT ${top(wanted)}${columns} FROM dbo.ReportCalls ${condition}${from} ORDER BY ${orders[order]}`;
    });
    return rows.map(callOf);
  };
  yield* pagesOf(read, { limit, size: isByTime ? pageSize : Infinity });
}
