import { z } from 'zod';
import type { TypedFields } from '../../directory/reading.ts';
import { jsonNameOf } from '../../directory/showing.ts';
import { callTypes } from '../../words/call-type.ts';
import { highestLevel } from '../../words/directory/level.ts';
import type { AnyField, FieldTable, Kind } from '../../words/directory/field.ts';
import type { FieldError } from '../pages/elements.ts';
import { invalid, type ApiProblem } from './problem.ts';

/** Accounts, extensions and departments as JSON: schemas made of their field tables, and JSON as somebody would have typed it. */

const longestText = 500;
const text = (): z.ZodString => z.string().max(longestText);
const list = (item: z.ZodType<string>) => z.array(item).max(1000);
/** Nothing that separates items where a person types a list. */
const item = (): z.ZodString =>
  z
    .string()
    .max(100)
    .regex(/^[^,;\r\n]*$/, 'must contain no comma, semicolon or line break');
const moment = () => z.iso.datetime({ offset: true }).nullable();

/** What a value of each kind is in JSON. How it is read is the same as where a person types it (directory/reading.ts). */
const schemas: { readonly [K in Kind]: () => z.ZodType } = {
  'billing-code': text,
  phone: text,
  name: text,
  text,
  department: () => text().nullable(),
  account: () => text().nullable(),
  digits: () => z.int().min(0).nullable(),
  limit: () => z.int().min(1).nullable(),
  level: () => z.int().min(0).max(highestLevel),
  money: () =>
    z
      .string()
      .regex(/^\d{1,12}(?:\.\d{1,6})?$/, 'must be a decimal number in a string, such as "12.50"')
      .nullable(),
  moment,
  end: moment,
  'yes-no': () => z.boolean(),
  'shown-number': () => text().nullable(),
  numbers: () => list(item()),
  prefixes: () => list(item()),
  'world-prefixes': () => list(item()),
  blocks: () => list(item()),
  'call-types': () => list(z.enum(callTypes)),
  hours: () => list(item()),
  address: () => list(item()),
  mail: text,
};

const described = ({ kind, help }: AnyField): z.ZodType => {
  const schema = schemas[kind]();
  const says = help.replaceAll('\n', ' ');
  const more = kind === 'billing-code' ? `${says}; answers have all but its last digits starred` : says;
  return more === '' ? schema : schema.describe(more);
};

type Shape = Readonly<Record<string, z.ZodType>>;

const shapeOf = (fields: FieldTable, of: (field: AnyField) => z.ZodType): Shape =>
  Object.fromEntries(Object.values(fields).map((field) => [jsonNameOf(field), of(field)]));

/** As answers have it, with what is not in the table. */
export const shownSchema = (fields: FieldTable, more: Shape): z.ZodObject =>
  z.object({ ...more, ...shapeOf(fields, described), problems: z.array(z.string()).optional() });

/** Something new: what has no default must be given. */
export const newSchema = (fields: FieldTable): z.ZodObject =>
  z.strictObject(shapeOf(fields, (field) => ('otherwise' in field ? described(field).optional() : described(field))));

/** Only what is given changes. */
export const changeSchema = (fields: FieldTable): z.ZodObject =>
  z.strictObject(shapeOf(fields, (field) => described(field).optional()));

const separatorOf = (kind: Kind): string => (kind === 'address' ? '; ' : ', ');

function typedText(kind: Kind, value: unknown): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(String).join(separatorOf(kind));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What somebody would have typed to say the same; the body was checked by a schema of the table. */
export const typedFrom = (fields: FieldTable, body: Readonly<Record<string, unknown>>): TypedFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = body[jsonNameOf(field)];
      return [name, value === undefined ? undefined : typedText(field.kind, value)];
    }),
  );

/** What the directory found wrong, by the names of JSON. */
export const refused = (fields: FieldTable, errors: readonly FieldError[]): ApiProblem =>
  invalid(
    errors.map(({ field: name, text: detail }) => {
      const field = fields[name];
      return { field: field === undefined ? '' : jsonNameOf(field), detail };
    }),
  );
