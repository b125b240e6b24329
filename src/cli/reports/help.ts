import { catalog, reportNames, type ReportName } from '../../reports/catalog.ts';
import { filterKeys } from '../../reports/filters.ts';
import { presets } from '../../reports/period.ts';
import { groupings } from '../../reports/report.ts';
import { papers } from '../../reports/site.ts';
import { layoutNames } from '../../reports/statements/layouts.ts';

/** What an option is for in a particular report. */
const hints: Partial<Record<ReportName, string>> = {
  calls: '; --order charge or duration for the most expensive or longest first',
  'call-ids': ', for "billing-codes calls move"',
  'most-expensive-calls': '; --limit for more',
  'longest-calls': '; --limit for more',
  'top-destinations': '; --limit for more',
  'actual-cost': '; --group account, department …',
  statement: '; --group client or department for theirs',
};

const width = Math.max(...reportNames.map((name) => name.length));

export const reportHelp = `Usage: billing-codes report NAME [options]

${reportNames.map((name) => `  ${name.padEnd(width)}  ${catalog[name].says}${hints[name] ?? ''}\n`).join('')}
Which calls: those that started in the period and are over.
  --preset PERIOD     ${presets.join(', ')}
  --from DATE         2026-01-31, or 2026-01-31T08:00; in the site’s time zone (site.timeZone)
  --to DATE           includes that day; without it, up to today. Without any of these, this month
  --filter KEY=VALUE  may be repeated; keys: ${filterKeys.join(', ')}.
                      durations are in seconds, charges in units of the currency

How they are shown:
  --group GROUPING    instead of the report’s own grouping
  --then-by GROUPING  within each group
                      ${groupings.join(', ')}
  --order ORDER       of calls: time, latest (last one first), charge (most expensive first), duration (longest first)
  --limit N           only the first N calls or groups; the totals of groups include all
  --compare           of summaries: beside what it was in the period before, and the change
  --invoice AMOUNT    of actual-cost: what the carrier asks for, as in "1234.56 USD"
  --by WHAT           of actual-cost: spread it by cost (default) or duration
  --format FORMAT     table (default), csv, json, xlsx, pdf;
                      of statements also ledes, quickbooks, xero, invoices, for accounting
  --layout LAYOUT     of statements: ${layoutNames.join(', ')}, or a file of your own (docs/reports.md)
  --paper PAPER       of PDF and XLSX: ${papers.join(' or ')}
  --locale LOCALE     dates and numbers as in de-CH; CSV with semicolons where decimals have a comma
  --bom               CSV begins with a byte order mark, by which spreadsheets know UTF-8
  --output FILE       instead of standard output
  --issue             of statements: notes that they go out, so that you are told when their calls change afterwards
  --correct NUMBER    of statements: a corrected one, with a number of its own, in place of this one, and what differs

billing-codes report deliveries: what was sent of the scheduled reports, to whom, and what failed; --help says more.
billing-codes report statements: statements that went out, and with --changed those that no longer equal their calls; --help says more.

Exit codes: 0 done, 1 could not be done, 2 wrong usage.
`;
