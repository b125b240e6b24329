import { callTypes, type CallType } from './call-type.ts';
import { ascii, flag, integer, long, moment, text, type ColumnFor } from './column.ts';
import { entryModes, type EntryMode } from './entry-mode.ts';
import { outcomes, reasons, type Outcome, type Reason } from './outcome.ts';

/** `switchName` of calls that no FreeSWITCH had: of the guide's call and of `billing-codes call`. */
export const simulatorName = 'simulator';

/** What closed a record; the later in this list, the less is known about the call. */
export const closers = ['event', 'json-cdr', 'recovery', 'heartbeat', 'controller'] as const;
export type Closer = (typeof closers)[number];

/**
 * One row per call attempt, refused and abandoned ones too. All times are UTC milliseconds, null where that never happened.
 * The record is *open* while `endedAtMs` is null.
 */
export type CallRecord = {
  /** The caller's leg's Unique-ID in FreeSWITCH: the call's unique id everywhere. */
  callId: string;
  /** The callee's leg's id, chosen by us before the bridge. */
  calleeLegId: string | null;
  /** `FreeSWITCH-Switchname` of the server that had the call. */
  switchName: string;
  /** Name of the controller that served it. */
  controller: string;
  entry: EntryMode;
  /** Number of the calling phone. */
  extension: string;
  extensionId: number | null;
  /** Display name as the caller sent it. */
  callerName: string;
  accountId: number | null;
  /** The billing code last keyed, known or not; empty: none was keyed. */
  code: string;
  accountName: string | null;
  /** The account whose code said who called, and its name; null: no such code was keyed. */
  authorizedById: number | null;
  authorizedBy: string | null;
  /** It went out without a code: who pays is said later, by a move. Stays so when that is done. */
  uncoded: boolean;
  departmentId: number | null;
  /** The number as keyed (or as dialled, in direct entry), or the number on file that was called; empty: none. */
  keyedNumber: string;
  /** What went into the dial string. */
  calledNumber: string | null;
  calledE164: string | null;
  /** The number that the call goes out with, E.164; null: the phone's own, or nobody knows. */
  callingNumber: string | null;
  /** Name of the gateway that the call went out by last (`Route` in freeswitch/route.ts); null: by none. */
  gateway: string | null;
  callType: CallType | null;
  outcome: Outcome | null;
  reason: Reason | null;
  /** The rule that decided, e.g. `account: blocked prefix 1900`. */
  rule: string | null;
  /** FreeSWITCH's hangup cause: of the callee's leg where there was one, of the bridge where it came to none, else of the caller's. */
  hangupCause: string | null;
  startedAtMs: number;
  /** When the call was allowed or finally refused. */
  decidedAtMs: number | null;
  bridgedAtMs: number | null;
  /** When the called party answered. */
  answeredAtMs: number | null;
  endedAtMs: number | null;
  /** Answered time of the callee's leg, from FreeSWITCH's microseconds, rounded down to milliseconds. */
  billableMs: number;
  closedBy: Closer | null;
  /** Billable time is a best guess, because the end of the call was not seen; `reason` is then `connection-lost`. */
  estimated: boolean;
};

