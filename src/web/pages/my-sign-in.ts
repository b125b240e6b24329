import { encodeQR } from 'qr';
import { areas } from '../access/areas.ts';
import { isPassword } from '../access/password.ts';
import { countOf, hashesOf, newRecoveryCodes } from '../access/recovery-codes.ts';
import { mustSetUp, noFactor, prove } from '../access/second-factor.ts';
import { endSessions, openSession } from '../access/sessions.ts';
import { keyUri, newTotpSecret, stepOf } from '../access/totp.ts';
import { html, type Html } from '../html.ts';
import { entryOf, get, post, type Answer, type Cookie, type Route, type SessionVisit } from '../route.ts';
import { siteTexts } from '../texts.ts';
import { secondFactorTexts as texts } from '../texts/second-factor.ts';
import { youTexts } from '../texts/sign-in.ts';
import {
  back,
  badge,
  button,
  errorOf,
  errorSummary,
  field,
  form,
  hidden,
  linkButton,
  type FieldError,
} from './elements.ts';

/** How somebody signs in, as they see and change it themselves. */

const path = '/you/sign-in';
const factorPath = '/you/second-factor';

function page(visit: SessionVisit): Promise<Answer> {
  const { user, session, parts } = visit;
  const isFirst = mustSetUp(user, session, parts.secondFactor);
  const body = html`${!isFirst && back('/you', youTexts.title)}
    <h1>${texts.title}</h1>
    ${isFirst && html`<p class="notice">${texts.needed}</p>`}
    ${user.passwordHash === null ? html`<p>${texts.byProvider(parts.provider?.name ?? '')}</p>` : ownPassword(visit)}`;
  return Promise.resolve({ kind: 'page', title: texts.title, body });
}

function ownPassword({ user }: SessionVisit): Html {
  const isOn = user.totpSecret !== null;
  return html`<h2>${texts.name} ${isOn ? badge(texts.isOn, 'good') : badge(texts.isOff)}</h2>
    <p>${texts.says}</p>
    ${isOn ? factor(user.recoveryCodes) : html`<p class="actions">${linkButton(factorPath, texts.setUp, 'primary')}</p>`}
    <h2>${texts.password}</h2>
    <p>${texts.passwordSays}</p>
    <p class="actions">${linkButton('/you/password', texts.changePassword)}</p>`;
}

function factor(recoveryCodes: string): Html {
  const left = countOf(recoveryCodes);
  return html`<p>${left === 0 ? texts.noneLeft : left === 1 ? texts.oneLeft : texts.left(left)}</p>
    <p class="actions">
      ${linkButton(`${factorPath}/codes`, texts.newCodes)} ${linkButton(`${factorPath}/off`, texts.turnOff)}
    </p>`;
}

