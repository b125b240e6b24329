import { dayText, periodBefore, wallClock } from '../../../reports/period.ts';
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
  const months = [thisMonth];
  for (let month = 1; month < 12; month += 1) months.unshift(periodBefore(months[0] ?? thisMonth, zone));
  const period = { fromMs: (months[0] ?? thisMonth).fromMs, untilMs: thisMonth.untilMs };
  const { lines } = await sumsOf(visit, period, { groupings: ['month'], filters: { accountId: account.id } });
  if (lines.length === 0) return null;
  const bars = months.map(({ fromMs }) => {
    const label = dayText(wallClock(fromMs, zone)).slice(0, 7);
    const value = lines.find(({ labels }) => labels[0] === label)?.measures.calls ?? 0;
    return { label, value, path: withQuery('/calls', { account: account.name, from: `${label}-01` }) };
  });
  return html`<h2>${texts.lastMonths}</h2>
    ${barChart({ caption: texts.lastMonths, columns: [texts.month, texts.calls], bars })}`;
}
