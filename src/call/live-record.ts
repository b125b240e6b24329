import { callRecordOf, type CallRecord, type CallRecordStart } from '../words/call-record.ts';
import { shownNumber } from './entry.ts';
import type { Billed } from './machine.ts';
import type { CallState, Ending, Gathered } from './state.ts';

/** What is known of a call when it arrives. */
export type Arrival = CallRecordStart;

/** The record of a call that has just arrived. */
export function recordOfArrival(arrival: Arrival): CallRecord {
  return callRecordOf(arrival);
}

/** The record with what the call has gathered by now. */
export function withProgress(record: CallRecord, state: CallState): CallRecord {
  if (state.name === 'new' || state.name === 'ended') return record;
  const known = withGathered(record, state.gathered);
  if (!('allowed' in state) || state.allowed === null) return known;
  const { number, rule } = state.allowed;
  return { ...known, calledNumber: number.dial, calledE164: number.e164, callType: number.callType, rule };
}

function withGathered(record: CallRecord, gathered: Gathered): CallRecord {
  const { account, code } = gathered;
  return {
    ...record,
    code,
    accountId: account?.id ?? null,
    accountName: account?.name ?? null,
    departmentId: account?.departmentId ?? record.departmentId,
    keyedNumber: keyedNumberOf(gathered),
  };
}

/** Nothing keyed comes into a record but the code itself, in its field, and what is masked where a code may be in it. */
function keyedNumberOf({ account, code, number }: Gathered): string {
  switch (number.kind) {
    case 'none':
      return '';
    case 'on-file':
      return account?.customerNumbers[0] ?? '';
    case 'keyed':
      return shownNumber(number.digits, (text) => number.isCode || text === code || text === account?.code);
  }
}

export function closedRecord(record: CallRecord, ending: Ending, billed: Billed, nowMs: number): CallRecord {
  return {
    ...record,
    outcome: ending.outcome,
    reason: ending.reason,
    rule: ending.rule ?? record.rule,
    hangupCause: ending.hangupCause,
    decidedAtMs: record.decidedAtMs ?? (ending.outcome === 'refused' ? nowMs : null),
    answeredAtMs: billed.answeredAtMs,
    endedAtMs: billed.endedAtMs ?? nowMs,
    billableMs: billed.billableMs,
    closedBy: billed.closedBy,
    estimated: billed.estimated,
  };
}

/**
 * The facts that travel as channel variables on both legs. Only what is safe to be one: digits, ids and our own words; the
 * display name is in FreeSWITCH's CDR anyway.
 */
export function factsOf(record: CallRecord): Record<string, string> {
  const facts: Record<string, string> = {
    ...arrivalFacts(record),
    billing_entry: record.entry,
    billing_called: record.calledNumber ?? '',
    billing_call_type: record.callType ?? '',
  };
  if (record.calleeLegId !== null) facts['billing_callee_leg_id'] = record.calleeLegId;
  if (record.accountId !== null) facts['billing_account_id'] = String(record.accountId);
  if (record.calledE164 !== null) facts['billing_called_e164'] = record.calledE164;
  if (record.gateway !== null) facts['billing_gateway'] = record.gateway;
  // A callee's leg has the number that it shows where a caller's has the phone's.
  if (/^[0-9A-Za-z_.:+*#-]{1,60}$/.test(record.extension)) facts['billing_extension'] = record.extension;
  if (record.departmentId !== null) facts['billing_department_id'] = String(record.departmentId);
  if (record.extensionId !== null) facts['billing_extension_id'] = String(record.extensionId);
  if (/^[0-9+#]+$/.test(record.keyedNumber)) facts['billing_keyed_number'] = record.keyedNumber;
  return facts;
}

/** The facts that the caller's leg bears from the first moment on. A call taken up again has not ended yet. */
export function arrivalFacts({ callId, controller }: CallRecord): Record<string, string> {
  return {
    billing_call_id: callId,
    // A name may have characters that are syntax in a dial string.
    billing_controller: controller.replace(/[^A-Za-z0-9_.:-]/g, '_'),
  };
}

/** How we end the call, before FreeSWITCH says and does it. */
export function endingFacts({ outcome, reason }: Ending): Record<string, string> {
  return { billing_outcome: outcome, billing_reason: reason ?? '' };
}