/** Dark on light, whatever the page is: some readers know no other (ISO/IEC 18004, 5.2). */
function picture(uri: string): Html {
  const rows = encodeQR(uri, 'raw', { ecc: 'medium', border: 4 });
  const squares = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg class="qr" viewBox="0 0 ${rows.length} ${rows.length}" role="img" aria-label="${texts.picture}">
    <path d="${squares.join('')}" />
  </svg>`;
}

/** `key`: of the secret that is shown already. */
function setUpPage(visit: SessionVisit, errors: readonly FieldError[] = [], key: string | null = null): Answer {
  const { parts, user } = visit;
  const shown = parts.newFactors.look(key);
  const totpSecret = shown?.totpSecret ?? newTotpSecret();
  const kept = shown === null || key === null ? parts.newFactors.keep({ userId: user.id, totpSecret }) : key;
  const { name } = parts.site.report;
  const issuer = name === '' ? siteTexts.product : `${siteTexts.product}, ${name}`;
  const fields = html`${hidden('key', kept)}
  ${field({ name: 'code', label: texts.code, inputmode: 'numeric', autocomplete: 'one-time-code', width: 'short', error: errorOf(errors, 'code') })}
  ${field({ name: 'current', label: texts.current, type: 'password', autocomplete: 'current-password', error: errorOf(errors, 'current') })}
  ${button(texts.setUp)}`;
  const body = html`${back(path, texts.title)}
    <h1>${texts.setUp}</h1>
    ${errorSummary(errors)}
    <p>${texts.scan}</p>
    ${picture(keyUri(totpSecret, { issuer, name: user.name }))}
    <p>${texts.byHand}</p>
    <p class="code secret">${(totpSecret.match(/.{4}/g) ?? []).join(' ')}</p>
    ${form(visit, factorPath, fields)}`;
  return { kind: 'page', title: texts.setUp, body, status: errors.length === 0 ? 200 : 422 };
}

async function setUp(visit: SessionVisit): Promise<Answer> {
  const { parts, user, nowMs } = visit;
  if (user.totpSecret !== null || user.passwordHash === null) return { kind: 'redirect', to: path };
  const given = (name: string): string => visit.form.get(name) ?? '';
  const key = given('key');
  const begun = parts.newFactors.look(key);
  if (begun?.userId !== user.id) return setUpPage(visit, [{ field: 'code', text: texts.expired }]);
  const { totpSecret } = begun;
  const names = [`name ${user.name.toLowerCase()}`] as const;
  const isRight = parts.signIn.waitMs(names) === 0 && (await isPassword(given('current'), user.passwordHash));
  if (!isRight) {
    parts.signIn.failed(names);
    return setUpPage(visit, [{ field: 'current', text: texts.wrongPassword }], key);
  }
  const step = stepOf(given('code').replace(/\s/g, ''), totpSecret, { atMs: nowMs, lastStep: 0 });
  if (step === null) return setUpPage(visit, [{ field: 'code', text: texts.wrongNew }], key);
  if (parts.newFactors.take(key) === null) return { kind: 'redirect', to: path };
  const codes = newRecoveryCodes();
  const changes = { totpSecret, totpStep: step, recoveryCodes: hashesOf(codes, totpSecret) };
  await parts.people.changeUser(user.id, changes, entryOf(visit, 'second-factor-set', user.name));
  // Whoever signed in with the password alone is out.
  await endSessions(visit, user.id, null);
  return codesPage(texts.done, codes, [await openSession(visit, user)]);
}

/** The only time that they are seen. */
function codesPage(title: string, codes: readonly string[], cookies: readonly Cookie[] = []): Answer {
  const body = html`<h1>${title}</h1>
    <h2>${texts.recovery}</h2>
    <p>${texts.recoverySays}</p>
    <ul class="recovery-codes">
      ${codes.map((code) => html`<li class="code">${code}</li>`)}
    </ul>
    <p class="actions">${linkButton('/', texts.goOn, 'primary')}</p>`;
  return { kind: 'page', title, body, cookies };
}

type Asking = { path: string; title: string; says: string };
const asking = {
  codes: { path: `${factorPath}/codes`, title: texts.newCodes, says: texts.newCodesSay },
  off: { path: `${factorPath}/off`, title: texts.turnOff, says: texts.turnOffSays },
} as const satisfies Readonly<Record<string, Asking>>;

/** Asks for a code before something is changed that it guards. */
function askPage(
  visit: SessionVisit,
  { path: to, title, says }: Asking,
  errors: readonly FieldError[] = [],
  status = 200,
): Answer {
  const fields = html`${field({ name: 'code', label: texts.eitherCode, autocomplete: 'one-time-code', error: errorOf(errors, 'code') })}
  ${button(title)}`;
  const body = html`${back(path, texts.title)}
    <h1>${title}</h1>
    ${errorSummary(errors)}
    <p>${says}</p>
    ${form(visit, to, fields)}`;
  return { kind: 'page', title, body, status };
}

/** Only with a code, and only where there is a second factor. */
const proving =
  (what: Asking, work: (visit: SessionVisit) => Promise<Answer>) =>
  async (visit: SessionVisit): Promise<Answer> => {
    if (visit.user.totpSecret === null) return { kind: 'redirect', to: path };
    const proved = await prove(visit, visit.user.id, visit.form.get('code') ?? '');
    if (proved.ok) return work({ ...visit, user: proved.value });
    return askPage(visit, what, [{ field: 'code', text: proved.problem.text }], proved.problem.status);
  };

async function makeCodes(visit: SessionVisit): Promise<Answer> {
  const { parts, user } = visit;
  const codes = newRecoveryCodes();
  const recoveryCodes = hashesOf(codes, user.totpSecret ?? '');
  await parts.people.changeUser(user.id, { recoveryCodes }, entryOf(visit, 'recovery-codes-made', user.name));
  return codesPage(texts.newTitle, codes);
}

async function turnOff(visit: SessionVisit): Promise<Answer> {
  const { parts, user } = visit;
  await parts.people.changeUser(user.id, noFactor, entryOf(visit, 'second-factor-removed', user.name));
  return { kind: 'redirect', to: path, said: 'second-factor-removed' };
}

const ask =
  (what: Asking) =>
  (visit: SessionVisit): Promise<Answer> =>
    Promise.resolve(visit.user.totpSecret === null ? { kind: 'redirect', to: path } : askPage(visit, what));

export const mySignInRoutes: readonly Route[] = [
  get(path, areas.ownSignIn, page),
  get(factorPath, areas.ownSignIn, (visit) =>
    Promise.resolve(
      visit.user.totpSecret === null && visit.user.passwordHash !== null
        ? setUpPage(visit)
        : { kind: 'redirect', to: path },
    ),
  ),
  post(factorPath, areas.ownSignIn, (visit) =>
    visit.parts.inTurn(`second factor ${visit.user.id}`, () => setUp(visit)),
  ),
  get(asking.codes.path, areas.ownSignIn, ask(asking.codes)),
  post(asking.codes.path, areas.ownSignIn, proving(asking.codes, makeCodes)),
  get(asking.off.path, areas.ownSignIn, ask(asking.off)),
  post(asking.off.path, areas.ownSignIn, proving(asking.off, turnOff)),
];
