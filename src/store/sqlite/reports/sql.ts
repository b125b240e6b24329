import { isClockGrouping, quarterMs } from '../../../reports/report.ts';
import type { CallOrder, Grouping, ReportFilters } from '../../../reports/report.ts';
import type { Period } from '../../../reports/period.ts';

/** Functions that the connection is given (reports.ts): of an E.164 number the country, as letters and as a name. */
export const countryFunction = 'call_country';
export const countryNameFunction = 'call_country_name';

const account = 'coalesce((SELECT a.name FROM accounts a WHERE a.id = c.account_id), c.account_name)';
const department = '(SELECT d.name FROM departments d WHERE d.id = c.department_id)';
const country = `${countryFunction}(c.called_e164)`;
/** Of the rate that the call was priced by; else, since calls that were not answered have none, the country. */
const destination = `coalesce(nullif(p.destination, ''), ${countryNameFunction}(c.called_e164))`;
const number = "coalesce(c.called_e164, c.called_number, nullif(c.keyed_number, ''))";
/** Answered, and nobody knows what it costs. */
export const unratedSql = "(c.answered_at IS NOT NULL AND ifnull(p.kind, 'unrated') = 'unrated')";

/** A call counts once it is over. The current price is one join away, and there is at most one. */
export const currentPrices = 'LEFT JOIN call_prices p ON p.call_id = c.call_id AND p.is_current = 1';
const source = `FROM call_records c ${currentPrices}
WHERE c.ended_at IS NOT NULL AND c.started_at >= @fromMs AND c.started_at < @untilMs`;

function keyOf(grouping: Grouping): string {
  if (isClockGrouping(grouping)) return `c.started_at / ${quarterMs}`;
  switch (grouping) {
    case 'account':
      return 'c.account_id';
    case 'department':
      return 'c.department_id';
    case 'extension':
      return 'c.extension';
    case 'destination':
      return destination;
    case 'country':
      return country;
    case 'call-type':
      return 'c.call_type';
    case 'outcome':
      return 'c.outcome';
    case 'reason':
      return 'c.reason';
    case 'entry':
      return 'c.entry';
  }
}

/** What a person calls the key, where that is not the key itself. */
function labelOf(grouping: Grouping): string {
  switch (grouping) {
    case 'account':
      return 'coalesce((SELECT a.name FROM accounts a WHERE a.id = c.account_id), max(c.account_name))';
    case 'department':
      return department;
    case 'extension':
      return "(SELECT nullif(e.name, '') FROM extensions e WHERE e.number = c.extension)";
    default:
      return 'NULL';
  }
}

/** Columns: key0, label0, key1, label1 …, then what is counted. Parameters: those of `conditions`. */
export function summarySql(groupings: readonly Grouping[], filters: ReportFilters): string {
  const keys = groupings.map((grouping, at) => `${keyOf(grouping)} AS key${at}, ${labelOf(grouping)} AS label${at}, `);
  const by = [...groupings.map((_, at) => `key${at}`), 'p.currency'];
  return `SELECT ${keys.join('')}p.currency AS currency, count(*) AS calls,
  ifnull(sum(c.outcome IN ('answered', 'busy', 'no-answer', 'cancelled', 'failed')), 0) AS placed,
  ifnull(sum(c.answered_at IS NOT NULL), 0) AS answered,
  ifnull(sum(c.outcome = 'refused'), 0) AS refused,
  ifnull(sum(${unratedSql}), 0) AS unrated,
  ifnull(sum(c.billable_ms), 0) AS billableMs,
  ifnull(sum(p.cost_micros), 0) AS costMicros,
  ifnull(sum(p.charge_micros), 0) AS chargeMicros
${source}${conditions(filters)}
GROUP BY ${by.join(', ')}`;
}

