import { isClockGrouping, quarterMs } from '../../../reports/report.ts';
import type { ClockGrouping, Grouping, SummaryPiece, SummaryQuery } from '../../../reports/report.ts';
import { pieceOf, type SummaryRow } from '../../reports/pieces.ts';
import { bounded } from './conditions.ts';
import type { Query } from './query.ts';

const noLabel = 'NULL';
/** What calls are grouped by, and what a person calls that, where it is not the key itself. */
const groupedBy: Record<Exclude<Grouping, ClockGrouping>, { key: string; label: string }> = {
  account: { key: 'AccountId', label: 'MAX(Account)' },
  department: { key: 'DepartmentId', label: 'MAX(Department)' },
  extension: { key: 'Extension', label: 'MAX(ExtensionName)' },
  destination: { key: 'Destination', label: noLabel },
  country: { key: 'Country', label: noLabel },
  'call-type': { key: 'CallType', label: noLabel },
  outcome: { key: 'Outcome', label: noLabel },
  reason: { key: 'Reason', label: noLabel },
  entry: { key: 'EntryMode', label: noLabel },
};
const quarter = { key: `DATEDIFF(MINUTE, '1970-01-01', StartedAt) / ${quarterMs / 60_000}`, label: noLabel };

const summed = `COUNT(*) AS calls, SUM(Placed) AS placed, SUM(Answered) AS answered, SUM(Refused) AS refused,
  SUM(Unrated) AS unrated, SUM(BillableMs) AS billableMs, SUM(CostMicros) AS costMicros, SUM(ChargeMicros) AS chargeMicros`;

export async function* summarizeCalls(
  query: Query,
  { period, groupings, filters }: SummaryQuery,
): AsyncGenerator<SummaryPiece> {
  const by = groupings.map((grouping) => (isClockGrouping(grouping) ? quarter : groupedBy[grouping]));
  const shown = by.map(({ key, label }, at) => `${key} AS key${at}, ${label} AS label${at}, `).join('');
  const rows = await query<SummaryRow>(
    (request) => `SELECT ${shown}Currency AS currency, ${summed}
FROM dbo.ReportCalls ${bounded(request, period, filters)}
GROUP BY ${[...by.map(({ key }) => key), 'Currency'].join(', ')}`,
  );
  for (const row of rows) yield pieceOf(row, groupings.length);
}
