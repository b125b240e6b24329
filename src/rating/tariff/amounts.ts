import type { Result } from '../../words/result.ts';
import { isCurrency, minorDecimals } from '../currency.ts';
import { joinIncrements, type Increments } from '../increments.ts';
import {
  divideRounded,
  microsDecimals,
  parseDecimal,
  parseMicros,
  withinMaximum,
  type RoundingMode,
} from '../money.ts';
import { isPlainUnit, parseInUnit, unitAlone, unitText, type PriceUnit } from './price-units.ts';
import { plainNumber, pointSigns, type NumberSigns } from '../signs.ts';

/** Signs of currencies, and which they may stand for. `$` and `¥` stand for several. */
const currencySigns: Readonly<Record<string, RegExp>> = {
  $: /^(USD|CAD|AUD|NZD|SGD|HKD|MXN|BSD|BBD|BZD|BMD|KYD|JMD|TTD|XCD|FJD|TWD|ARS|CLP|COP|UYU)$/,
  US$: /^USD$/,
  '€': /^EUR$/,
  '£': /^(GBP|EGP|GIP|FKP|SHP|LBP|SYP)$/,
  '¥': /^(JPY|CNY)$/,
  '₹': /^(INR)$/,
  '₺': /^TRY$/,
  '₽': /^RUB$/,
  '₪': /^ILS$/,
  '₩': /^(KRW|KPW)$/,
  '₫': /^VND$/,
  '₦': /^NGN$/,
  '฿': /^THB$/,
  '₴': /^UAH$/,
  '₱': /^PHP$/,
  R$: /^BRL$/,
  C$: /^(CAD|NIO)$/,
  CA$: /^CAD$/,
  A$: /^AUD$/,
  NZ$: /^NZD$/,
  HK$: /^HKD$/,
  S$: /^SGD$/,
  kr: /^(SEK|NOK|DKK|ISK)$/,
  'kr.': /^(DKK|NOK|SEK|ISK)$/,
  zł: /^PLN$/,
  Kč: /^CZK$/,
  Ft: /^HUF$/,
  'Fr.': /^CHF$/,
};

/** `US$` before `$`. */
const longestFirst = Object.keys(currencySigns).toSorted((a, b) => b.length - a.length);
const mayStandFor = (sign: string, currency: string): boolean =>
  sign === currency || currencySigns[sign]?.test(currency) === true;

/** The sign of a currency in the name of a column that cannot be this currency's; null: there is none. */
export function foreignSign(name: string, currency: string): string | null {
  // Letters stand in words as well.
  const sign = longestFirst.find((one) => /\p{Sc}/u.test(one) && name.includes(one));
  return sign === undefined || mayStandFor(sign, currency) ? null : sign;
}

/** An amount without the sign or code of its currency before or behind it; that, where it has one. */
function withoutSign(text: string): { amount: string; sign: string | null } {
  const code = /^[A-Z]{3}(?=\s*\d)|(?<=\d\s*)[A-Z]{3}$/.exec(text)?.[0];
  if (code !== undefined && isCurrency(code)) return { amount: text.replace(code, '').trim(), sign: code };
  const found = longestFirst.find((sign) => text.startsWith(sign) || text.endsWith(sign));
  if (found === undefined) return { amount: text, sign: null };
  const amount = text.startsWith(found) ? text.slice(found.length) : text.slice(0, -found.length);
  return { amount: amount.trim(), sign: found };
}

/** `currency`: the file's, where it is known; `unit`: of its column, where it has one; `rounding`: of more than six decimals, where allowed. */
export type MoneyReading = {
  signs: NumberSigns;
  currency: string | null;
  unit?: PriceUnit | undefined;
  rounding?: RoundingMode | null;
  /** Of a fee for a call, for which no time counts. */
  isForCall?: boolean;
  /** Is told of a unit behind the amount, where it is not the plain one. */
  onCellUnit?: (unit: PriceUnit) => void;
};

type CellUnit = { money: string; unit: PriceUnit; isTimed: boolean };
const inCell = /^(.*\d(?:\s*(?:\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Ft|Fr\.))?)\s*((?:\/|[a-zA-Z¢￠]).*)$/u;

