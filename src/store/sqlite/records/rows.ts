import { callRecordFieldNames, callRecordFields, type CallRecord } from '../../../words/call-record.ts';
import { flagReader } from '../column.ts';

export type SqlValue = string | number | null;

const fields = callRecordFieldNames;
const nameOf = (field: keyof CallRecord): string => callRecordFields[field].sqlite;
const names = fields.map(nameOf);

/** Replaces an open record, never changes a closed one. Parameters: `toRow`. */
export const upsertCallRecord = `INSERT INTO call_records (${names.join(', ')})
VALUES (${names.map(() => '?').join(', ')})
ON CONFLICT (call_id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
WHERE call_records.ended_at IS NULL`;

/**
 * What a call has from its decision on, and what indexes and triggers are about. SQLite writes an index anew wherever one of its columns
 * is set, also to what it was (update.c, indexColumnIsBeingUpdated).
 */
const settled: readonly (keyof CallRecord)[] = [
  'startedAtMs',
  'extension',
  'callerName',
  'accountId',
  'accountName',
  'departmentId',
  'code',
  'uncoded',
  'keyedNumber',
  'calledNumber',
  'calledE164',
];
const unsettled = fields.filter((field) => field !== 'callId' && !settled.includes(field));

/** Replaces an open record where none of what is settled differs: as `upsertCallRecord` would. Parameters: `unsettledFirst`. */
export const updateOpenCallRecord = `UPDATE call_records SET ${unsettled.map((field) => `${nameOf(field)} = ?`).join(', ')}
WHERE call_id = ? AND ended_at IS NULL AND ${settled.map((field) => `+${nameOf(field)} IS ?`).join(' AND ')}`;

const unsettledPlaces = [...unsettled, 'callId' as const, ...settled].map((field) => fields.indexOf(field));
export const unsettledFirst = (row: readonly SqlValue[]): SqlValue[] =>
  unsettledPlaces.map((place) => row[place] ?? null);

/** Replaces a record whatever it says. Parameters: `toRow`, then the call's id. */
export const replaceCallRecord = `UPDATE call_records SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE call_id = ?`;

/** Rows of it are `CallRecordRow`. */
export const selectCallRecords = `SELECT ${fields.map((field) => `${nameOf(field)} AS ${field}`).join(', ')} FROM call_records`;

/** As SQLite has it: flags are 0 or 1. */
export type CallRecordRow = {
  [Field in keyof CallRecord]: CallRecord[Field] extends boolean ? number : CallRecord[Field];
};

/**
 * The values of a record in the order of the columns. It crosses to the writer's thread in this form, which costs the thread
 * that serves calls less than half of what objects do (1.1 µs a record against 2.4, in batches of ten).
 */
export function toRow(record: CallRecord): SqlValue[] {
  return fields.map((field) => {
    const value = record[field];
    return typeof value === 'boolean' ? Number(value) : value;
  });
}

const readFlags = flagReader(fields.map((field) => [field, callRecordFields[field].type]));

export const fromRow = (row: CallRecordRow): CallRecord => readFlags(row) as CallRecord;

/** A record from what `toRow` made of it. */
export function recordOfRow(row: readonly SqlValue[]): CallRecord {
  return fromRow(Object.fromEntries(fields.map((field, place) => [field, row[place]])) as CallRecordRow);
}

const places = {
  callId: fields.indexOf('callId'),
  answeredAtMs: fields.indexOf('answeredAtMs'),
  endedAtMs: fields.indexOf('endedAtMs'),
};

/** The call's id, if the row is of a call that was answered and is over; else null. */
export function answeredCallId(row: readonly SqlValue[]): string | null {
  const callId = row[places.callId];
  const isOver = row[places.answeredAtMs] !== null && row[places.endedAtMs] !== null;
  return isOver && typeof callId === 'string' ? callId : null;
}

export const isOpen = (row: readonly SqlValue[]): boolean => row[places.endedAtMs] === null;
export const callIdOf = (row: readonly SqlValue[]): string => String(row[places.callId]);
