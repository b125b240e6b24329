import { periodBefore } from '../../../reports/period.ts';
import type { Account } from '../../../words/directory.ts';
import { sumsOf, periodOf } from '../../figures.ts';
import { html, type Html } from '../../html.ts';
import type { MemberVisit } from '../../route.ts';
import { accountTexts as texts } from '../../texts/directory.ts';
import { barChart } from '../charts.ts';
import { withQuery } from '../elements.ts';

/** Its calls, month by month, of the last year. */
export async function usageSection(visit: MemberVisit, account: Account): Promise<Html | null> {
  const { zone } = visit.parts.site;
  const thisMonth = periodOf(visit, 'this-month');
  let first = thisMonth;
  for (let month = 1; month < 12; month += 1) first = periodBefore(first, zone);
  const period = { fromMs: first.fromMs, untilMs: thisMonth.untilMs };
  const { lines } = await sumsOf(visit, period, { group: 'month', filters: { accountId: account.id } });
  if (lines.length === 0) return null;
  const bars = lines.map(({ labels: [label = ''], measures }) => ({
    ...{ label, value: measures.calls },
    path: withQuery('/calls', { account: account.name, from: `${label}-01` }),
  }));
  return html`<h2>${texts.lastMonths}</h2>
    ${barChart({ caption: texts.lastMonths, columns: [texts.month, texts.calls], bars })}`;
}
