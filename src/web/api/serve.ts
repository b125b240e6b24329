import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KnownUser } from '../../store/ports/console-store.ts';
import type { ApiToken } from '../../words/console.ts';
import { messageOf } from '../../words/thrown.ts';
import { mayUse } from '../access/may.ts';
import { tokenUser } from '../access/tokens.ts';
import type { ConsoleParts } from '../parts.ts';
import type { ApiAnswer, ApiRoute, ApiVisit } from '../route.ts';
import { apiTexts as texts } from '../texts/api.ts';
import { plainVisit } from '../visit.ts';
import { once, type Answered } from './idempotency.ts';
import { readJson } from './json.ts';
import { checkedBody, checkQuery } from './operation.ts';
import { ApiProblem, problemJson, problemOf } from './problem.ts';

const bodyBytes = 65_536;
const prefix = '/api';

type Caller = { user: KnownUser; token: ApiToken };

/** Answers every route of the API in the same way: who is it, may they, is it as it should be. Only by tokens: no cookie counts here. */
export function serveApi(server: FastifyInstance, parts: ConsoleParts, routes: readonly ApiRoute[]): void {
  void server.register(
    (scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyBytes }, (_request, body, parsed) =>
        parsed(null, body),
      );
      for (const route of routes) add(scope, parts, route);
      scope.setNotFoundHandler((_request, reply) => refuse(reply, new ApiProblem(404, texts.notFound), parts, null));
      scope.setErrorHandler((error, _request, reply) => refuse(reply, problemOf(error), parts, error));
      done();
    },
    { prefix },
  );
}

function add(scope: FastifyInstance, parts: ConsoleParts, route: ApiRoute): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  scope.route({
    ...{ method: route.method, url: route.path.slice(prefix.length), bodyLimit: bodyBytes },
    // Before the body is read: nobody unknown makes us read one.
    onRequest: async (request) => {
      callers.set(request, await callerOf(request, parts, route));
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (caller === undefined) throw new ApiProblem(401, texts.noToken);
      const answered = await answerOf(request, visitOf(request, parts, caller), route);
      if (answered.isReplayed) reply.header('idempotency-replayed', 'true');
      return send(reply, answered);
    },
  });
}

/** Throws where the token is none, has no such scope, or its user may not. */
async function callerOf(request: FastifyRequest, parts: ConsoleParts, route: ApiRoute): Promise<Caller> {
  const { authorization } = request.headers;
  const [, sent = null] = /^Bearer ([\w.~+/=-]{1,200})$/i.exec(authorization ?? '') ?? [];
  const caller = sent === null ? null : await tokenUser(sent, { people: parts.people, nowMs: parts.clock.nowMs() });
  // Whoever comes without a token waits with all of their address, and not with those who have one.
  const waitMs =
    caller === null ? parts.requests.unknown.take(request.ip) : parts.requests.known.take(String(caller.token.id));
  if (waitMs > 0) throw new ApiProblem(429, texts.tooMany, { retryAfter: Math.ceil(waitMs / 1000) });
  if (caller === null) throw new ApiProblem(401, sent === null ? texts.noToken : texts.badToken);
  if (!mayUse(caller.user, route)) throw new ApiProblem(403, texts.notAllowed);
  const { scope } = route.operation;
  if (!caller.token.scopes.includes(scope)) throw new ApiProblem(403, texts.noScope(scope));
  return caller;
}

function visitOf(request: FastifyRequest, parts: ConsoleParts, { user, token }: Caller): ApiVisit {
  const plain = plainVisit(request, parts);
  return { ...plain, user, token, via: token.name, ifMatch: request.headers['if-match'] ?? null };
}

async function answerOf(request: FastifyRequest, visit: ApiVisit, route: ApiRoute): Promise<Answered> {
  const { operation } = route;
  const { status } = operation;
  checkQuery(operation, visit.query);
  const sent = typeof request.body === 'string' ? request.body : '';
  const body = checkedBody(operation, jsonIn(request, sent));
  const work = (): Promise<ApiAnswer> => route.answer(visit, body);
  const key = request.headers['idempotency-key'];
  if (route.method !== 'POST' || key === undefined) return { answer: await work(), status, isReplayed: false };
  return once(visit, { key: String(key), method: route.method, url: visit.url, body: sent, status }, work);
}

function jsonIn(request: FastifyRequest, sent: string): unknown {
  if (sent === '') return undefined;
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new ApiProblem(415, texts.notJson);
  const read = readJson(sent);
  if (!read.ok) throw new ApiProblem(400, read.problem);
  return read.value;
}

function send(reply: FastifyReply, { answer, status }: Answered): FastifyReply {
  void reply.code(status).type('application/json; charset=utf-8');
  if ('content' in answer) return reply.send(Readable.from(answer.content));
  if (answer.etag !== undefined) void reply.header('etag', `"${answer.etag}"`);
  if (answer.location !== undefined) void reply.header('location', answer.location);
  return reply.send(JSON.stringify(answer.value));
}

function refuse(reply: FastifyReply, problem: ApiProblem, parts: ConsoleParts, error: unknown): FastifyReply {
  if (problem.status >= 500) parts.problem(messageOf(error));
  if (problem.retryAfter !== null) void reply.header('retry-after', String(problem.retryAfter));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="billing-codes"');
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemJson(problem)));
}