/** `1.5 ct`, `0.0002/s`, `0.01 €/min`: what stands in the cell, and the unit behind it; null: there is none. */
function withCellUnit(text: string): CellUnit | null {
  const [, money = '', words = ''] = inCell.exec(text) ?? [];
  const unit = unitAlone(words);
  if (unit === null) return null;
  const isTimed = /\/|\b(?:per|pro|par|por|je)\b/i.test(words);
  // `0.02 s` may be anything.
  return isTimed || (unit.seconds === 60 && unit.parts !== 1) ? { money, unit, isTimed } : null;
}

/** Reads an amount of money into micro-units. */
export function readMoney(text: string, { unit, isForCall, onCellUnit, ...reading }: MoneyReading): Result<number> {
  const cell = withCellUnit(text.trim());
  if (cell === null) return readAmount(text, { ...reading, unit });
  if (cell.isTimed && isForCall === true)
    return { ok: false, problem: `"${text.trim()}" is for a time, in a column of what a call costs` };
  if (unit !== undefined && (unit.seconds !== cell.unit.seconds || unit.parts !== cell.unit.parts)) {
    const problem = `"${text.trim()}" has another unit than the name of its column, by which ${unitText(unit)}`;
    return { ok: false, problem };
  }
  if (isPlainUnit(cell.unit)) return readAmount(cell.money, reading);
  onCellUnit?.(cell.unit);
  return readAmount(cell.money, { ...reading, unit: cell.unit });
}

function readAmount(
  text: string,
  { signs, currency, unit, rounding }: Omit<MoneyReading, 'isForCall' | 'onCellUnit'>,
): Result<number> {
  const { amount, sign } = withoutSign(text.trim());
  if (sign !== null && (currency === null || !mayStandFor(sign, currency))) {
    const which =
      currency === null ? 'the currency is not known: say it with --currency' : `the table is in ${currency}`;
    return { ok: false, problem: `"${text.trim()}" has the sign ${sign}, but ${which}` };
  }
  const twice = currency === null ? null : thousandsOrDecimals(amount, signs, currency);
  const parse =
    unit === undefined
      ? (plain: string) => parsePrice(plain, rounding ?? null)
      : (plain: string) => parseInUnit(plain, unit);
  return twice === null ? readDecimal(amount, signs, parse) : { ok: false, problem: twice };
}

/** A price that is finer than a millionth is rounded where somebody has said how. */
function parsePrice(plain: string, rounding: RoundingMode | null): Result<number> {
  const finer = /^(\d*\.\d{6})(\d*[1-9])0*$/.exec(plain.trim());
  if (finer === null) return parseMicros(plain);
  if (rounding === null)
    return {
      ok: false,
      problem: `"${plain.trim()}" has more than ${microsDecimals} decimals: say with --round-prices how it is rounded, e.g. half-up`,
    };
  const read = parseMicros(finer[1] ?? '');
  if (!read.ok) return read;
  const rest = finer[2] ?? '';
  const scale = 10n ** BigInt(rest.length);
  const value = Number(divideRounded(BigInt(read.value) * scale + BigInt(rest), scale, rounding));
  return value === 0 ? { ok: false, problem: `"${plain.trim()}" would be nothing` } : withinMaximum(value, plain);
}

/** A currency without smaller coins has prices in the thousands: `1.250` dong are as likely 1250. */
function thousandsOrDecimals(text: string, signs: NumberSigns, currency: string): string | null {
  const isUndeclared = signs.decimal === '.' && signs.group === null;
  if (!isUndeclared || minorDecimals(currency) > 0 || !/^[1-9]\d{0,2}(?:\.\d{3})+$/.test(text)) return null;
  const plain = text.replaceAll('.', '');
  return `"${text}" can be read in two ways: ${plain} with --locale de, or with --locale en as a number with decimals`;
}

