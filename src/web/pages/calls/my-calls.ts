import type { ReportedCall } from '../../../reports/report.ts';
import { periodOf } from '../../figures.ts';
import { html } from '../../html.ts';
import type { Answer, MemberVisit } from '../../route.ts';
import { myCallTexts as texts } from '../../texts/calls.ts';
import { callTable } from './list.ts';

const maximumShown = 200;

/** The calls of one's own phone. */
export async function myCalls(visit: MemberVisit): Promise<Answer> {
  const { extension } = visit.user;
  const calls: ReportedCall[] = [];
  if (extension !== '') {
    const source = visit.parts.reports.calls({
      ...{ period: periodOf(visit, 'last-30-days'), filters: { extension }, order: 'latest', limit: maximumShown },
    });
    for await (const piece of source) calls.push(...piece);
  }
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${extension === '' ? texts.noExtension : texts.says(extension)}</p>
    ${extension !== '' && callTable(visit, calls, false)}`;
  return { kind: 'page', title: texts.title, body };
}
