import type { Ending } from '../call/state.ts';
import type { CallRecord } from '../words/call-record.ts';

/*
 * The facts of a call that travel as channel variables on both legs, so that FreeSWITCH's own CDR is enough to rebuild the record
 * (cdr/leg.ts reads them). Only what is safe to be one: digits, ids and our own words; the display name is in the CDR anyway.
 */

/** Those of a call that is about to be bridged. */
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

/** Who pays, where that changes while the call is up: what there is none of is taken back. */
export function accountFacts({ accountId, departmentId }: CallRecord): Record<string, string> {
  const text = (id: number | null): string => (id === null ? '' : String(id));
  return { billing_account_id: text(accountId), billing_department_id: text(departmentId) };
}

/** Those that the caller's leg bears from the first moment on. */
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

/** Before an emergency number that is called after another one was tried: nothing of that call is left. */
export const noFacts = {
  ...{ billing_account_id: '', billing_department_id: '', billing_called_e164: '', billing_keyed_number: '' },
  ...{ billing_outcome: '', billing_reason: '' },
} as const;

/** A call that is taken up again has not ended yet, whatever was said before. */
export const noEndingFacts = { billing_outcome: '', billing_reason: '' } as const;