/** All there is to know of a field of a call record: whatever stores, corrects, masks, lists or filters records reads it here. */
type Field<Value> = ColumnFor<Value> & {
  /** What it is until something is known. Absent: it is known of every call when it arrives. */
  readonly otherwise?: Value;
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
  calleeLegId: { sqlite: 'callee_leg_id', sqlServer: 'CalleeLegId', type: ascii(80), otherwise: null },
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
  extensionId: { sqlite: 'extension_id', sqlServer: 'ExtensionId', type: integer, otherwise: null },
  callerName: {
    ...{ sqlite: 'caller_name', sqlServer: 'CallerName', type: text(200) },
    listed: { key: 'callerName', title: 'Caller', kind: 'text' },
  },
  accountId: { sqlite: 'account_id', sqlServer: 'AccountId', type: integer, otherwise: null, material: true },
  code: { sqlite: 'code', sqlServer: 'Code', type: ascii(20), otherwise: '', secret: true, notInCdr: true },
  accountName: { sqlite: 'account_name', sqlServer: 'AccountName', type: text(200), otherwise: null, notInCdr: true },
  authorizedById: {
    ...{ sqlite: 'authorized_by_id', sqlServer: 'AuthorizedById', type: integer, otherwise: null, notInCdr: true },
  },
  authorizedBy: {
    ...{ sqlite: 'authorized_by', sqlServer: 'AuthorizedBy', type: text(200), otherwise: null, notInCdr: true },
    listed: { key: 'authorizedBy', title: 'Authorized by', kind: 'text' },
    filtered: 'any',
  },
  uncoded: { sqlite: 'uncoded', sqlServer: 'Uncoded', type: flag, otherwise: false, notInCdr: true },
  departmentId: { sqlite: 'department_id', sqlServer: 'DepartmentId', type: integer, otherwise: null },
  keyedNumber: { sqlite: 'keyed_number', sqlServer: 'KeyedNumber', type: text(200), otherwise: '' },
  calledNumber: {
    sqlite: 'called_number',
    sqlServer: 'CalledNumber',
    type: ascii(40),
    otherwise: null,
    material: true,
  },
  calledE164: { sqlite: 'called_e164', sqlServer: 'CalledE164', type: ascii(20), otherwise: null },
  callingNumber: {
    ...{ sqlite: 'calling_number', sqlServer: 'CallingNumber', type: ascii(20), otherwise: null, notInCdr: true },
  },
  callType: {
    ...{ sqlite: 'call_type', sqlServer: 'CallType', type: ascii(20), otherwise: null },
    listed: { key: 'callType', title: 'Call type', kind: 'text' },
    filtered: callTypes,
  },
  entry: {
    ...{ sqlite: 'entry', sqlServer: 'EntryMode', type: ascii(20) },
    listed: { key: 'entry', title: 'Entry', kind: 'text' },
    filtered: entryModes,
  },
  gateway: {
    ...{ sqlite: 'gateway', sqlServer: 'Gateway', type: ascii(60), otherwise: null },
    listed: { key: 'gateway', title: 'Gateway', kind: 'text' },
    filtered: 'any',
  },
  outcome: {
    ...{ sqlite: 'outcome', sqlServer: 'Outcome', type: ascii(20), otherwise: null, material: true },
    listed: { key: 'outcome', title: 'Outcome', kind: 'text' },
    filtered: outcomes,
  },
  reason: {
    ...{ sqlite: 'reason', sqlServer: 'Reason', type: ascii(40), otherwise: null, material: true },
    listed: { key: 'reason', title: 'Reason', kind: 'text' },
    filtered: reasons,
  },
  rule: {
    ...{ sqlite: 'rule', sqlServer: 'RuleText', type: text(400), otherwise: null, notInCdr: true },
    listed: { key: 'rule', title: 'Rule', kind: 'text' },
  },
  hangupCause: { sqlite: 'hangup_cause', sqlServer: 'HangupCause', type: ascii(40), otherwise: null, material: true },
  decidedAtMs: { sqlite: 'decided_at', sqlServer: 'DecidedAt', type: moment, otherwise: null, notInCdr: true },
  bridgedAtMs: { sqlite: 'bridged_at', sqlServer: 'BridgedAt', type: moment, otherwise: null, notInCdr: true },
  answeredAtMs: { sqlite: 'answered_at', sqlServer: 'AnsweredAt', type: moment, otherwise: null, material: true },
  endedAtMs: { sqlite: 'ended_at', sqlServer: 'EndedAt', type: moment, otherwise: null, material: true },
  billableMs: {
    ...{ sqlite: 'billable_ms', sqlServer: 'BillableMs', type: long, otherwise: 0, material: true },
    listed: { key: 'billableMs', title: 'Billable time', kind: 'duration' },
  },
  closedBy: { sqlite: 'closed_by', sqlServer: 'ClosedBy', type: ascii(20), otherwise: null },
  estimated: {
    ...{ sqlite: 'estimated', sqlServer: 'Estimated', type: flag, otherwise: false, material: true },
    listed: { key: 'estimated', title: 'Estimated', kind: 'text' },
  },
} as const satisfies { readonly [Name in keyof CallRecord]: Field<CallRecord[Name]> };

type Fields = typeof callRecordFields;
type Marks = 'otherwise' | 'secret' | 'notInCdr' | 'material' | 'listed' | 'filtered';
type FieldsWith<Mark extends Marks> = {
  [Name in keyof Fields]: Fields[Name] extends Record<Mark, unknown> ? Name : never;
}[keyof Fields];

const fieldNames = Object.keys(callRecordFields) as (keyof Fields)[];

/** The fields that have this mark, in their order. */
function fieldsWith<Mark extends Marks>(mark: Mark): readonly FieldsWith<Mark>[] {
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

const nothingKnown = Object.fromEntries(
  fieldsWith('otherwise').map((field) => [field, callRecordFields[field].otherwise]),
) as Pick<CallRecord, FieldsWith<'otherwise'>>;

/** What is known of every call when it arrives. */
export type CallRecordStart = Omit<CallRecord, FieldsWith<'otherwise'>>;

/** A record of which this much is known, and nothing else. */
export function callRecordOf(known: CallRecordStart & Partial<CallRecord>): CallRecord {
  return { ...nothingKnown, ...known };
}
