import { callRecordFieldNames, callRecordFields, type CallRecord } from '../words/call-record.ts';

type TextField = { field: keyof CallRecord; maximum: number; isAscii: boolean };

const textFields: readonly TextField[] = callRecordFieldNames.flatMap((field) => {
  const { type } = callRecordFields[field];
  return type.kind === 'text' || type.kind === 'ascii'
    ? [{ field, maximum: type.maximum, isAscii: type.kind === 'ascii' }]
    : [];
});

/** The record with texts that its columns hold in both databases, whoever made it: what is longer is cut. */
export function withFittingTexts(record: CallRecord): CallRecord {
  let fitting = record;
  for (const { field, maximum, isAscii } of textFields) {
    const value = record[field];
    if (typeof value !== 'string') continue;
    const cut = cutTo(maximum, isAscii ? value.replace(/[^\x20-\x7e]/g, '?') : value);
    if (cut !== value) fitting = { ...fitting, [field]: cut };
  }
  return fitting;
}

/** Not within a character of two units; a unit without its other half, and a NUL, are no text to a database. */
function cutTo(maximum: number, value: string): string {
  const text = value.toWellFormed().replaceAll('\0', '\ufffd');
  if (text.length <= maximum) return text;
  const end = (text.codePointAt(maximum - 1) ?? 0) > 0xffff ? maximum - 1 : maximum;
  return text.slice(0, end);
}
