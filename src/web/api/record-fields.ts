import { z } from 'zod';
import { maskCode } from '../../words/mask-code.ts';
import { callRecordFieldNames, callRecordFields, type CallRecord } from '../../words/call-record.ts';

/** Call records as JSON: schema and values made of the table of their fields. */

type Name = keyof CallRecord;

const isMoment = (name: Name): boolean => callRecordFields[name].type.kind === 'moment';

/** `startedAtMs` is a text in JSON: `startedAt`. */
export const recordName = (name: Name): string => (isMoment(name) ? name.replace(/Ms$/, '') : name);

function schemaOf(name: Name): z.ZodType {
  const field = callRecordFields[name];
  const words = 'filtered' in field && field.filtered !== 'any' ? field.filtered : null;
  const schema = words === null ? plainSchema(field.type.kind) : z.enum(words);
  return 'otherwise' in field && field.otherwise === null ? schema.nullable() : schema;
}

function plainSchema(kind: (typeof callRecordFields)[Name]['type']['kind']): z.ZodType {
  switch (kind) {
    case 'ascii':
    case 'text':
      return z.string();
    case 'integer':
    case 'long':
      return z.int();
    case 'moment':
      return z.iso.datetime();
    case 'flag':
      return z.boolean();
  }
}

export const recordShape = (names: readonly Name[] = callRecordFieldNames): Record<string, z.ZodType> =>
  Object.fromEntries(names.map((name) => [recordName(name), schemaOf(name)]));

/** A code is masked. */
export const recordJson = <Some extends Name>(
  record: Pick<CallRecord, Some>,
  names: readonly Some[],
): Record<string, unknown> =>
  Object.fromEntries(
    names.map((name) => {
      const value: unknown = record[name];
      return [recordName(name), shown(name, value)];
    }),
  );

function shown(name: Name, value: unknown): unknown {
  if ('secret' in callRecordFields[name]) return maskCode(String(value));
  return isMoment(name) ? isoOf(value as number | null) : value;
}

export const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
