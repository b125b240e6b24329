import sql from 'mssql';
import { isClockGrouping, quarterMs } from '../../../reports/report.ts';
import type {
  CallOrder,
  CallsQuery,
  Grouping,
  ReportedCall,
  ReportFilters,
  ReportSource,
  SummaryPiece,
  SummaryQuery,
  UnusedAccount,
} from '../../../reports/report.ts';
import type { Period } from '../../../reports/period.ts';
import { toStoreError } from '../errors.ts';

const atOnce = 1000;
/** A month of many calls is added up by the server; other requests are shorter. */
const patienceMs = 600_000;
const quarterMinutes = quarterMs / 60_000;

const keys: Record<Exclude<Grouping, 'day' | 'week' | 'month' | 'hour'>, { key: string; label: string }> = {
  account: { key: 'AccountId', label: 'MAX(Account)' },
  department: { key: 'DepartmentId', label: 'MAX(Department)' },
  extension: { key: 'Extension', label: 'MAX(ExtensionName)' },
  destination: { key: 'Destination', label: 'NULL' },
  country: { key: 'Country', label: 'NULL' },
  'call-type': { key: 'CallType', label: 'NULL' },
  outcome: { key: 'Outcome', label: 'NULL' },
  reason: { key: 'Reason', label: 'NULL' },
  entry: { key: 'EntryMode', label: 'NULL' },
};
const quarter = { key: `DATEDIFF(MINUTE, '1970-01-01', StartedAt) / ${quarterMinutes}`, label: 'NULL' };
const keyOf = (grouping: Grouping) => (isClockGrouping(grouping) ? quarter : keys[grouping]);

const name = sql.NVarChar(200);
const word = sql.VarChar(40);
type Condition = { text: string; type?: sql.ISqlType };

/** One for each filter; its value is the parameter `@value`, put in place by name. */
const conditionBy: Record<keyof ReportFilters, Condition> = {
  account: { text: 'Account = @value', type: name },
  accountId: { text: '(AccountId = @value OR (AccountId IS NULL AND @value IS NULL))', type: sql.Int() },
  departmentId: { text: '(DepartmentId = @value OR (DepartmentId IS NULL AND @value IS NULL))', type: sql.Int() },
  department: { text: 'Department = @value', type: name },
  extension: { text: 'Extension = @value', type: name },
  destination: { text: 'Destination = @value', type: name },
  country: { text: 'Country = UPPER(@value)', type: word },
  'call-type': { text: 'CallType = @value', type: word },
  outcome: { text: 'Outcome = @value', type: word },
  reason: { text: 'Reason = @value', type: word },
  entry: { text: 'EntryMode = @value', type: word },
  gateway: { text: 'Gateway = @value', type: sql.VarChar(60) },
  number: {
    text: "CASE WHEN LEFT(Number, 1) = '+' THEN SUBSTRING(Number, 2, 200) ELSE Number END LIKE @value",
    type: name,
  },
  minDurationMs: { text: 'BillableMs >= @value', type: sql.BigInt() },
  maxDurationMs: { text: 'BillableMs <= @value', type: sql.BigInt() },
  minChargeMicros: { text: 'ChargeMicros >= @value', type: sql.BigInt() },
  maxChargeMicros: { text: 'ChargeMicros <= @value', type: sql.BigInt() },
  answered: { text: 'Answered = 1' },
  unrated: { text: 'Unrated = 1' },
};

/** The WHERE of a query, and its parameters. */
function bounded(request: sql.Request, { fromMs, untilMs }: Period, filters: ReportFilters): string {
  request.input('from', sql.DateTime2(3), new Date(fromMs)).input('until', sql.DateTime2(3), new Date(untilMs));
  const conditions = (Object.keys(filters) as (keyof ReportFilters)[]).map((filter, at) => {
    const { text, type } = conditionBy[filter];
    const value = filters[filter];
    // Of a number the beginning, without its plus; the characters of numbers are none of LIKE's.
    const given = filter === 'number' ? `${String(value).replace(/^\+/, '')}%` : value;
    if (type !== undefined) request.input(`filter${at}`, type, given);
    return ` AND ${text.replaceAll('@value', `@filter${at}`)}`;
  });
  return `WHERE StartedAt >= @from AND StartedAt < @until${conditions.join('')}`;
}

const summed = `COUNT(*) AS calls, SUM(Placed) AS placed, SUM(Answered) AS answered, SUM(Refused) AS refused,
  SUM(Unrated) AS unrated, SUM(BillableMs) AS billableMs, SUM(CostMicros) AS costMicros, SUM(ChargeMicros) AS chargeMicros`;

type Counted = 'calls' | 'placed' | 'answered' | 'refused' | 'unrated';
/** BIGINT comes as text. */
type SummaryRow = Record<Counted, number> & {
  billableMs: string;
  costMicros: string | null;
  chargeMicros: string | null;
} & {
  currency: string | null;
} & Record<`key${number}`, number | string | null> &
  Record<`label${number}`, string | null>;

function pieceOf(row: SummaryRow, groupings: number): SummaryPiece {
  return {
    keys: Array.from({ length: groupings }, (_, at) => ({
      key: row[`key${at}`] ?? null,
      label: row[`label${at}`] ?? null,
    })),
    currency: row.currency,
    costMicros: BigInt(row.costMicros ?? 0),
    chargeMicros: BigInt(row.chargeMicros ?? 0),
    ...{ calls: row.calls, placed: row.placed, answered: row.answered, refused: row.refused, unrated: row.unrated },
    billableMs: Number(row.billableMs),
  };
}

