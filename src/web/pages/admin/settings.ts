import { areas } from '../../access/areas.ts';
import { html, type Part } from '../../html.ts';
import { get, type Answer, type MemberVisit, type Route } from '../../route.ts';
import { settingTexts as texts } from '../../texts/admin.ts';
import { badge, table } from '../elements.ts';

function page({ parts, query }: MemberVisit): Promise<Answer> {
  const onlyGiven = query.get('given') === '1';
  const columns = [texts.key, texts.value, texts.from, texts.what];
  const rows = parts.settings
    .filter(({ from }) => !onlyGiven || from !== '')
    .map(({ key, value, from, doc }): Part[] => [
      html`<span class="code">${key}</span>`,
      html`<span class="code">${value}</span>`,
      from === '' ? texts.default : badge(from),
      doc,
    ]);
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    <p><a href="${onlyGiven ? '/settings' : '/settings?given=1'}">${onlyGiven ? texts.all : texts.onlyGiven}</a></p>
    ${table(texts.title, columns, rows)}`;
  return Promise.resolve({ kind: 'page', title: texts.title, body });
}

export const settingRoutes: readonly Route[] = [get('/settings', areas.settings, page)];