/** Seconds, from `60/60`, `30/6`, `0.1/0.1`; a single number counts for both. */
export function readIncrements(text: string, signs: NumberSigns): Result<Increments> {
  if (/^\d+(?:[.,]\d+)? ?min/i.test(text.trim())) {
    return {
      ok: false,
      problem: `increments "${text.trim()}" are in minutes: write them in seconds, or say them with --increments`,
    };
  }
  if (/^\d{4}-\d{2}-\d{2}|^\d{1,2}[-. ]\p{L}{3,}|^\p{L}{3,}[-. ]\d{1,2}$/u.test(text.trim())) {
    return {
      ok: false,
      problem: `increments "${text.trim()}" are a date: a spreadsheet has made one of 1/1, 30/6 or the like, so format the column as text`,
    };
  }
  // `1+1` and `30-6` have no other reading.
  const [first = '', next = first, ...more] = text.replace(/(?<=\d\s*)[+-](?=\s*\d)/g, '/').split('/');
  if (more.length > 0) {
    return { ok: false, problem: `increments "${text.trim()}" have more than two parts: write them as first/next` };
  }
  return readBothIncrements(first, next, signs);
}

export function readBothIncrements(first: string, next: string, signs: NumberSigns): Result<Increments> {
  const parts = [first, next].map((text) =>
    readDecimal(text.trim().replace(/\s*s(ec(onds?)?)?\.?$/i, ''), signs, (plain) => ({ ok: true, value: plain })),
  );
  const [plainFirst, plainNext] = parts;
  if (plainFirst?.ok === false) return { ok: false, problem: `increment ${plainFirst.problem}` };
  if (plainNext?.ok === false) return { ok: false, problem: `increment ${plainNext.problem}` };
  return joinIncrements(plainFirst?.value ?? '', plainNext?.value ?? '');
}

/** Of a time in seconds, milliseconds. */
export function readSeconds(text: string, signs: NumberSigns): Result<number> {
  const read = readDecimal(text.replace(/\s*s(ec(onds?)?)?\.?$/i, ''), signs, (plain) => parseDecimal(plain, 3));
  const isTooMuch = read.ok && read.value > maximumSeconds * 1000;
  return isTooMuch ? { ok: false, problem: `the maximum is ${maximumSeconds}` } : read;
}

const maximumSeconds = 86_400;

/** With a problem that names what decides, where the text can be read in two ways. */
function readDecimal<Value>(text: string, signs: NumberSigns, read: (plain: string) => Result<Value>): Result<Value> {
  const plain = plainNumber(text, signs);
  if (plain !== null) return read(plain);
  const twice = signs.decimal === '.' && signs.group === null ? twoReadings(text) : wrongSigns(text, signs);
  return twice === null ? read(text) : { ok: false, problem: twice };
}

/** Nothing was declared, and the text has signs besides a decimal point. */
function twoReadings(text: string): string | null {
  const asComma = plainNumber(text, { ...pointSigns, decimal: ',', group: '.' });
  const asThousands = plainNumber(text, { ...pointSigns, group: ',' });
  const asLakhs = asThousands === null ? plainNumber(text, { ...pointSigns, group: ',', groups: [3, 2] }) : null;
  const readings = [
    ...(asComma === null ? [] : [`${asComma} with --decimal-comma or --locale de`]),
    ...(asThousands === null ? [] : [`${asThousands} with --locale en`]),
    ...(asLakhs === null ? [] : [`${asLakhs} with --locale en-IN`]),
  ];
  if (readings.length === 0) return inGroups(text);
  return `"${text}" has a comma: it is ${readings.join(', ')}`;
}

/** Signs between thousands of which there is one reading. */
function inGroups(text: string): string | null {
  const swiss = plainNumber(text, { ...pointSigns, group: "'" });
  if (swiss !== null) return `"${text}" has signs between thousands: it is ${swiss} with --locale de-CH`;
  const french = plainNumber(text, { ...pointSigns, decimal: ',', group: ' ' });
  if (french !== null) return `"${text}" has spaces between thousands: it is ${french} with --locale fr`;
  const point = plainNumber(text, { ...pointSigns, group: ' ' });
  return point === null ? null : `"${text}" has spaces between thousands: write ${point}`;
}

function wrongSigns(text: string, { decimal, group }: NumberSigns): string | null {
  if (!/^[\d.,'’\s]+$/.test(text)) return null;
  const between = group === null ? 'nothing' : `"${group}"`;
  return `"${text}" is not written as declared: with "${decimal}" before the decimals and ${between} between thousands`;
}
