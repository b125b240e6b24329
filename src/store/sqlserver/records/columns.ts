import sql from 'mssql';
import type { CallRecord } from '../../../words/call-record.ts';

/** A column, and how a field's value goes into it. */
export type Column = { name: string; type: sql.ISqlType };

const time = sql.DateTime2(3);

/** Columns of dbo.CallRecords by the fields of a record; widths as in sql/sqlserver/0001. */
export const callRecordColumns: Record<keyof CallRecord, Column> = {
  callId: { name: 'CallId', type: sql.VarChar(80) },
  calleeLegId: { name: 'CalleeLegId', type: sql.VarChar(80) },
  switchName: { name: 'SwitchName', type: sql.NVarChar(200) },
  controller: { name: 'Controller', type: sql.NVarChar(60) },
  entry: { name: 'EntryMode', type: sql.VarChar(20) },
  extension: { name: 'Extension', type: sql.NVarChar(200) },
  extensionId: { name: 'ExtensionId', type: sql.Int() },
  callerName: { name: 'CallerName', type: sql.NVarChar(200) },
  accountId: { name: 'AccountId', type: sql.Int() },
  code: { name: 'Code', type: sql.VarChar(20) },
  accountName: { name: 'AccountName', type: sql.NVarChar(200) },
  departmentId: { name: 'DepartmentId', type: sql.Int() },
  keyedNumber: { name: 'KeyedNumber', type: sql.NVarChar(200) },
  calledNumber: { name: 'CalledNumber', type: sql.VarChar(40) },
  calledE164: { name: 'CalledE164', type: sql.VarChar(20) },
  gateway: { name: 'Gateway', type: sql.VarChar(60) },
  callType: { name: 'CallType', type: sql.VarChar(20) },
  outcome: { name: 'Outcome', type: sql.VarChar(20) },
  reason: { name: 'Reason', type: sql.VarChar(40) },
  rule: { name: 'RuleText', type: sql.NVarChar(400) },
  hangupCause: { name: 'HangupCause', type: sql.VarChar(40) },
  startedAtMs: { name: 'StartedAt', type: time },
  decidedAtMs: { name: 'DecidedAt', type: time },
  bridgedAtMs: { name: 'BridgedAt', type: time },
  answeredAtMs: { name: 'AnsweredAt', type: time },
  endedAtMs: { name: 'EndedAt', type: time },
  billableMs: { name: 'BillableMs', type: sql.BigInt() },
  closedBy: { name: 'ClosedBy', type: sql.VarChar(20) },
  estimated: { name: 'Estimated', type: sql.Bit() },
};

export const isTime = (field: string): boolean => field.endsWith('Ms') && field !== 'billableMs';

/** Times cross as `Date`, in UTC (`useUTC`). */
export const toSql = (
  field: string,
  value: string | number | boolean | null,
): string | number | boolean | Date | null => (typeof value === 'number' && isTime(field) ? new Date(value) : value);

/** BIGINT comes back as text. */
export function fromSql(field: string, value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return field === 'billableMs' ? Number(value) : value;
}
