import type { Database } from 'better-sqlite3';
import { countryFinder } from '../../../reports/country.ts';
import { countryName } from '../../../words/country.ts';
import { keptCountry } from '../../../words/shorten-number.ts';
import { placedOutcomes } from '../../../words/outcome.ts';

/** Functions that the connection is given: of an E.164 number, or what was kept of one, the country, as letters and as a name. */
const countryFunction = 'call_country';
const countryNameFunction = 'call_country_name';

/** Gives a connection the functions that the statements of reports use. Answers the one that finds countries. */
export function registerFunctions(db: Database): (e164: string | null) => string | null {
  const find = countryFinder();
  const textOf = (value: unknown) => (typeof value === 'string' ? value : null);
  const countryOf = (e164: unknown, kept: unknown) =>
    keptCountry({ calledE164: textOf(e164), country: textOf(kept) }, find);
  db.function(countryFunction, { deterministic: true }, countryOf);
  db.function(countryNameFunction, { deterministic: true }, (e164, kept) => {
    const country = countryOf(e164, kept);
    return country === null ? null : countryName(country);
  });
  return find;
}

export const account = 'coalesce((SELECT a.name FROM accounts a WHERE a.id = c.account_id), c.account_name)';
export const department = '(SELECT d.name FROM departments d WHERE d.id = c.department_id)';
export const country = `${countryFunction}(c.called_e164, c.country)`;
/** Of the rate that the call was priced by; else, since calls that were not answered have none, the country. */
export const destination = `coalesce(nullif(p.destination, ''), ${countryNameFunction}(c.called_e164, c.country))`;
/** `calls`: the table, or its alias. */
const shownNumber = (calls: string): string =>
  `coalesce(${calls}.called_e164, ${calls}.called_number, nullif(${calls}.keyed_number, ''))`;
export const number = shownNumber('c');
/** As the index call_records_number has it. */
export const plainNumber = (calls: string): string => `ltrim(${shownNumber(calls)}, '+')`;
export const answered = 'c.answered_at IS NOT NULL';
/** Answered, and nobody knows what it costs. */
export const unrated = `(${answered} AND ifnull(p.kind, 'unrated') = 'unrated')`;
export const placed = `c.outcome IN (${placedOutcomes.map((outcome) => `'${outcome}'`).join(', ')})`;
export const refused = "c.outcome = 'refused'";

/** The current price is one join away, and there is at most one. */
export const currentPrices = 'LEFT JOIN call_prices p ON p.call_id = c.call_id AND p.is_current = 1';

/** A call counts once it is over. Parameters: `fromMs`, `untilMs`. */
export const callsOfPeriod = `FROM call_records c ${currentPrices}
WHERE c.ended_at IS NOT NULL AND c.started_at >= @fromMs AND c.started_at < @untilMs`;
