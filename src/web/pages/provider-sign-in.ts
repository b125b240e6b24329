import { openSession } from '../access/sessions.ts';
import { userOfProvider } from '../access/provider-user.ts';
import type { IdentityProvider } from '../access/provider.ts';
import { html } from '../html.ts';
import { entryOf, NotFound, open, type Answer, type Cookie, type Route, type Visit } from '../route.ts';
import { providerTexts as texts } from '../texts/provider.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { linkButton } from './elements.ts';
import { pathIn, signInPage } from './sign-in.ts';

/** Signing in with the identity provider: there, and back. */

const path = '/sign-in/provider';
const backPath = `${path}/back`;
const forgotten: Cookie = { name: 'signing-in', value: null };

function providerOf({ parts }: Visit): IdentityProvider {
  if (parts.provider === null) throw new NotFound();
  return parts.provider;
}

const refusal = async (visit: Visit, text: string, status: number): Promise<Answer> => {
  const page = await signInPage(visit, [{ field: '', text }], status);
  return page.kind === 'page' ? { ...page, cookies: [forgotten] } : page;
};

async function begin(visit: Visit): Promise<Answer> {
  const { parts, origin, query } = visit;
  const provider = providerOf(visit);
  const begun = await provider.begin(`${origin}${backPath}`);
  if (!begun.ok) {
    parts.problem(texts.log(provider.name, begun.problem));
    return refusal(visit, texts.away(provider.name), 503);
  }
  const { url, check } = begun.value;
  const value = parts.signingIn.keep({ kind: 'provider', check, to: pathIn(query.get('from')) });
  return { kind: 'redirect', to: url, cookies: [{ name: 'signing-in', value }] };
}

async function finish(visit: Visit): Promise<Answer> {
  const { parts, query, address, nowMs } = visit;
  const provider = providerOf(visit);
  const keys = [`address ${address}`] as const;
  const waitMs = parts.signIn.waitMs(keys);
  if (waitMs > 0) return refusal(visit, signInTexts.wait(Math.ceil(waitMs / 1000)), 429);
  // Once: an answer that comes again finds nothing.
  const begun = parts.signingIn.take(visit.signingIn);
  if (begun?.kind !== 'provider') return refusal(visit, texts.tooLate, 403);
  const claimed = await provider.finish(query, begun.check);
  if (!claimed.ok) {
    parts.signIn.failed(keys);
    parts.problem(texts.log(provider.name, claimed.problem));
    return refusal(visit, texts.refused(provider.name), 403);
  }
  const user = await userOfProvider(visit, provider, claimed.value);
  if (!user.ok) {
    await parts.people.appendAudit(entryOf({ user: null, address, nowMs }, 'sign-in-refused', claimed.value.name));
    return refusal(visit, user.problem, 403);
  }
  await parts.people.changeUser(user.value.id, { signedInAtMs: nowMs }, null);
  return { kind: 'redirect', to: begun.to, cookies: [forgotten, await openSession(visit, user.value, 'provider')] };
}

/** After signing out here. A link, since no form of this console leads elsewhere. */
async function signedOut(visit: Visit): Promise<Answer> {
  const provider = providerOf(visit);
  if (visit.user !== null) return { kind: 'redirect', to: '/' };
  const url = await provider.signOutUrl(`${visit.origin}/sign-in`);
  const body = html`<h1>${texts.signedOut}</h1>
    <p class="lead">${texts.signedOutHere(provider.name)}</p>
    <p class="actions">
      ${url !== null && linkButton(url, texts.signOutThere(provider.name), 'primary')}
      ${linkButton('/sign-in', signInTexts.title)}
    </p>`;
  return { kind: 'page', title: texts.signedOut, body };
}

export const providerRoutes: readonly Route[] = [
  open('GET', path, begin),
  open('GET', backPath, finish),
  open('GET', '/signed-out', signedOut),
];
