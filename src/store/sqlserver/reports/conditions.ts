import type sql from 'mssql';
import type { Period } from '../../../reports/period.ts';
import type { DerivedFilters, ReportFilters } from '../../../reports/report.ts';
import { filterValues } from '../../reports/filter-values.ts';
import { callRecordFields, filteredFields, type FilteredField } from '../../../words/call-record.ts';
import { long, text, ascii, integer, moment, type ColumnType } from '../../../words/column.ts';
import { sqlTypeOf } from '../column.ts';

/** On dbo.ReportCalls, which has the columns of dbo.CallRecords that reports know; `type` is that of the parameter, which is named after the filter. */
type Condition = { text: string; type: ColumnType | null };

const onFields = Object.fromEntries(
  filteredFields.map((field) => {
    const { sqlServer, type } = callRecordFields[field];
    return [field, { text: `${sqlServer} = @${field}`, type }];
  }),
) as Record<FilteredField, Condition>;

const name = text(200);
const onDerived: Record<keyof DerivedFilters, Condition> = {
  account: { text: 'Account = @account', type: name },
  accountId: { text: '(AccountId = @accountId OR (AccountId IS NULL AND @accountId IS NULL))', type: integer },
  departmentId: {
    text: '(DepartmentId = @departmentId OR (DepartmentId IS NULL AND @departmentId IS NULL))',
    type: integer,
  },
  department: { text: 'Department = @department', type: name },
  destination: { text: 'Destination = @destination', type: name },
  country: { text: 'Country = UPPER(@country)', type: ascii(40) },
  // The characters of numbers are none of LIKE's.
  number: {
    text: "CASE WHEN LEFT(Number, 1) = '+' THEN SUBSTRING(Number, 2, 200) ELSE Number END LIKE @number + '%'",
    type: name,
  },
  minDurationMs: { text: 'BillableMs >= @minDurationMs', type: long },
  maxDurationMs: { text: 'BillableMs <= @maxDurationMs', type: long },
  currency: { text: '(Currency = @currency OR (Currency IS NULL AND @currency IS NULL))', type: ascii(3) },
  minChargeMicros: { text: 'ChargeMicros >= @minChargeMicros', type: long },
  maxChargeMicros: { text: 'ChargeMicros <= @maxChargeMicros', type: long },
  answered: { text: 'Answered = 1', type: null },
  unrated: { text: 'Unrated = 1', type: null },
};

const conditionBy: Record<keyof ReportFilters, Condition> = { ...onFields, ...onDerived };

/** The WHERE of a query on dbo.ReportCalls, whose parameters the request is given. */
export function bounded(request: sql.Request, { fromMs, untilMs }: Period, filters: ReportFilters): string {
  const time = sqlTypeOf(moment);
  request.input('from', time, new Date(fromMs)).input('until', time, new Date(untilMs));
  const conditions = filterValues(filters).map(({ filter, value }) => {
    const condition = conditionBy[filter];
    if (condition.type !== null) request.input(filter, sqlTypeOf(condition.type), value);
    return ` AND ${condition.text}`;
  });
  return `WHERE StartedAt >= @from AND StartedAt < @until${conditions.join('')}`;
}
