import { everyPhone } from '../../../words/phone-lock.ts';
import { areas } from '../../access/areas.ts';
import { may } from '../../access/may.ts';
import { periodOf, sumsOf } from '../../figures.ts';
import { html, type Part } from '../../html.ts';
import { entryOf, get, NotFound, post, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { wordText } from '../../texts/outcomes.ts';
import { securityTexts as texts } from '../../texts/admin.ts';
import { alertTexts } from '../../texts/alerts.ts';
import { alertTable } from '../alerts.ts';
import { button, form, hidden, moment, table, withQuery } from '../elements.ts';

const maximumShown = 30;
const maximumAlerts = 50;

async function page(visit: MemberVisit): Promise<Answer> {
  const { parts, user } = visit;
  const mayRelease = may(user, 'securityChanges');
  const [locks, alerts] = await Promise.all([
    parts.store.listLocks(visit.nowMs),
    parts.alerts.listAlerts({ limit: maximumAlerts }),
  ]);
  const columns = [texts.phone, texts.since, texts.until, texts.controller, ...(mayRelease ? [texts.action] : [])];
  const rows = locks.map(({ phone, sinceMs, untilMs, controller }): Part[] => [
    phone === everyPhone ? texts.every : phone,
    moment(visit, sinceMs),
    moment(visit, untilMs),
    controller,
    ...(mayRelease
      ? [
          form(
            visit,
            '/security/release',
            html`${hidden('phone', phone)}<button class="quiet">
                ${texts.release}<span class="hidden">: ${phone}</span>
              </button>`,
          ),
        ]
      : []),
  ]);
  const body = html`<h1>${texts.title}</h1>
    <h2>${texts.locks}</h2>
    <p class="hint">${texts.locksSays}</p>
    ${table(texts.locks, columns, rows, { empty: texts.noLocks })}
    ${mayRelease && locks.length > 1 && form(visit, '/security/release', html`${hidden('all', 'yes')}${button(texts.releaseAll, 'secondary')}`)}
    <h2 id="alerts">${alertTexts.title}</h2>
    <p class="hint">${alertTexts.says}</p>
    ${alertTable(visit, alerts, alertTexts.none)}
    <h2>${texts.suspicious}</h2>
    ${await refusals(visit)}`;
  return { kind: 'page', title: texts.title, body };
}

async function refusals(visit: MemberVisit) {
  const { lines } = await sumsOf(visit, periodOf(visit, 'last-7-days'), {
    ...{ groupings: ['extension', 'reason'], filters: { outcome: 'refused' }, limit: maximumShown },
  });
  const columns = [texts.phone, texts.reason, { title: texts.calls, isNumber: true }];
  const rows = lines.map(({ labels: [extension = '', reason = ''], measures }): Part[] => [
    html`<a href="${withQuery('/calls', { preset: 'last-7-days', extension: extension.split(' ')[0] ?? '', reason })}"
      >${extension}</a
    >`,
    wordText(reason),
    visit.parts.site.writing.decimal(String(measures.calls)),
  ]);
  return table(texts.suspicious, columns, rows, { empty: texts.noRefusals });
}

async function release(visit: MemberVisit): Promise<Answer> {
  const isAll = visit.form.get('all') === 'yes';
  const phone = visit.form.get('phone') ?? '';
  if (!isAll && phone === '') throw new NotFound();
  const entry = entryOf(visit, 'lock-released', isAll ? 'all locks' : `lock of ${phone}`);
  await visit.parts.change(entry).releaseLocks(isAll ? null : phone);
  return { kind: 'redirect', to: '/security', said: isAll ? 'locks-released' : 'lock-released' };
}

export const securityRoutes: readonly Route[] = [
  get('/security', areas.security, page),
  post('/security/release', areas.securityChanges, release),
];
