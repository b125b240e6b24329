import { z } from 'zod';
import { reportNames } from '../../reports/catalog.ts';
import { periodText } from '../../reports/period-text.ts';
import { areas } from '../access/areas.ts';
import { askedFor, definitionOf, maySee, nameIn } from '../pages/reports/ask.ts';
import { entryOf, type ApiAnswer, type ApiRoute, type ApiVisit } from '../route.ts';
import { api } from './operation.ts';
import { invalid } from './problem.ts';

const kinds = ['summary', 'calls', 'statement', 'actual-cost', 'unused-accounts'] as const;
const listSchema = z.object({
  items: z.array(z.object({ name: z.string(), title: z.string(), says: z.string(), kind: z.enum(kinds) })),
});

function list(visit: ApiVisit): Promise<ApiAnswer> {
  const items = reportNames
    .filter((name) => maySee(visit, name))
    .map((name) => {
      const { title, says, kind } = definitionOf(name);
      return { name, title, says, kind };
    });
  return Promise.resolve({ value: { items } });
}

/** As reports/render/json.ts writes it. */
const reportSchema = z.object({
  report: z.string(),
  title: z.string(),
  from: z.string(),
  until: z.string(),
  timeZone: z.string(),
  filters: z.unknown(),
  rows: z.array(z.record(z.string(), z.unknown())),
  totals: z.array(z.record(z.string(), z.unknown())),
  notes: z.array(z.string()),
});

async function run(visit: ApiVisit): Promise<ApiAnswer> {
  const { parts } = visit;
  const name = nameIn(visit);
  const asked = askedFor(visit, name, 'json', null);
  if (!asked.ok) throw invalid([{ field: '', detail: asked.problem }]);
  const content = await parts.reports.content(asked.value, true);
  if (!content.ok) throw invalid([{ field: 'filter', detail: content.problem }]);
  const subject = `${name}, ${periodText(asked.value.request.period, parts.site.zone)}`;
  await parts.people.appendAudit(entryOf(visit, 'report-downloaded', subject, { after: { format: 'json' } }));
  return { content: content.value };
}

const query = z.strictObject({
  invoice: z.string().max(40).optional().describe('of actual-cost: what the carrier asks for, such as 1234.56 USD'),
  by: z.string().max(20).optional().describe('of actual-cost: cost or duration'),
  preset: z.string().max(40).optional().describe('a period: today, last-month …; this-month unless one is given'),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  group: z.string().max(40).optional().describe('what it is grouped by'),
  filter: z.string().max(1000).optional().describe('KEY=VALUE, several separated by semicolons (docs/reports.md)'),
  compare: z.literal('yes').optional().describe('with the period before'),
});

export const reportApi: readonly ApiRoute[] = [
  api(
    'GET /reports',
    areas.reports,
    {
      ...{ id: 'listReports', summary: 'Reports that can be run', scope: 'reports:read' },
      ...{ gives: { name: 'ReportList', schema: listSchema }, status: 200 },
    },
    list,
  ),
  api(
    'GET /reports/:name',
    areas.reports,
    {
      ...{ id: 'runReport', summary: 'Runs a report', scope: 'reports:read', query },
      ...{ gives: { name: 'Report', schema: reportSchema }, status: 200 },
    },
    run,
  ),
];
