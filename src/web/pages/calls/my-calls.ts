import { isSigned, readPhoneLink } from '../../access/phone-link.ts';
import { html } from '../../html.ts';
import type { Answer, MemberVisit, Visit } from '../../route.ts';
import { myCallTexts as texts } from '../../texts/calls.ts';
import { callTable } from './list.ts';
import { assign, assignPage, callsOf, maximumShown, uncodedOf, uncodedTable, type Caller } from './uncoded.ts';

/** The calls of one's own phone; those without a code also for whoever has the link of a reminder. */

const ownCaller = ({ user }: MemberVisit): Caller => ({
  ...{ extension: user.extension, who: user.name, home: '/my-calls', title: texts.title },
});

export async function myCalls(visit: MemberVisit): Promise<Answer> {
  const caller = ownCaller(visit);
  const { extension } = caller;
  const [calls, uncoded] = await Promise.all([
    callsOf(visit, { extension, preset: 'last-30-days', limit: maximumShown }),
    uncodedOf(visit, caller),
  ]);
  const body = html`<h1>${texts.title}</h1>
    <p class="lead">${extension === '' ? texts.noExtension : texts.says(extension)}</p>
    ${
      uncoded.length > 0 &&
      html`<h2>${texts.uncoded}</h2>
        <p>${texts.uncodedSays}</p>
        ${await uncodedTable(visit, caller, uncoded)}
        <h2>${texts.all}</h2>`
    }
    ${extension !== '' && callTable(visit, calls, false)}`;
  return { kind: 'page', title: texts.title, body };
}

export const ownCallPage = (visit: MemberVisit): Promise<Answer> => assignPage(visit, ownCaller(visit));

export const assignOwn = (visit: MemberVisit): Promise<Answer> =>
  visit.parts.inTurn('my-calls', () => assign(visit, ownCaller(visit)));

/** Whom the link in the address is for, as long as the phone is theirs; null: nobody, or no longer. */
async function linkedCaller({ parts, params, nowMs }: Visit): Promise<Caller | null> {
  const text = params['link'] ?? '';
  const link = readPhoneLink(text);
  if (link === null || link.untilMs <= nowMs) return null;
  const [key, phone] = await Promise.all([parts.people.linkKey(), parts.store.findExtension(link.extension)]);
  if (phone?.number !== link.extension || !isSigned(link, { key, mail: phone.mail })) return null;
  const { extension } = link;
  return { extension, who: texts.whoByLink(extension), home: `/my-calls/by-link/${text}`, title: texts.uncoded };
}

const gone: Answer = {
  ...{ kind: 'page', title: texts.title, status: 404 },
  body: html`<h1>${texts.title}</h1>
    <p class="notice">${texts.linkGone}</p>
    <p><a href="/my-calls">${texts.signInInstead}</a></p>`,
};

const byLink =
  (answer: (visit: Visit, caller: Caller) => Promise<Answer>) =>
  async (visit: Visit): Promise<Answer> => {
    const caller = await linkedCaller(visit);
    return caller === null ? gone : answer(visit, caller);
  };

export const linkedCalls = byLink(async (visit, caller) => {
  const body = html`<h1>${texts.uncoded}</h1>
    <p class="lead">${texts.linkSays(caller.extension)}</p>
    ${await uncodedTable(visit, caller, await uncodedOf(visit, caller))}`;
  return { kind: 'page', title: texts.uncoded, body };
});

export const linkedCallPage = byLink((visit, caller) => assignPage(visit, caller));

export const assignByLink = byLink((visit, caller) => visit.parts.inTurn('my-calls', () => assign(visit, caller)));
