import { departmentNameOf } from '../../directory/inputs.ts';
import { areas } from '../access/areas.ts';
import { endSessions } from '../access/sessions.ts';
import { html } from '../html.ts';
import { entryOf, get, post, type Answer, type Route, type SessionVisit } from '../route.ts';
import { roleTexts } from '../texts.ts';
import { youTexts as texts } from '../texts/sign-in.ts';
import { browserName } from './browser-name.ts';
import { button, facts, form, linkButton, moment, table } from './elements.ts';

async function page(visit: SessionVisit): Promise<Answer> {
  const { parts, user, session } = visit;
  const [sessions, departments] = await Promise.all([
    parts.people.listSessions(user.id),
    user.departmentId === null ? [] : parts.store.listDepartments(),
  ]);
  const rows = sessions.map((one) => [
    browserName(one.agent),
    one.address,
    moment(visit, one.createdAtMs),
    one.tokenHash === session.tokenHash ? texts.this : moment(visit, one.seenAtMs),
  ]);
  const columns = [texts.browser, texts.address, texts.since, texts.seen];
  const body = html`<h1>${user.name}</h1>
    ${facts([
      [texts.role, `${roleTexts[user.role].name}: ${roleTexts[user.role].says}`],
      [texts.department, departmentNameOf(user, departments)],
      [texts.extension, user.extension],
    ])}
    <p class="actions">${linkButton('/you/sign-in', texts.signIn)}</p>
    <h2>${texts.sessions}</h2>
    ${table(texts.sessions, columns, rows)} ${form(visit, '/you/sessions', button(texts.end, 'secondary'))}`;
  return { kind: 'page', title: texts.title, body };
}

async function endOthers(visit: SessionVisit): Promise<Answer> {
  const { parts, user, session } = visit;
  const others = (await parts.people.listSessions(user.id)).filter(({ tokenHash }) => tokenHash !== session.tokenHash);
  for (const { tokenHash } of others) await endSessions(visit, user.id, tokenHash);
  await parts.people.appendAudit(entryOf(visit, 'sessions-ended', user.name));
  return { kind: 'redirect', to: '/you', said: 'sessions-ended' };
}

export const youRoutes: readonly Route[] = [get('/you', areas.own, page), post('/you/sessions', areas.own, endOthers)];
