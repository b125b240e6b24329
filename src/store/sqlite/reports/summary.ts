import type { Database } from 'better-sqlite3';
import { isClockGrouping, quarterMs } from '../../../reports/report.ts';
import type { ClockGrouping, Grouping, ReportFilters, SummaryPiece, SummaryQuery } from '../../../reports/report.ts';
import { pieceOf, type SummaryRow } from '../../reports/pieces.ts';
import { conditions, parametersOf } from './conditions.ts';
import { answered, callsOfPeriod, country, department, destination, placed, refused, unrated } from './expressions.ts';

const noLabel = 'NULL';
/** What calls are grouped by, and what a person calls that, where it is not the key itself. */
const groupedBy: Record<Exclude<Grouping, ClockGrouping>, { key: string; label: string }> = {
  account: {
    key: 'c.account_id',
    label: 'coalesce((SELECT a.name FROM accounts a WHERE a.id = c.account_id), max(c.account_name))',
  },
  department: { key: 'c.department_id', label: department },
  extension: {
    key: 'c.extension',
    label: "(SELECT nullif(e.name, '') FROM extensions e WHERE e.number = c.extension)",
  },
  destination: { key: destination, label: noLabel },
  country: { key: country, label: noLabel },
  'call-type': { key: 'c.call_type', label: noLabel },
  outcome: { key: 'c.outcome', label: noLabel },
  reason: { key: 'c.reason', label: noLabel },
  entry: { key: 'c.entry', label: noLabel },
};
const quarter = { key: `c.started_at / ${quarterMs}`, label: noLabel };

/** Columns: key0, label0, key1, label1 …, then what is counted. */
function statementFor(db: Database, groupings: readonly Grouping[], filters: ReportFilters): string {
  const keys = groupings.map((grouping, at) => {
    const { key, label } = isClockGrouping(grouping) ? quarter : groupedBy[grouping];
    return `${key} AS key${at}, ${label} AS label${at}, `;
  });
  const by = [...groupings.map((_, at) => `key${at}`), 'p.currency'];
  return `SELECT ${keys.join('')}p.currency AS currency, count(*) AS calls,
  ifnull(sum(${placed}), 0) AS placed, ifnull(sum(${answered}), 0) AS answered, ifnull(sum(${refused}), 0) AS refused,
  ifnull(sum(${unrated}), 0) AS unrated, ifnull(sum(c.billable_ms), 0) AS billableMs,
  ifnull(sum(p.cost_micros), 0) AS costMicros, ifnull(sum(p.charge_micros), 0) AS chargeMicros
${callsOfPeriod}${conditions(db, filters)}
GROUP BY ${by.join(', ')}`;
}

/** Sums over the records themselves, whatever was laid by. For a connection that has the functions of `registerFunctions`. */
export function plainSums(db: Database, { period, groupings, filters }: SummaryQuery): SummaryPiece[] {
  return db
    .prepare<[object], SummaryRow>(statementFor(db, groupings, filters))
    .safeIntegers()
    .all(parametersOf(period, filters))
    .map((row) => pieceOf(row, groupings.length));
}
