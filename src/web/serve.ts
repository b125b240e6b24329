import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { StoreError } from '../store/ports/store-error.ts';
import type { ConsoleUser } from '../words/console.ts';
import { messageOf } from '../words/thrown.ts';
import { mayUse } from './access/may.ts';
import { formToken, hashOf, isSame, newSecret } from './access/secrets.ts';
import { mustSetUp } from './access/second-factor.ts';
import { sessionOf, type SignedIn } from './access/sessions.ts';
import { cookieOf, setCookie } from './cookies.ts';
import { readForm } from './forms.ts';
import { eventStream } from './live/events.ts';
import { errorPage, pageOf } from './pages/layout.ts';
import { sentTooLate } from './pages/unsent.ts';
import type { ConsoleParts } from './parts.ts';
import { serveApi } from './api/serve.ts';
import { isApi, isPage, NotAllowed, NotFound, type Answer, type PageRoute, type Route, type Visit } from './route.ts';
import { createTwins } from './twins.ts';
import { originOf, plainVisit, statusOf } from './visit.ts';
import { errorTexts, isSaid } from './texts.ts';

/** Answers every route of the table in the same way: who is it, may they, did this browser mean it. */
export function serve(server: FastifyInstance, parts: ConsoleParts, routes: readonly Route[]): void {
  const once = createTwins();
  for (const route of routes.filter(isPage)) {
    server.route({
      method: route.method,
      url: route.path,
      ...(route.uploadBytes === undefined ? {} : { bodyLimit: route.uploadBytes }),
      handler: (request, reply) => handle(request, reply, { parts, route, once }),
    });
  }
  serveApi(server, parts, routes.filter(isApi));
  server.setNotFoundHandler(async (request, reply) =>
    send(reply, await anyVisitOf(request, parts), errorPage(404, errorTexts.notFound)),
  );
  // A request that no route got to see: a body that is too large, or one of no form.
  server.setErrorHandler(async (error, request, reply) => {
    const visit = await anyVisitOf(request, parts);
    return send(reply, visit, failed(error, visit));
  });
}

/** Of somebody unknown, where it cannot be found out who it is. */
const anyVisitOf = (request: FastifyRequest, parts: ConsoleParts): Promise<Visit> =>
  visitOf(request, parts).then(
    ({ visit }) => visit,
    () => plainVisit(request, parts),
  );

type Serving = { parts: ConsoleParts; route: PageRoute; once: ReturnType<typeof createTwins> };

