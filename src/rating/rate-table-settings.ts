import type { Result } from '../words/result.ts';
import { isCurrency, minorDecimals } from './currency.ts';
import { isRoundingMode, microsPerUnit, parseDecimal, parseMicros, roundingModes } from './money.ts';
import type { RateTable } from './rate.ts';
import { parseHolidays, parsePeakHours, parseTimeZone } from './scope.ts';

/** What applies to every rate of a table. */
export type RateTableSettings = Omit<RateTable, 'id' | 'name'>;

/** A setting as a person types it. */
type Setting<Value> = {
  /** Its name, as an option of a command and the field of a form. */
  name: string;
  /** An example of a value, or what it is. */
  example: string;
  /** For help texts; empty: the name explains itself. */
  help: string;
  read: (text: string) => Result<Value>;
  /** For a new table in this currency that does not set it; null: it is required. */
  otherwise: Value | null | ((currency: string) => Value);
};

const maximumMarkup = 100_000;

export const rateTableSettings = {
  currency: {
    ...{ name: 'currency', example: 'CODE', help: 'only while the table has no rates', otherwise: null },
    read: (text) =>
      isCurrency(text) ? { ok: true, value: text } : { ok: false, problem: `"${text}" is not an ISO 4217 currency` },
  },
  roundingMode: {
    ...{ name: 'rounding', example: 'MODE', help: roundingModes.join(', '), otherwise: 'half-up' },
    read: (text) =>
      isRoundingMode(text)
        ? { ok: true, value: text }
        : { ok: false, problem: `it must be one of ${roundingModes.join(', ')}` },
  },
  roundingUnitMicros: {
    ...{ name: 'rounding-unit', example: '0.0001' },
    help: "what costs and charges are multiples of; the currency's smallest unit without this option",
    read: (text) => {
      const micros = parseMicros(text);
      return micros.ok && micros.value === 0 ? { ok: false, problem: 'it must be more than 0' } : micros;
    },
    otherwise: smallestUnitMicros,
  },
  markupBasisPoints: {
    ...{ name: 'markup', example: '12.5', help: 'percent', otherwise: 0 },
    read: (text) => {
      const basisPoints = parseDecimal(text.replace(/\s*%$/, ''), 2);
      const isTooMuch = basisPoints.ok && basisPoints.value > maximumMarkup;
      return isTooMuch ? { ok: false, problem: 'the maximum is 1000 percent' } : basisPoints;
    },
  },
  markupPerCallMicros: {
    ...{ name: 'markup-per-call', example: '0.05', help: '', otherwise: 0 },
    read: (text) => parseMicros(text),
  },
  peakHours: {
    ...{ name: 'peak', example: '"Mon-Fri 08:00-18:00"', help: 'when peak rates apply; empty: there are none' },
    ...{ read: parsePeakHours, otherwise: '' },
  },
  holidays: {
    ...{ name: 'holidays', example: '"12-25, 2026-11-26"', help: 'days that count as Sundays for peak rates' },
    ...{ read: parseHolidays, otherwise: '' },
  },
  timeZone: {
    ...{ name: 'time-zone', example: 'NAME', help: 'of the peak hours; without this option, site.timeZone' },
    ...{ read: parseTimeZone, otherwise: 'UTC' },
  },
} as const satisfies { readonly [Field in keyof RateTableSettings]: Setting<RateTableSettings[Field]> };

export const settingFields = Object.keys(rateTableSettings) as (keyof RateTableSettings)[];

/** The currency's minor unit, so that what calls are charged can be paid: 0.01 USD, 1 JPY, 0.001 KWD. */
function smallestUnitMicros(currency: string): number {
  return microsPerUnit / 10 ** minorDecimals(currency);
}

/** For a new table in this currency that does not set them. */
export function defaultSettings(currency: string): Omit<RateTableSettings, 'currency'> {
  const entries = settingFields.flatMap((field) => {
    const { otherwise } = rateTableSettings[field];
    if (otherwise === null) return [];
    return [[field, typeof otherwise === 'function' ? otherwise(currency) : otherwise]];
  });
  return Object.fromEntries(entries) as Omit<RateTableSettings, 'currency'>;
}

/** `settings`, to which another currency is given: what is as it would be without being set becomes what it is in that one. */
export function inCurrency(settings: RateTableSettings, currency: string): RateTableSettings {
  const [before, after] = [defaultSettings(settings.currency), defaultSettings(currency)];
  const isUnset = settings.roundingUnitMicros === before.roundingUnitMicros;
  return { ...settings, currency, ...(isUnset ? { roundingUnitMicros: after.roundingUnitMicros } : {}) };
}

/** The settings among a table's fields. */
export function settingsIn<Known extends Partial<RateTableSettings>>(
  known: Known,
): Pick<Known, keyof Known & keyof RateTableSettings> {
  const entries = settingFields.flatMap((field) => (field in known ? [[field, known[field]]] : []));
  return Object.fromEntries(entries) as Pick<Known, keyof Known & keyof RateTableSettings>;
}
