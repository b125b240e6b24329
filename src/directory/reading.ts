import type { DialPlan } from '../numbers/dial-plan.ts';
import { emergencyIn } from '../numbers/read.ts';
import { isCodeText } from '../policy/code.ts';
import { parseHours } from '../words/hours.ts';
import { uselessBlock } from '../policy/effect.ts';
import { parseCallTypeList, parseNumberList, parsePrefixList, parseWorldPrefixList } from '../policy/list.ts';
import { parseMicros } from '../rating/money.ts';
import type { AnyField, FieldTable, Kind, KindValues } from '../words/directory/field.ts';
import { highestLevel, isLevel } from '../words/directory/level.ts';
import { isMailAddress } from '../words/mail-address.ts';
import type { Result } from '../words/result.ts';
import type { SiteTime } from '../words/site-time.ts';
import { parseEnd, parseMoment } from './moment.ts';
import type { Payer } from './payer.ts';
import { readShownNumber } from './shown-number.ts';

/** Reading fields as a person types them, whether into a command, a file or a page. */

/** A line for each thing that is wrong. */
export type Problems = string[];

/** What was typed, by the names of the fields; an empty text clears a field, one that is not there leaves it as it is. */
export type TypedFields = Readonly<Record<string, string | undefined>>;

export type ReadingContext = {
  plan: DialPlan;
  /** What was found by the text of the field that names an account. */
  payer: Payer;
  time: SiteTime;
};

/** As it goes into an input: a department by its name. */
type ReadValues = Omit<KindValues, 'department'> & { department: string | null };

type Reader<Value> = (text: string, field: AnyField, context: ReadingContext) => Result<Value, Problems>;

const none = { ok: true, value: null } as const;
const longestText = 100;
const digitsLimit = 30;

const read = <Value>(value: Value, problems: Problems): Result<Value, Problems> =>
  problems.length === 0 ? { ok: true, value } : { ok: false, problem: problems };

/** With the name of the field before what is wrong with it. */
const of = <Value>({ header }: AnyField, result: Result<Value>): Result<Value, Problems> =>
  result.ok ? result : { ok: false, problem: [`${header}: ${result.problem}`] };

const readText: Reader<string> = (text, { header }) => {
  const trimmed = text.trim();
  const problems: Problems = [];
  // Names are shown in terminals and sent to them as they are.
  if (/\p{Cc}/u.test(trimmed)) problems.push(`${header} contains a control character or a line break`);
  if (trimmed.length > longestText) problems.push(`${header} is longer than ${longestText} characters`);
  return read(trimmed, problems);
};

/** How a spreadsheet writes a number that it takes a code for: `201.0`, `4.42E+11`. Null: not so. */
function madeNumber(text: string): string | null {
  const [, whole] = /^(\d+)\.0+$/.exec(text) ?? [];
  const shown = JSON.stringify(text.slice(0, 40));
  if (whole !== undefined) {
    return `${shown} can be read in two ways: write ${whole}, if a spreadsheet has made a number of it, or ${text.replace('.', '')}`;
  }
  return /^\d(?:[.,]\d+)?E\+?\d+$/i.test(text)
    ? `${shown} was damaged by a spreadsheet: format the column as text`
    : null;
}

const readCode: Reader<string> = (text, { header }, { plan }) => {
  const code = text.trim();
  if (madeNumber(code) !== null) {
    return {
      ok: false,
      problem: [`${header} was made a number by a spreadsheet: format the column as text, and check the codes`],
    };
  }
  if (!isCodeText(code)) return { ok: false, problem: [`${header} must be 1 to 20 digits`] };
  if (emergencyIn(code, plan) === null) return { ok: true, value: code };
  return { ok: false, problem: [`${header} ${code} is an emergency number and cannot be a billing code`] };
};