async function handle(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<FastifyReply> {
  const { visit, signedIn, newVisit } = await visitOf(request, serving.parts);
  if (newVisit !== null) setCookie(reply, { name: 'visit', value: newVisit });
  try {
    return await send(reply, visit, await answerOf(request, visit, signedIn, serving));
  } catch (error) {
    return send(reply, visit, failed(error, visit));
  }
}

/** The one order in which everything is checked. */
async function answerOf(
  request: FastifyRequest,
  visit: Visit,
  signedIn: SignedIn | null,
  { route, once }: Serving,
): Promise<Answer> {
  const answer = (): Promise<Answer> => answerTo(visit, signedIn, route);
  if (route.method === 'POST') {
    if (!isFromHere(request)) throw new NotAllowed(errorTexts.otherSite);
    if (route.may !== 'anyone') {
      if (signedIn === null) return tooLate(request, visit, route);
      checkMay(signedIn.user, route);
    }
    Object.assign(visit, await readForm(request, route.uploadBytes ?? null));
    if (!isSame(visit.form.get('form-token') ?? '', visit.formToken)) {
      // Signed in meanwhile, in another tab.
      if (signedIn !== null && route.path === '/sign-in') return { kind: 'redirect', to: '/' };
      throw new NotAllowed(errorTexts.oldForm);
    }
    if (visit.upload === null) return once(visit, answer);
  }
  return answer();
}

async function answerTo(visit: Visit, signedIn: SignedIn | null, route: PageRoute): Promise<Answer> {
  if (route.may === 'anyone') return route.answer(visit);
  if (signedIn === null) return toSignIn(visit.url);
  const { user, session } = signedIn;
  checkMay(user, route);
  if (route.isSetUp !== true && mustSetUp(user, session, visit.parts.secondFactor)) return toSetUp;
  return whileSignedIn(signedIn, {
    parts: visit.parts,
    route,
    answer: await route.answer({ ...visit, user, session }),
  });
}

type Moving = { parts: ConsoleParts; route: Exclude<PageRoute, { may: 'anyone' }>; answer: Answer };

/** What moves by itself stops as soon as the person is signed out, or may see less or other things than when it began. */
function whileSignedIn({ user, token }: SignedIn, { parts, route, answer }: Moving): Answer {
  if (answer.kind !== 'events') return answer;
  const isStill = async (): Promise<boolean> => {
    const { people, sessions, clock } = parts;
    const now = await sessionOf(token, { people, limits: sessions, nowMs: clock.nowMs(), isUse: false });
    return now !== null && mayUse(now.user, route) && now.user.departmentId === user.departmentId;
  };
  const next = async (): ReturnType<typeof answer.next> => {
    if (!(await isStill())) throw new NotAllowed(errorTexts.notAllowed);
    return answer.next();
  };
  return { ...answer, next };
}

function checkMay(user: ConsoleUser, route: Exclude<PageRoute, { may: 'anyone' }>): void {
  if (!mayUse(user, route)) throw new NotAllowed(errorTexts.notAllowed);
}

/** The form is one of the session that is over, or it is as if it had not been sent. */
async function tooLate(request: FastifyRequest, visit: Visit, { uploadBytes }: PageRoute): Promise<Answer> {
  const token = cookieOf(request, 'session');
  const session = token === null ? null : await visit.parts.people.findSession(hashOf(token));
  if (token === null || session === null) return toSignIn('/');
  // A file is chosen again.
  if (uploadBytes !== undefined) return sentTooLate(visit, null);
  const sent = { ...visit, ...(await readForm(request, null)) };
  const isOurs = isSame(sent.form.get('form-token') ?? '', formToken(token));
  return sentTooLate(sent, isOurs ? session.userId : null);
}

const toSetUp: Answer = { kind: 'redirect', to: '/you/sign-in' };

const toSignIn = (from: string): Answer => ({
  kind: 'redirect',
  to: from === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(from)}`,
});

/** A form of another site is sent with that site's Origin; one without Origin was sent by no browser of these years. */
function isFromHere(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined && origin === originOf(request);
}

/** Who it is; `newVisit`: the browser has no token for its forms yet. */
async function visitOf(
  request: FastifyRequest,
  parts: ConsoleParts,
): Promise<{ visit: Visit; signedIn: SignedIn | null; newVisit: string | null }> {
  const visit = plainVisit(request, parts);
  const token = cookieOf(request, 'session');
  const { people, sessions } = parts;
  const signedIn =
    token === null
      ? null
      : await sessionOf(token, {
          people,
          limits: sessions,
          nowMs: visit.nowMs,
          isUse: request.headers.accept !== 'text/event-stream',
        });
  if (signedIn !== null) {
    return { visit: { ...visit, user: signedIn.user, formToken: formToken(signedIn.token) }, signedIn, newVisit: null };
  }
  const known = cookieOf(request, 'visit');
  const secret = known !== null && /^[\w-]{43}$/.test(known) ? known : newSecret();
  return { visit: { ...visit, formToken: formToken(secret) }, signedIn, newVisit: secret === known ? null : secret };
}

function failed(error: unknown, { parts, user }: Visit): Answer {
  if (error instanceof NotFound) return errorPage(404, errorTexts.notFound);
  if (error instanceof NotAllowed) return errorPage(403, error.message);
  if (error instanceof StoreError) {
    const isInput = error.code === 'invalid' || error.code === 'duplicate';
    if (!isInput) parts.problem(error.message);
    // Names of files and servers are nothing for strangers.
    return errorPage(isInput ? 409 : 503, isInput || user !== null ? error.message : errorTexts.notNow);
  }
  const status = statusOf(error);
  if (status < 500) return errorPage(status, messageOf(error));
  parts.problem(messageOf(error));
  return errorPage(500, errorTexts.broken);
}

async function send(reply: FastifyReply, visit: Visit, answer: Answer): Promise<FastifyReply> {
  switch (answer.kind) {
    case 'page': {
      for (const cookie of answer.cookies ?? []) setCookie(reply, cookie);
      reply.code(answer.status ?? 200).type('text/html; charset=utf-8');
      const away = visit.user === null ? null : await visit.parts.away().catch(() => null);
      return reply.send(pageOf(visit, answer, { said: saidIn(visit), away }).toString());
    }
    case 'piece':
      return reply.type('text/html; charset=utf-8').send(answer.body.toString());
    case 'redirect': {
      for (const cookie of answer.cookies ?? []) setCookie(reply, cookie);
      const to = answer.said === undefined ? answer.to : withSaid(answer.to, answer.said);
      return reply.code(303).header('location', to).send();
    }
    case 'file': {
      const { name, type, content } = answer;
      reply.type(type).header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`);
      return reply.send(typeof content === 'string' || Buffer.isBuffer(content) ? content : Readable.from(content));
    }
    case 'asset':
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .header('etag', `"${hashOf(answer.content)}"`);
      return reply.type(answer.type).send(answer.content);
    case 'json':
      return reply.code(answer.status ?? 200).send(answer.value);
    case 'events':
      return reply.type('text/event-stream').send(eventStream(reply.raw, answer, visit.parts.clock));
  }
}

const withSaid = (to: string, said: string): string => `${to}${to.includes('?') ? '&' : '?'}said=${said}`;

const saidIn = ({ query }: Visit) => {
  const said = query.get('said');
  return said !== null && isSaid(said) ? said : null;
};
