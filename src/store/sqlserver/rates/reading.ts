import { isRoundingMode } from '../../../rating/money.ts';
import { unreadableAmount, type RateTable, type RateTerms } from '../../../rating/rate.ts';
import { isRateScope, parseHolidays, parsePeakHours, parseTimeZone, rateScopes } from '../../../rating/scope.ts';
import { defaultSettings } from '../../../rating/rate-table-settings.ts';
import type { RateTableCopy, StoredRate } from '../../ports/rate-replica.ts';
import { StoreError } from '../../ports/store-error.ts';
import { formatTiers, parseTiers } from '../../../rating/tiers.ts';
import { rateColumns } from '../../tables/rate.ts';
import { tableTermsOf, termsOf, type RateRow, type RateTableRow } from './rows.ts';

/** Rows that plain T-SQL or a bulk load wrote, some of which cannot be read: one of them must not stop the others. */

/**
 * A rate as it can be used, and what cannot be read of its row. One with an unreadable amount or increment stays, so that its calls are
 * unrated and not priced by a shorter prefix; null: there are no calls of it, because its prefix is none, or it is never valid.
 */
export function readRate(row: RateRow): { rate: StoredRate | null; problem: string | null } {
  const { id, tableId, version } = row;
  const terms = termsOf(row);
  const isUnreadable = (field: keyof typeof smallest): boolean =>
    !Number.isSafeInteger(terms[field]) || terms[field] < smallest[field];
  const fields = (Object.keys(smallest) as (keyof typeof smallest)[]).filter(isUnreadable);
  const where = `dbo.Rates, Id ${id}, `;
  if (!/^[0-9]{0,15}$/.test(terms.prefix)) {
    return {
      rate: null,
      problem: `${where}Prefix: it is not made of 0 to 15 digits; no call is priced by it until this is fixed`,
    };
  }
  if (terms.validFromMs !== null && terms.validUntilMs !== null && terms.validFromMs >= terms.validUntilMs) {
    return {
      rate: null,
      problem: `${where}ValidFrom: it is not before ValidUntil; no call is priced by it until this is fixed`,
    };
  }
  const rate = { id, tableId, version, ...terms };
  const [scope, status]: [string, string] = [terms.scope, terms.status];
  if (!isRateScope(scope)) {
    const problem = `${where}Scope: it is none of ${rateScopes.join(', ')}; its calls are unrated until this is fixed`;
    return { rate: { ...rate, scope: 'all', ...standIns }, problem };
  }
  if (status !== 'open' && status !== 'closed') {
    const problem = `${where}Status: it is neither open nor closed; calls to its numbers are refused until this is fixed`;
    return { rate: { ...rate, status: 'closed' }, problem };
  }
  const tiers = parseTiers(terms.tiers);
  if (fields.length === 0 && tiers.ok) return { rate: { ...rate, tiers: formatTiers(tiers.value) }, problem: null };
  const wrong = tiers.ok ? fields : [...fields, 'tiers' as const];
  const names = wrong.map((field) => rateColumns[field].sqlServer).join(', ');
  return {
    rate: { ...rate, ...standIns },
    problem: `${where}${names}: out of range; its calls are unrated until this is fixed`,
  };
}

/** As the CHECKs say, which a bulk load skips unless told otherwise. */
const smallest = {
  connectFeeMicros: 0,
  priceMicros: 0,
  minimumChargeMicros: 0,
  firstIncrementMs: 0,
  nextIncrementMs: 1,
  graceMs: 0,
} as const;

const standIns: Pick<RateTerms, keyof typeof smallest> = {
  connectFeeMicros: unreadableAmount,
  priceMicros: unreadableAmount,
  minimumChargeMicros: unreadableAmount,
  firstIncrementMs: 0,
  nextIncrementMs: 1,
  graceMs: 0,
};

/** Those that can be used, and a line for each that cannot be read. */
export function readRates(rows: readonly RateRow[], onProblem: (problem: string) => void): StoredRate[] {
  return rows.flatMap((row) => {
    const { rate, problem } = readRate(row);
    if (problem !== null) onProblem(problem);
    return rate ?? [];
  });
}

/** A table, and what cannot be read of its row: it then has settings that stand in, by which nothing may be priced. */
export function readTable(row: RateTableRow): { table: RateTableCopy; problem: string | null } {
  const { id, version } = row;
  const terms = tableTermsOf(row);
  const table = { id, ...terms, version, isDefault: row.isDefault === 1 };
  const wrong = problemOf(terms);
  if (wrong === null) return { table: { ...table, ...canonicalTimes(terms) }, problem: null };
  return { table: { ...table, ...defaultSettings(terms.currency) }, problem: `dbo.RateTables, Id ${id}, ${wrong}` };
}

function problemOf(terms: ReturnType<typeof tableTermsOf>): string | null {
  const { name, currency, roundingMode, roundingUnitMicros, markupBasisPoints, markupPerCallMicros } = terms;
  if (name === '') return 'Name: it is empty';
  if (!/^[A-Z]{3}$/.test(currency)) return `Currency: "${currency}" is not three capital letters`;
  if (!isRoundingMode(roundingMode)) return `RoundingMode: there is no rounding mode "${String(roundingMode)}"`;
  if (!isAmount(roundingUnitMicros, 1)) return 'RoundingUnitMicros: out of range';
  if (!isAmount(markupBasisPoints, 0)) return 'MarkupBasisPoints: out of range';
  if (!isAmount(markupPerCallMicros, 0)) return 'MarkupPerCallMicros: out of range';
  return timesProblem(terms);
}

type Times = Pick<RateTable, 'peakHours' | 'holidays'>;

/** As they are kept, however they were written with SQL. */
function canonicalTimes({ peakHours, holidays }: Times): Times {
  const [hours, days] = [parsePeakHours(peakHours), parseHolidays(holidays)];
  return { peakHours: hours.ok ? hours.value : '', holidays: days.ok ? days.value : '' };
}

function timesProblem({ peakHours, holidays, timeZone }: ReturnType<typeof tableTermsOf>): string | null {
  const times = [
    ['PeakHours', parsePeakHours(peakHours)],
    ['Holidays', parseHolidays(holidays)],
    ['TimeZone', parseTimeZone(timeZone)],
  ] as const;
  for (const [column, read] of times) if (!read.ok) return `${column}: ${read.problem}`;
  return null;
}

const isAmount = (value: number, minimum: number): boolean => Number.isSafeInteger(value) && value >= minimum;

/** Throws a `StoreError` where its row cannot be read. */
export function rateTableOf(row: RateTableRow): RateTableCopy {
  const { table, problem } = readTable(row);
  if (problem !== null) throw new StoreError('invalid', problem);
  return table;
}
