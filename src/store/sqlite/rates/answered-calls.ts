import type { CallRecord } from '../../../words/call-record.ts';

/** What the price of an answered call depends on. */
export type AnsweredCall = Pick<
  CallRecord,
  'callId' | 'callingNumber' | 'startedAtMs' | 'accountId' | 'departmentId' | 'calledE164' | 'billableMs' | 'callType'
> & { answeredAtMs: number };

/** Conditions go on `call_records`; rows are `AnsweredCall`. */
export const selectAnsweredCalls = `SELECT call_id AS callId, started_at AS startedAtMs, account_id AS accountId, department_id AS departmentId,
  calling_number AS callingNumber, called_e164 AS calledE164, billable_ms AS billableMs, call_type AS callType, answered_at AS answeredAtMs
FROM call_records WHERE ended_at IS NOT NULL AND answered_at IS NOT NULL`;

/** One more condition: a call whose number was shortened keeps its price, since no rate is found by it. */
export const hasNumber = ' AND shortened_at IS NULL';
