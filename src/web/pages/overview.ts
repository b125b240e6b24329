import { daysOf } from '../../reports/days.ts';
import { none } from '../../reports/summary.ts';
import { periodBefore } from '../../reports/period.ts';
import type { Summary, SummaryLine } from '../../reports/summary.ts';
import { areas } from '../access/areas.ts';
import { may } from '../access/may.ts';
import { amountText, periodOf, sumsOf } from '../figures.ts';
import type { KeptAlert } from '../../words/alert.ts';
import type { Health } from '../health.ts';
import { html, type Html, type Part } from '../html.ts';
import { departmentOf, get, seesDepartment, type Answer, type MemberVisit, type Route } from '../route.ts';
import { alertTexts } from '../texts/alerts.ts';
import { alertTable } from './alerts.ts';
import { overviewTexts as texts } from '../texts/overview.ts';
import { badge, duration, facts, table, withQuery } from './elements.ts';
import { barChart } from './charts.ts';

type Figure = { label: string; value: Part; below?: Part; path: string };

const figure = ({ label, value, below, path }: Figure): Html =>
  html`<li>
    <a href="${path}"
      ><span class="label">${label}</span
      ><span class="value">${value}</span>${below !== undefined && html`<span class="below">${below}</span>`}</a
    >
  </li>`;

async function page(visit: MemberVisit): Promise<Answer> {
  const { parts, user } = visit;
  const maySeeAlerts = may(user, 'security');
  const [today, month] = [periodOf(visit, 'today'), periodOf(visit, 'this-month')];
  const [ofToday, yesterday, lastMonth, accounts, destinations, days, live, health, alerts] = await Promise.all([
    sumsOf(visit, today),
    sumsOf(visit, periodOf(visit, 'yesterday')),
    sumsOf(visit, periodBefore(month, parts.site.zone)),
    sumsOf(visit, month, { groupings: ['account'], limit: 8 }),
    sumsOf(visit, month, { groupings: ['destination'], limit: 8 }),
    sumsOf(visit, periodOf(visit, 'last-30-days'), { groupings: ['day'] }),
    parts.controller.live(),
    parts.controller.health(),
    maySeeAlerts ? parts.alerts.listAlerts({ limit: maximumAlerts }) : [],
  ]);
  const liveCount = live.filter(({ departmentId }) => seesDepartment(user, departmentId)).length;
  const body = html`<h1>${texts.title}</h1>
    ${figures(visit, { ofToday, yesterday, ofMonth: accounts, lastMonth, liveCount })}
    ${departmentOf(user) === null && healthSection(visit, health)} ${maySeeAlerts && alertSection(visit, alerts)}
    <h2>${texts.callsByDay}</h2>
    ${dayChart(visit, days.lines)}
    <div class="beside">
      <section>
        <h2>${texts.topAccounts}</h2>
        ${ranking(visit, texts.account, 'account', accounts.lines)}
      </section>
      <section>
        <h2>${texts.topDestinations}</h2>
        ${ranking(visit, texts.destination, 'destination', destinations.lines)}
      </section>
    </div>`;
  return { kind: 'page', title: texts.title, body };
}

/** Days without calls, too. */
function dayChart(visit: MemberVisit, lines: readonly SummaryLine[]): Html {
  const counts = new Map(lines.map(({ labels: [day = ''], measures }) => [day, measures.calls]));
  const bars = daysOf(periodOf(visit, 'last-30-days'), visit.parts.site.zone).map((day) => ({
    ...{ label: day, value: counts.get(day) ?? 0, path: withQuery('/calls', { from: day, to: day }) },
  }));
  return barChart({ caption: `${texts.callsByDay}, ${texts.lastDays(30)}`, columns: [texts.day, texts.calls], bars });
}

type Sums = Readonly<Record<'ofToday' | 'yesterday' | 'ofMonth' | 'lastMonth', Summary>> & { liveCount: number };

