import type { Result } from '../words/result.ts';
import { isCurrency } from './currency.ts';
import { isRoundingMode, parseDecimal, parseMicros, roundingModes } from './money.ts';
import type { RateTable } from './rate.ts';

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
  /** For a new table that does not set it; null: it is required. */
  otherwise: Value | null;
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
    ...{ name: 'rounding-unit', example: '0.0001', help: 'what costs and charges are multiples of' },
    read: (text) => {
      const micros = parseMicros(text);
      return micros.ok && micros.value === 0 ? { ok: false, problem: 'it must be more than 0' } : micros;
    },
    // Ten-thousandths, as in carriers' invoices.
    otherwise: 100,
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
} as const satisfies { readonly [Field in keyof RateTableSettings]: Setting<RateTableSettings[Field]> };

export const settingFields = Object.keys(rateTableSettings) as (keyof RateTableSettings)[];

/** For a new table that does not set them. */
export const defaultSettings = Object.fromEntries(
  settingFields.flatMap((field) => {
    const { otherwise } = rateTableSettings[field];
    return otherwise === null ? [] : [[field, otherwise]];
  }),
) as Omit<RateTableSettings, 'currency'>;

/** The settings among a table's fields. */
export function settingsIn(known: Partial<RateTableSettings>): Partial<RateTableSettings> {
  return Object.fromEntries(settingFields.flatMap((field) => (field in known ? [[field, known[field]]] : [])));
}
