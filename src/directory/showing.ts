import { checkCode } from '../policy/code.ts';
import { formatList } from '../policy/list.ts';
import { formatMicros } from '../rating/money.ts';
import type { Account, Department, Restriction, Unreadable } from '../words/directory.ts';
import type { AnyField, FieldTable, Kind, KindValues } from '../words/directory/field.ts';
import { spread } from '../words/directory/restriction.ts';
import { maskCode } from '../words/mask-code.ts';
import type { SiteTime } from '../words/site-time.ts';
import { formatEnd, formatMoment } from './moment.ts';
import { payerText } from './payer.ts';

/** Showing what is in the directory: as texts for people, and as JSON. */

export type View = {
  departments: readonly Department[];
  /** Accounts that pay for forwarded calls, by id. */
  payers: ReadonlyMap<number, Account>;
  nowMs: number;
  time: SiteTime;
  /** Codes in full; otherwise all but their last two digits are starred. */
  showCodes: boolean;
};

/** How a kind is shown: what JSON has, and the text for people where it is another one. */
type Showing<Value> = {
  json: (value: Value, view: View) => unknown;
  text?: (value: Value, view: View) => string;
};

const asItIs = { json: (value: unknown) => value };
const list = { json: (items: readonly string[]) => items, text: formatList };

const showings: { readonly [K in Kind]: Showing<KindValues[K]> } = {
  'billing-code': { json: (code, { showCodes }) => (showCodes ? code : maskCode(code)) },
  phone: asItIs,
  name: asItIs,
  text: asItIs,
  department: { json: (sought, { departments }) => departments.find(({ id }) => id === sought)?.name ?? null },
  account: {
    json: (id, { payers }) => {
      const account = id === null ? undefined : payers.get(id);
      return account === undefined ? (id === null ? null : `account ${id}, which does not exist`) : payerText(account);
    },
  },
  digits: asItIs,
  limit: asItIs,
  level: asItIs,
  money: {
    json: (micros) => (micros === null ? null : formatMicros(micros, 2)),
    text: (micros) => (micros === null ? '' : formatMicros(micros, 2)),
  },
  moment: {
    json: (ms) => (ms === null ? null : new Date(ms).toISOString()),
    text: (ms, { time }) => (ms === null ? '' : formatMoment(ms, time)),
  },
  end: {
    json: (ms) => (ms === null ? null : new Date(ms).toISOString()),
    text: (ms, { time }) => (ms === null ? '' : formatEnd(ms, time)),
  },
  'yes-no': { json: (value) => value, text: (value) => (value ? 'yes' : 'no') },
  'shown-number': asItIs,
  numbers: list,
  prefixes: list,
  'world-prefixes': list,
  blocks: list,
  'call-types': list,
  mail: asItIs,
  hours: list,
  address: { json: (lines) => lines, text: (lines) => lines.join('; ') },
};

/** That a field's value is of its kind is checked where its table is written; walking through it loses the types. */
const showingOf = (kind: Kind): Showing<unknown> => showings[kind] as Showing<unknown>;

function textOf(kind: Kind, value: unknown, view: View): string {
  const { json, text } = showingOf(kind);
  if (text !== undefined) return text(value, view);
  const shown = json(value, view);
  return typeof shown === 'string' || typeof shown === 'number' ? String(shown) : '';
}

/** `valid from` as JSON names it: `validFrom`. */
export const jsonNameOf = ({ header }: Pick<AnyField, 'header'>): string =>
  header.replaceAll(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** All fields of something as JSON shows them. */
export function shownJson(fields: FieldTable, entity: object, view: View): Record<string, unknown> {
  const values = spread(entity);
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [jsonNameOf(field), showingOf(field.kind).json(values[name], view)]),
  );
}

export type Shown = { name: string; field: AnyField; text: string };

/** All fields of something as texts for people. */
export function shownTexts(fields: FieldTable, entity: object, view: View): Shown[] {
  const values = spread(entity);
  return Object.entries(fields).map(([name, field]) => ({ name, field, text: textOf(field.kind, values[name], view) }));
}

type MaybeUnreadable = { unreadable?: readonly Unreadable[] };

/** A line for each thing that cannot be read. */
export const problemsOf = ({ unreadable = [] }: MaybeUnreadable): string[] => unreadable.map(({ problem }) => problem);

/** For JSON: `problems`, where there are any. */
export const problemsJson = (entity: MaybeUnreadable): { problems?: string[] } =>
  entity.unreadable === undefined ? {} : { problems: problemsOf(entity) };

/** Whether an account may be used: `enabled`, `disabled`, `expired`, `not yet valid`, `cannot be read`. */
export function stateOf(account: Account, nowMs: number): string {
  if (account.unreadable !== undefined) return 'cannot be read';
  const check = checkCode(account, nowMs);
  return check.ok ? 'enabled' : check.reason.replace(/^code-/, '').replaceAll('-', ' ');
}

/** In words, as short as a table needs: `4-11 digits; not 1900…; only +44… 101; local, national`. */
export function limitsOf(restriction: Restriction): string {
  const { minimumDigits, maximumDigits, blockedPrefixes, allowedPrefixes, allowedNumbers, allowedCallTypes } =
    restriction;
  const limits: string[] = [];
  if (minimumDigits !== null && maximumDigits !== null) limits.push(`${minimumDigits}-${maximumDigits} digits`);
  else if (minimumDigits !== null) limits.push(`from ${minimumDigits} digits`);
  else if (maximumDigits !== null) limits.push(`up to ${maximumDigits} digits`);
  if (blockedPrefixes.length > 0) limits.push(`not ${blockedPrefixes.map((prefix) => `${prefix}…`).join(' ')}`);
  const only = [...allowedPrefixes.map((prefix) => `${prefix}…`), ...allowedNumbers];
  if (only.length > 0) limits.push(`only ${only.join(' ')}`);
  if (allowedCallTypes.length > 0) limits.push(formatList(allowedCallTypes));
  return limits.join('; ');
}
