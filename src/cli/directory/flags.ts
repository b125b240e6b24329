import type { ParseArgsOptionsConfig } from 'node:util';
import type { AnyField, FieldTable } from '../../words/directory/field.ts';
import type { TypedFields } from '../../directory/reading.ts';
import { print, UsageError } from '../usage.ts';

/** Flags, made of the field tables. */

const dashed = (header: string): string => header.replaceAll(' ', '-');

const flagOf = ({ flag, header }: AnyField): string => flag?.name ?? dashed(header);

const optionOf = ({ flag }: AnyField): ParseArgsOptionsConfig[string] =>
  flag?.means === undefined
    ? { type: 'string', ...(flag?.many === true ? { multiple: true } : {}) }
    : { type: 'boolean' };

/** For `parseArgs`; former names too. */
export function flagOptions(fields: FieldTable): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.values(fields).flatMap((field) => [
      [flagOf(field), optionOf(field)] as const,
      ...(field.formerly === undefined ? [] : [[dashed(field.formerly), optionOf(field)] as const]),
    ]),
  );
}

type FlagValue = string | boolean | (string | boolean)[] | undefined;
export type FlagValues = Readonly<Record<string, FlagValue>>;

function textOf({ flag }: AnyField, value: FlagValue): string | undefined {
  if (Array.isArray(value)) return value.join(',');
  return value === true ? flag?.means : value === false ? undefined : value;
}

/** What was typed, by field. A flag that goes by a former name is taken, and `stderr` gets a line with the new one. */
export function typedByFlags(fields: FieldTable, values: FlagValues, stderr: NodeJS.WritableStream): TypedFields {
  const typed: Record<string, string | undefined> = {};
  for (const [name, field] of Object.entries(fields)) {
    const flag = flagOf(field);
    const former = field.formerly === undefined ? undefined : dashed(field.formerly);
    const formerValue = former === undefined ? undefined : values[former];
    if (former !== undefined && formerValue !== undefined) {
      if (values[flag] !== undefined)
        throw new UsageError(`--${former} is the former name of --${flag}: give one of them`);
      printFormerName(stderr, `--${former}`, `--${flag}`);
    }
    typed[name] = textOf(field, values[flag] ?? formerValue);
  }
  return typed;
}

export const printFormerName = (stderr: NodeJS.WritableStream, former: string, now: string): void =>
  print(stderr, `${former} is now called ${now}.`);

const flagsWidth = 28;

/** A line or more for each field, for help texts. */
export function fieldsHelp(fields: FieldTable): string {
  const lines = Object.values(fields).flatMap((field) => {
    const [first = '', ...more] = field.help.split('\n');
    const flag = `--${flagOf(field)} ${field.argument}`.trim();
    return [`  ${flag.padEnd(flagsWidth)}${first}`, ...more.map((text) => ' '.repeat(flagsWidth + 2) + text)];
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The names of the columns in a few lines, indented. */
export function columnsHelp(fields: FieldTable): string {
  const lines: string[] = [];
  for (const { header } of Object.values(fields)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + header.length > 100) lines.push(`  ${header}`);
    else lines[lines.length - 1] = `${last}, ${header}`;
  }
  return lines.join(',\n');
}
