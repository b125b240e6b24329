import { linesOf, type DeliveryState } from '../../../reports/schedule/lines.ts';
import { areas } from '../../access/areas.ts';
import { html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { deliveryTexts as texts } from '../../texts/reports.ts';
import { back, badge, linkButton, moment, table } from '../elements.ts';

/** What was sent of scheduled reports, to whom, and what not, and why. */

const maximumShown = 200;

const badges: Readonly<Record<DeliveryState, 'good' | 'warn' | 'bad'>> = {
  delivered: 'good',
  'not delivered, will be tried again': 'warn',
  'given up': 'bad',
};

function page(visit: MemberVisit): Promise<Answer> {
  const onlyFailed = visit.query.get('show') === 'failed';
  const all = linesOf(visit.parts.deliveries)
    .filter(({ state }) => !onlyFailed || state !== 'delivered')
    .sort((a, b) => b.dueAtMs - a.dueAtMs);
  const columns = [texts.schedule, texts.due, texts.whom, texts.sentTo, texts.state, texts.tries, texts.why];
  const rows = all
    .slice(0, maximumShown)
    .map((line): Part[] => [
      line.schedule,
      moment(visit, line.dueAtMs),
      line.name === '' ? texts.everybody : line.name,
      line.sentTo,
      badge(texts.states[line.state], badges[line.state]),
      line.tries,
      line.error ?? '',
    ]);
  const body = html`${back('/reports', texts.reports)}
    <h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    <div class="actions">
      ${onlyFailed ? linkButton('/reports/deliveries', texts.showAll) : linkButton('/reports/deliveries?show=failed', texts.showFailed)}
    </div>
    ${table(texts.title, columns, rows, { empty: onlyFailed ? texts.noneFailed : texts.none })}
    ${all.length > maximumShown && html`<p class="hint">${texts.shown(maximumShown)}</p>`}`;
  return Promise.resolve({ kind: 'page', title: texts.title, body });
}

export const deliveryRoutes: readonly Route[] = [get('/reports/deliveries', areas.reportDeliveries, page)];