const readPhone: Reader<string> = (text, { header }) => {
  const number = text.trim();
  const made = madeNumber(number);
  if (made !== null) return { ok: false, problem: [`${header}: ${made}`] };
  if (/^[0-9A-Za-z+*#._-]{1,40}$/.test(number)) return { ok: true, value: number };
  const problem = `${header} must be 1 to 40 digits or letters, without spaces: as the phone system names the caller`;
  return { ok: false, problem: [problem] };
};

const readDepartment: Reader<string | null> = (text, field, context) => {
  const name = readText(text, field, context);
  return name.ok && name.value === '' ? { ok: true, value: null } : name;
};

const readDigits: Reader<number | null> = (text, { header }) => {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, value: null };
  const digits = /^\d{1,2}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (digits >= 0 && digits <= digitsLimit) return { ok: true, value: digits };
  return { ok: false, problem: [`${header} must be a number from 0 to ${digitsLimit}`] };
};

const largestLimit = 1_000_000;

const readLimit: Reader<number | null> = (text, { header }) => {
  const trimmed = text.trim();
  if (trimmed === '') return { ok: true, value: null };
  const limit = /^\d{1,7}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (limit >= 1 && limit <= largestLimit) return { ok: true, value: limit };
  const nothing = limit === 0 ? '; 0 would allow no call at all: disable the code, or restrict what it may call' : '';
  return {
    ok: false,
    problem: [`${header} must be a whole number from 1 to ${largestLimit}, or empty for no limit${nothing}`],
  };
};

const readLevel: Reader<number> = (text, { header }) => {
  const trimmed = text.trim();
  const level = trimmed === '' ? highestLevel : /^\d{1,3}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (isLevel(level)) return { ok: true, value: level };
  return {
    ok: false,
    problem: [`${header} must be a whole number from 0 to ${highestLevel}, or empty for ${highestLevel}`],
  };
};

/** Written with a point. 0 is a limit, too: then only what is free may be called. */
const readMoney: Reader<number | null> = (text, field) => {
  const typed = text.trim();
  if (typed === '') return none;
  // Nobody writes a zero behind two decimals, and everybody one behind thousands.
  if (/^[1-9]\d{0,2}(?:\.\d{3})*\.\d\d0$/.test(typed)) {
    const [whole, decimal] = [typed.replaceAll('.', ''), typed.replace(/\.?0+$/, '')];
    const other = typed.split('.').length > 2 ? '' : `, or ${decimal} for one with decimals`;
    return {
      ok: false,
      problem: [
        `${field.header}: "${typed}" can be read in two ways: write ${whole}, without a sign between thousands${other}`,
      ],
    };
  }
  return of(field, parseMicros(text));
};

const yes = ['yes', 'y', 'true', '1', 'on', 'enabled'];
const no = ['no', 'n', 'false', '0', 'off', 'disabled'];

const readYesNo: Reader<boolean> = (text, { header, otherwise }) => {
  const word = text.trim().toLowerCase();
  if (word === '') return { ok: true, value: otherwise === true };
  if (yes.includes(word)) return { ok: true, value: true };
  return no.includes(word) ? { ok: true, value: false } : { ok: false, problem: [`${header} must be yes or no`] };
};

const readBlocks: Reader<readonly string[]> = (text, field, { plan }) => {
  const prefixes = of(field, parsePrefixList(text));
  if (!prefixes.ok) return prefixes;
  const useless = prefixes.value.flatMap((prefix) => uselessBlock(prefix, plan) ?? []);
  return read(
    prefixes.value,
    useless.map((why) => `${field.header}: ${why}`),
  );
};

const maximumLines = 8;

const readAddress: Reader<readonly string[]> = (text, field, context) => {
  const lines = text.split(/[;\r\n]+/).map((line) => readText(line, field, context));
  const problems = lines.flatMap((line) => (line.ok ? [] : line.problem));
  const given = lines.flatMap((line) => (line.ok && line.value !== '' ? [line.value] : []));
  if (given.length > maximumLines) problems.push(`${field.header} has more than ${maximumLines} lines`);
  return read(given, problems);
};

const longestMail = 400;

const readMail: Reader<string> = (text, { header }) => {
  const addresses = text.split(/[,;\s]+/).filter((address) => address !== '');
  const problems = addresses
    .filter((address) => !isMailAddress(address))
    .map(
      (address) => `${header}: ${JSON.stringify(address.slice(0, 80))} is no e-mail address such as anna@example.org`,
    );
  const value = addresses.join(', ');
  if (value.length > longestMail) problems.push(`${header} is longer than ${longestMail} characters`);
  return read(value, problems);
};

/** How each kind of field is read. */
const readers: { readonly [K in Kind]: Reader<ReadValues[K]> } = {
  'billing-code': readCode,
  phone: readPhone,
  name: readText,
  text: readText,
  department: readDepartment,
  account: (_text, field, { payer }) => of(field, payer),
  digits: readDigits,
  limit: readLimit,
  level: readLevel,
  money: readMoney,
  moment: (text, field, { time }) => (text.trim() === '' ? none : of(field, parseMoment(text, time))),
  end: (text, field, { time }) => (text.trim() === '' ? none : of(field, parseEnd(text, time))),
  'yes-no': readYesNo,
  'shown-number': (text, field, { plan }) => of(field, readShownNumber(text, plan)),
  numbers: (text, field) => of(field, parseNumberList(text)),
  prefixes: (text, field) => of(field, parsePrefixList(text)),
  blocks: readBlocks,
  'world-prefixes': (text, field) => of(field, parseWorldPrefixList(text)),
  'call-types': (text, field) => of(field, parseCallTypeList(text)),
  hours: (text, field) => of(field, parseHours(text)),
  address: readAddress,
  mail: readMail,
};

/** The text of the field that names an account; empty: none. */
export function payerTextIn(fields: FieldTable, typed: TypedFields): string {
  let text = '';
  for (const name in fields) if (fields[name]?.kind === 'account') text += typed[name] ?? '';
  return text;
}

/** The name of a field in an input, where a department has its name for its id. */
export const inputNameOf = (name: string, { kind }: AnyField): string => (kind === 'department' ? kind : name);

/**
 * What was typed, read, by the names of an input; only the fields that were given. Where one is wrong, `problems` says so, and the
 * field is as if nothing had been said of it, for checks of the whole.
 */
export function readFields(
  fields: FieldTable,
  typed: TypedFields,
  context: ReadingContext,
): { changes: Readonly<Record<string, unknown>>; problems: Problems } {
  const changes: Record<string, unknown> = {};
  const problems: Problems = [];
  for (const [name, field] of Object.entries(fields)) {
    const text = typed[name];
    if (text === undefined) continue;
    const result = readers[field.kind](text, field, context);
    if (!result.ok) problems.push(...result.problem);
    changes[inputNameOf(name, field)] = result.ok ? result.value : 'otherwise' in field ? field.otherwise : text;
  }
  return { changes, problems };
}
