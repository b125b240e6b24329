import type { CallRecord } from '../../words/call-record.ts';
import { callTypes } from '../../words/call-type.ts';
import { entryModes } from '../../words/entry-mode.ts';
import { outcomes, reasons } from '../../words/outcome.ts';
import { ascii, flag, integer, long, moment, text, type ColumnFor } from './column.ts';

/** All there is to know of a field of a call record: whatever stores, corrects, masks, lists or filters records reads it here. */
type Field<Value> = ColumnFor<Value> & {
  /** FreeSWITCH's CDR does not have it: a record rebuilt from one takes it from what was stored before (records/closing.ts). */
  readonly notInCdr?: true;
  /** A bill or a report changes with it: a correction of it keeps both versions of the record. */
  readonly material?: true;
} & (Shown<Value> | { readonly secret: true });

type Shown<Value> = {
  /** Masked in logs, and in no report. */
  readonly secret?: never;
  /** Its column in lists of calls (kinds: reports/document.ts); absent: it is in none. */
  readonly listed?: {
    /** Name in JSON. */
    readonly key: string;
    readonly title: string;
    readonly kind: 'text' | 'phone' | 'moment' | 'duration';
  };
  /** Reports filter by it, with one of these words or, `any`, with any text. */
  readonly filtered?: string extends Value ? 'any' : readonly NonNullable<Value>[];
};

/** Lists of calls have their columns in this order. */
export const callRecordFields = {
  callId: {
    ...{ sqlite: 'call_id', sqlServer: 'CallId', type: ascii(80) },
    listed: { key: 'callId', title: 'Call', kind: 'text' },
  },
  calleeLegId: { sqlite: 'callee_leg_id', sqlServer: 'CalleeLegId', type: ascii(80) },
  switchName: { sqlite: 'switch_name', sqlServer: 'SwitchName', type: text(200) },
  controller: { sqlite: 'controller', sqlServer: 'Controller', type: text(60) },
  startedAtMs: {
    ...{ sqlite: 'started_at', sqlServer: 'StartedAt', type: moment },
    listed: { key: 'startedAt', title: 'Started', kind: 'moment' },
  },
  extension: {
    ...{ sqlite: 'extension', sqlServer: 'Extension', type: text(200) },
    listed: { key: 'extension', title: 'Extension', kind: 'phone' },
    filtered: 'any',
  },
  extensionId: { sqlite: 'extension_id', sqlServer: 'ExtensionId', type: integer },
  callerName: {
    ...{ sqlite: 'caller_name', sqlServer: 'CallerName', type: text(200) },
    listed: { key: 'callerName', title: 'Caller', kind: 'text' },
  },
  accountId: { sqlite: 'account_id', sqlServer: 'AccountId', type: integer, material: true },
  code: { sqlite: 'code', sqlServer: 'Code', type: ascii(20), secret: true, notInCdr: true },
  accountName: { sqlite: 'account_name', sqlServer: 'AccountName', type: text(200), notInCdr: true },
  departmentId: { sqlite: 'department_id', sqlServer: 'DepartmentId', type: integer },
  keyedNumber: { sqlite: 'keyed_number', sqlServer: 'KeyedNumber', type: text(200) },
  calledNumber: { sqlite: 'called_number', sqlServer: 'CalledNumber', type: ascii(40), material: true },
  calledE164: { sqlite: 'called_e164', sqlServer: 'CalledE164', type: ascii(20) },
  callType: {
    ...{ sqlite: 'call_type', sqlServer: 'CallType', type: ascii(20) },
    listed: { key: 'callType', title: 'Call type', kind: 'text' },
    filtered: callTypes,
  },
  entry: {
    ...{ sqlite: 'entry', sqlServer: 'EntryMode', type: ascii(20) },
    listed: { key: 'entry', title: 'Entry', kind: 'text' },
    filtered: entryModes,
  },
  gateway: {
    ...{ sqlite: 'gateway', sqlServer: 'Gateway', type: ascii(60) },
    listed: { key: 'gateway', title: 'Gateway', kind: 'text' },
    filtered: 'any',
  },
  outcome: {
    ...{ sqlite: 'outcome', sqlServer: 'Outcome', type: ascii(20), material: true },
    listed: { key: 'outcome', title: 'Outcome', kind: 'text' },
    filtered: outcomes,
  },
  reason: {
    ...{ sqlite: 'reason', sqlServer: 'Reason', type: ascii(40), material: true },
    listed: { key: 'reason', title: 'Reason', kind: 'text' },
    filtered: reasons,
  },
  rule: {
    ...{ sqlite: 'rule', sqlServer: 'RuleText', type: text(400), notInCdr: true },
    listed: { key: 'rule', title: 'Rule', kind: 'text' },
  },
  hangupCause: { sqlite: 'hangup_cause', sqlServer: 'HangupCause', type: ascii(40), material: true },
  decidedAtMs: { sqlite: 'decided_at', sqlServer: 'DecidedAt', type: moment, notInCdr: true },
  bridgedAtMs: { sqlite: 'bridged_at', sqlServer: 'BridgedAt', type: moment, notInCdr: true },
  answeredAtMs: { sqlite: 'answered_at', sqlServer: 'AnsweredAt', type: moment, material: true },
  endedAtMs: { sqlite: 'ended_at', sqlServer: 'EndedAt', type: moment, material: true },
  billableMs: {
    ...{ sqlite: 'billable_ms', sqlServer: 'BillableMs', type: long, material: true },
    listed: { key: 'billableMs', title: 'Billable time', kind: 'duration' },
  },
  closedBy: { sqlite: 'closed_by', sqlServer: 'ClosedBy', type: ascii(20) },
  estimated: {
    ...{ sqlite: 'estimated', sqlServer: 'Estimated', type: flag, material: true },
    listed: { key: 'estimated', title: 'Estimated', kind: 'text' },
  },
} as const satisfies { readonly [Name in keyof CallRecord]: Field<CallRecord[Name]> };

type Fields = typeof callRecordFields;
type FieldsWith<Mark extends 'secret' | 'notInCdr' | 'material' | 'listed' | 'filtered'> = {
  [Name in keyof Fields]: Fields[Name] extends Record<Mark, unknown> ? Name : never;
}[keyof Fields];

const fieldNames = Object.keys(callRecordFields) as (keyof Fields)[];

/** The fields that have this mark, in their order. */
function fieldsWith<Mark extends 'secret' | 'notInCdr' | 'material' | 'listed' | 'filtered'>(
  mark: Mark,
): readonly FieldsWith<Mark>[] {
  return fieldNames.filter((name): name is FieldsWith<Mark> & keyof Fields => mark in callRecordFields[name]);
}

export type ListedField = FieldsWith<'listed'>;
export type FilteredField = FieldsWith<'filtered'>;

export const callRecordFieldNames: readonly (keyof CallRecord)[] = fieldNames;
export const secretFields = fieldsWith('secret');
export const fieldsNotInCdr = fieldsWith('notInCdr');
export const materialFields = fieldsWith('material');
export const listedFields = fieldsWith('listed');
export const filteredFields = fieldsWith('filtered');