const callColumns = `CallId AS callId, StartedAt AS startedAt, Account AS account, Department AS department, Extension AS extension,
  CallerName AS callerName, Number AS number, Destination AS destination, CallType AS callType, EntryMode AS entry, Gateway AS gateway,
  Outcome AS outcome, Reason AS reason, RuleText AS [rule], Answered AS answered, BillableMs AS billableMs,
  Estimated AS estimated, PriceKind AS price, Currency AS currency, CostMicros AS costMicros, ChargeMicros AS chargeMicros,
  PriceArithmetic AS arithmetic`;

type CallRow = Omit<ReportedCall, 'startedAtMs' | 'answered' | 'billableMs' | 'costMicros' | 'chargeMicros'> & {
  startedAt: Date;
  answered: number;
  billableMs: string;
  costMicros: string | null;
  chargeMicros: string | null;
};

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

const callOf = ({ startedAt, answered, billableMs, costMicros, chargeMicros, ...row }: CallRow): ReportedCall => ({
  ...row,
  startedAtMs: startedAt.getTime(),
  answered: answered === 1,
  billableMs: Number(billableMs),
  costMicros: numberOf(costMicros),
  chargeMicros: numberOf(chargeMicros),
});

const orders: Record<CallOrder, string> = {
  time: 'StartedAt, CallId',
  charge: 'ChargeMicros DESC, StartedAt, CallId',
  duration: 'BillableMs DESC, StartedAt, CallId',
};

type AccountRow = Omit<UnusedAccount, 'lastCallAtMs'> & { id: number; lastCallAt: Date | null };

/** Reads reports from SQL Server: the source is closed with the pool. Rejects with a `StoreError`. */
export function sqlServerReports(pool: sql.ConnectionPool, where: string): Omit<ReportSource, 'close'> {
  async function query<Row>(prepare: (request: sql.Request) => string): Promise<Row[]> {
    try {
      const request = pool.request();
      // mssql takes it where a request is made, its pool hands none on, and its types know neither (lib/base/request.js, line 45).
      Object.assign(request, { overrides: { requestTimeout: patienceMs } });
      return (await request.query<Row>(prepare(request))).recordset;
    } catch (error) {
      throw toStoreError(error, where, 'The report');
    }
  }

  async function* summarize({ period, groupings, filters }: SummaryQuery): AsyncGenerator<SummaryPiece> {
    const by = groupings.map(keyOf);
    const shown = by.map(({ key, label }, at) => `${key} AS key${at}, ${label} AS label${at}, `).join('');
    const rows = await query<SummaryRow>(
      (request) =>
        `SELECT ${shown}Currency AS currency, ${summed}
FROM dbo.ReportCalls ${bounded(request, period, filters)}
GROUP BY ${[...by.map(({ key }) => key), 'Currency'].join(', ')}`,
    );
    for (const row of rows) yield pieceOf(row, groupings.length);
  }

  async function* calls({
    period,
    filters,
    order = 'time',
    limit,
  }: CallsQuery): AsyncGenerator<readonly ReportedCall[]> {
    let left = limit ?? Infinity;
    let after: ReportedCall | null = null;
    while (left > 0) {
      const wanted: number = order === 'time' ? Math.min(left, atOnce) : left;
      const rows: CallRow[] = await query<CallRow>((request) => {
        const condition = bounded(request, period, filters);
        const top = Number.isFinite(wanted) ? `TOP (${wanted}) ` : '';
        const from = after === null ? '' : nextOf(request, after);
        return `SELECT ${top}${callColumns} FROM dbo.ReportCalls ${condition}${from} ORDER BY ${orders[order]}`;
      });
      const found = rows.map(callOf);
      after = found.at(-1) ?? null;
      if (after === null) return;
      yield found;
      left -= found.length;
      if (found.length < wanted || order !== 'time') return;
    }
  }

  /** The key of the last call read goes on from there: no transaction stays open while a long report is written. */
  function nextOf(request: sql.Request, { startedAtMs, callId }: ReportedCall): string {
    request.input('afterAt', sql.DateTime2(3), new Date(startedAtMs)).input('afterId', sql.VarChar(80), callId);
    return ' AND (StartedAt > @afterAt OR (StartedAt = @afterAt AND CallId > @afterId))';
  }

  async function* unusedAccounts({ fromMs, untilMs }: Period): AsyncGenerator<readonly UnusedAccount[]> {
    let after = { name: '', id: 0 };
    for (;;) {
      const rows: AccountRow[] = await query<AccountRow>((request) => {
        request.input('from', sql.DateTime2(3), new Date(fromMs)).input('until', sql.DateTime2(3), new Date(untilMs));
        request.input('afterName', name, after.name).input('afterId', sql.Int(), after.id);
        return `SELECT TOP (${atOnce}) a.Id AS id, a.Name AS name, d.Name AS department, a.Enabled AS enabled,
  (SELECT MAX(c.StartedAt) FROM dbo.CallRecords c WHERE c.AccountId = a.Id) AS lastCallAt
FROM dbo.Accounts a LEFT JOIN dbo.Departments d ON d.Id = a.DepartmentId
WHERE (a.Name > @afterName OR (a.Name = @afterName AND a.Id > @afterId)) AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords c
  WHERE c.AccountId = a.Id AND c.StartedAt >= @from AND c.StartedAt < @until)
ORDER BY a.Name, a.Id`;
      });
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(({ name: account, department, enabled, lastCallAt }) => ({
        ...{ name: account, department, enabled },
        lastCallAtMs: lastCallAt?.getTime() ?? null,
      }));
      after = { name: last.name, id: last.id };
    }
  }

  return { summarize, calls, unusedAccounts };
}
