import { accountFields, departmentFields, extensionFields } from '../../words/directory.ts';
import { areas } from '../access/areas.ts';
import { html } from '../html.ts';
import { get, NotFound, type Answer, type Route, type SessionVisit, type Visit } from '../route.ts';
import { formTexts } from '../texts.ts';
import { unsentTexts as texts } from '../texts/sign-in.ts';
import { capital } from './directory/fields.ts';
import { button, facts, form, hidden, linkButton } from './elements.ts';

const mostCharacters = 20_000;
/** Passwords and codes of the second factor are typed again. */
const isSecret = (path: string): boolean => path.startsWith('/you/') || path.startsWith('/sign-');
/** They belong to the page that they were sent from. */
const ofPage = ['form-token'];

/** Where whoever sent it too late is led to. `userId`: whose session it was, if that is known. */
export function sentTooLate({ parts, form: typed, url }: Visit, userId: number | null): Answer {
  const fields = [...typed].filter(([name]) => !ofPage.includes(name));
  const length = fields.reduce((sum, [, value]) => sum + value.length, 0);
  if (userId === null || fields.length === 0 || length > mostCharacters || isSecret(url)) {
    return { kind: 'redirect', to: '/sign-in', said: 'session-over' };
  }
  const key = parts.unsent.keep({ userId, path: url, fields });
  return { kind: 'redirect', to: `/sign-in?from=${encodeURIComponent(`/unsent/${key}`)}`, said: 'session-over-kept' };
}

const headers: Readonly<Record<string, { header: string }>> = {
  ...departmentFields,
  ...extensionFields,
  ...accountFields,
};
/** What a form has beside what people type. */
const unshown = ['version', 'key', 'asked', 'code'];

function page(visit: SessionVisit): Promise<Answer> {
  const unsent = visit.parts.unsent.look(visit.params['key'] ?? '');
  if (unsent?.userId !== visit.user.id) throw new NotFound();
  const shown = unsent.fields.filter(([name, value]) => value !== '' && !unshown.includes(name));
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${texts.says}</p>
    ${facts(shown.map(([name, value]) => [capital(headers[name]?.header ?? name), value]))}
    ${form(
      visit,
      unsent.path,
      html`${unsent.fields.map(([name, value]) => hidden(name, value))}
        <div class="actions">${button(texts.send)} ${linkButton('/', formTexts.cancel)}</div>`,
    )}`;
  return Promise.resolve({ kind: 'page', title: texts.title, body });
}

export const unsentRoutes: readonly Route[] = [get('/unsent/:key', areas.own, page)];