const orders: Record<CallOrder, { after: string; by: string }> = {
  // The key of the last call read goes on from there: no transaction stays open while a long report is written.
  time: {
    after: ' AND (c.started_at > @afterMs OR (c.started_at = @afterMs AND c.call_id > @afterId))',
    by: 'c.started_at, c.call_id',
  },
  charge: { after: '', by: 'p.charge_micros DESC, c.started_at, c.call_id' },
  duration: { after: '', by: 'c.billable_ms DESC, c.started_at, c.call_id' },
};

/** Parameters: those of `conditions`, `limit`, and by time `afterMs` and `afterId`. */
export function callsSql(filters: ReportFilters, order: CallOrder): string {
  const { after, by } = orders[order];
  return `SELECT c.call_id AS callId, c.started_at AS startedAtMs, ${account} AS account, ${department} AS department,
  c.extension, c.caller_name AS callerName, ifnull(${number}, '') AS number,
  ${destination} AS destination, c.call_type AS callType, c.entry, c.gateway, c.outcome, c.reason, c.rule,
  c.answered_at IS NOT NULL AS answered, c.billable_ms AS billableMs, c.estimated,
  CASE WHEN ${unratedSql} THEN 'unrated' ELSE p.kind END AS price, p.currency,
  p.cost_micros AS costMicros, p.charge_micros AS chargeMicros, p.arithmetic
${source}${conditions(filters)}${after}
ORDER BY ${by} LIMIT @limit`;
}

/** Parameters: `fromMs`, `untilMs`, `afterName`, `afterId`, `limit`. */
export const unusedAccountsSql = `SELECT a.id, a.name, d.name AS department, a.enabled,
  (SELECT max(c.started_at) FROM call_records c WHERE c.account_id = a.id) AS lastCallAtMs
FROM accounts a LEFT JOIN departments d ON d.id = a.department_id
WHERE (a.name, a.id) > (@afterName, @afterId) AND NOT EXISTS (SELECT 1 FROM call_records c
  WHERE c.account_id = a.id AND c.started_at >= @fromMs AND c.started_at < @untilMs)
ORDER BY a.name, a.id LIMIT @limit`;

/** One for each filter, with the filter's name as the parameter. */
const conditionBy: Record<keyof ReportFilters, string> = {
  account: `${account} = @account COLLATE NOCASE`,
  accountId: 'c.account_id IS @accountId',
  departmentId: 'c.department_id IS @departmentId',
  department: `${department} = @department COLLATE NOCASE`,
  extension: 'c.extension = @extension',
  destination: `${destination} = @destination COLLATE NOCASE`,
  country: `${country} = @country COLLATE NOCASE`,
  'call-type': 'c.call_type = @callType',
  outcome: 'c.outcome = @outcome',
  reason: 'c.reason = @reason',
  entry: 'c.entry = @entry',
  gateway: 'c.gateway = @gateway',
  number: `substr(ltrim(${number}, '+'), 1, length(@number)) = @number`,
  minDurationMs: 'c.billable_ms >= @minDurationMs',
  maxDurationMs: 'c.billable_ms <= @maxDurationMs',
  minChargeMicros: 'p.charge_micros >= @minChargeMicros',
  maxChargeMicros: 'p.charge_micros <= @maxChargeMicros',
  answered: 'c.answered_at IS NOT NULL',
  unrated: unratedSql,
};

function conditions(filters: ReportFilters): string {
  return (Object.keys(filters) as (keyof ReportFilters)[]).map((name) => `\n  AND ${conditionBy[name]}`).join('');
}

/** The values of `conditions` and of the period. */
export function parametersOf(
  { fromMs, untilMs }: Period,
  filters: ReportFilters,
): Record<string, string | number | null> {
  const values: Record<string, string | number | null> = { fromMs, untilMs };
  for (const [name, value] of Object.entries(filters)) {
    // Conditions without a value.
    if (value === true) continue;
    values[name] = value;
  }
  if (filters.number !== undefined) values['number'] = filters.number.replace(/^\+/, '');
  if (filters['call-type'] !== undefined) values['callType'] = filters['call-type'];
  return values;
}
