import type { Period } from '../../../reports/period.ts';
import type { UnusedAccount } from '../../../reports/report.ts';
import { pagesOf } from '../../reports/pages.ts';
import { integer, moment, text } from '../../../words/column.ts';
import { sqlTypeOf } from '../column.ts';
import { top } from '../statements.ts';
import type { Query } from './query.ts';

type AccountRow = Omit<UnusedAccount, 'lastCallAtMs'> & { id: number; lastCallAt: Date | null };

export async function* listUnusedAccounts(
  query: Query,
  { fromMs, untilMs }: Period,
): AsyncGenerator<readonly UnusedAccount[]> {
  const pages = pagesOf((after: AccountRow | null, wanted) =>
    query<AccountRow>((request) => {
      const time = sqlTypeOf(moment);
      request.input('from', time, new Date(fromMs)).input('until', time, new Date(untilMs));
      request.input('afterName', sqlTypeOf(text(200)), after?.name ?? '');
      request.input('afterId', sqlTypeOf(integer), after?.id ?? 0);
      return `SELECT ${top(wanted)}a.Id AS id, a.Name AS name, d.Name AS department, a.Enabled AS enabled,
  (SELECT MAX(c.StartedAt) FROM dbo.CallRecords c WHERE c.AccountId = a.Id) AS lastCallAt
FROM dbo.Accounts a LEFT JOIN dbo.Departments d ON d.Id = a.DepartmentId
WHERE (a.Name > @afterName OR (a.Name = @afterName AND a.Id > @afterId)) AND NOT EXISTS (SELECT 1 FROM dbo.CallRecords c
  WHERE c.AccountId = a.Id AND c.StartedAt >= @from AND c.StartedAt < @until)
ORDER BY a.Name, a.Id`;
    }),
  );
  for await (const rows of pages) {
    yield rows.map(({ name, department, enabled, lastCallAt }) => {
      return { name, department, enabled, lastCallAtMs: lastCallAt?.getTime() ?? null };
    });
  }
}