function figures({ parts }: MemberVisit, { ofToday, yesterday, ofMonth, lastMonth, liveCount }: Sums): Html {
  const count = (value: number): string => parts.site.writing.decimal(String(value));
  const shown: Figure[] = [
    { label: texts.now, value: count(liveCount), below: texts.watch, path: '/live' },
    {
      ...{ label: texts.today, value: count(ofToday.total.calls), path: '/calls?preset=today' },
      below: texts.answered(count(ofToday.total.answered)),
    },
    {
      ...{ label: texts.refusedToday, value: count(ofToday.total.refused) },
      ...{ below: texts.yesterday(count(yesterday.total.refused)), path: '/calls?preset=today&outcome=refused' },
    },
    {
      ...{
        label: texts.costToday,
        value: amountText(ofToday.total),
        below: texts.yesterday(amountText(yesterday.total)),
      },
      path: '/reports/most-expensive-calls?preset=today',
    },
    {
      ...{
        label: texts.costMonth,
        value: amountText(ofMonth.total),
        below: texts.lastMonth(amountText(lastMonth.total)),
      },
      path: '/reports/usage-by-account?preset=this-month',
    },
  ];
  return html`<ul class="figures">
    ${shown.map(figure)}
  </ul>`;
}

function ranking(visit: MemberVisit, title: string, filter: string, lines: readonly SummaryLine[]): Html {
  const columns = [title, ...[texts.calls, texts.time, texts.cost].map((name) => ({ title: name, isNumber: true }))];
  const rows = lines.map(({ labels: [label = ''], measures }): Part[] => [
    label === none
      ? label
      : html`<a href="${withQuery('/calls', { preset: 'this-month', [filter]: label })}">${label}</a>`,
    visit.parts.site.writing.decimal(String(measures.calls)),
    duration(measures.billableMs),
    amountText(measures),
  ]);
  return table(title, columns, rows, { empty: texts.none });
}

const maximumAlerts = 5;
const alertDays = 7;

/** Budgets near their end among them. */
function alertSection(visit: MemberVisit, alerts: readonly KeptAlert[]): Html {
  const sinceMs = visit.nowMs - alertDays * 86_400_000;
  const lately = alerts.filter(({ atMs }) => atMs >= sinceMs);
  return html`<section>
    <h2>${alertTexts.title}</h2>
    ${alertTable(visit, lately, alertTexts.noneLately(alertDays))}
    ${lately.length > 0 && html`<p><a href="/security#alerts">${alertTexts.all}</a></p>`}
  </section>`;
}

function healthSection({ parts }: MemberVisit, health: Health): Html {
  const { writing } = parts.site;
  const problems = [...health.checks, ...health.warnings].flatMap(({ problem }) => problem ?? []);
  const { sqlServer } = health;
  const count = (value: number | null): string => (value === null ? '' : writing.decimal(String(value)));
  // What is zero, and what is not used, is nothing to see to.
  const rows: (readonly [string, string])[] = [
    ...(sqlServer === null
      ? []
      : ([
          [texts.sqlServer, sqlServer.link === 'up' ? texts.sqlServerUp : texts.sqlServerDown],
          [texts.copyAge, sqlServer.copyAgeMs === null ? '' : duration(sqlServer.copyAgeMs)],
          [texts.waiting, count(sqlServer.waiting)],
          [texts.setAside, count(sqlServer.setAside)],
        ] as const)),
    ...(health.lostCalls > 0 ? ([[texts.unclosed, count(health.lostCalls)]] as const) : []),
    ...(health.unwrittenRecords > 0 ? ([[texts.unwritten, count(health.unwrittenRecords)]] as const) : []),
  ];
  return html`<section>
    <h2>${texts.health}</h2>
    ${problems.length === 0 && !health.draining ? html`<p>${badge('✓', 'good')} ${texts.good}</p>` : null}
    ${health.draining && html`<p>${badge('!', 'bad')} ${texts.draining}</p>`}
    ${
      problems.length > 0 &&
      html`<ul class="problems">
        ${problems.map((problem) => html`<li>${badge('!', 'bad')} ${problem}</li>`)}
      </ul>`
    }
    ${rows.length > 0 && facts(rows)}
  </section>`;
}

export const overviewRoutes: readonly Route[] = [get('/overview', areas.overview, page)];
