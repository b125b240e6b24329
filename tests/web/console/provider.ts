import { createHash, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePorts } from '../../../scripts/chaos/controller.ts';

/** Whom the provider signs in, and what is wrong with what it says of them. */
export type Person = { sub: string; preferred_username?: string; email?: string; groups?: string[] | string };

export type TestProvider = {
  issuer: string;
  /** Settings of a console that uses it. */
  flags: Record<string, string>;
  /** Who signs in next. */
  person: Person;
  /** Claims of the ID token that are other than they should be. */
  wrong: Readonly<Record<string, unknown>>;
  /** How the ID token is signed. */
  signing: 'RS256' | 'none' | 'other-key' | 'HS256' | 'changed-after';
  /** Groups are in the answer of the userinfo endpoint alone. */
  isThin: boolean;
  /** Requests for tokens, as they came. */
  asked: URLSearchParams[];
  /** Goes away, and comes back at the same address. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
};

const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
const newKey = (): { privateKey: KeyObject; publicKey: KeyObject } =>
  generateKeyPairSync('rsa', { modulusLength: 2048 });

// Made once: it takes a while.
const [key, otherKey] = [newKey(), newKey()];

type Grant = { challenge: string; nonce: string; redirectUri: string; person: Person };

const clientId = 'console';
const clientSecret = 'a secret of the console';

/** An OpenID Connect provider on a socket of its own, which signs in whoever comes and checks what RFC 7636 has it check. */
export async function startProvider(): Promise<TestProvider> {
  const grants = new Map<string, Grant>();
  const tokens = new Map<string, Person>();

  const answer = (response: ServerResponse, value: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

  function idToken({ nonce, person }: Grant): string {
    const now = Math.floor(Date.now() / 1000);
    const { groups, ...most } = person;
    const claims = {
      ...{ iss: provider.issuer, aud: clientId, iat: now, exp: now + 300, nonce, ...most },
      ...(provider.isThin ? {} : { groups }),
      ...provider.wrong,
    };
    const { signing } = provider;
    const algorithm = signing === 'none' || signing === 'HS256' ? signing : 'RS256';
    const head = base64(JSON.stringify({ alg: algorithm, kid: 'one', typ: 'JWT' }));
    const signed = `${head}.${base64(JSON.stringify(claims))}`;
    if (signing === 'none') return `${signed}.`;
    if (signing === 'HS256')
      return `${signed}.${createHmac('sha256', clientSecret).update(signed).digest('base64url')}`;
    const signature = sign('RSA-SHA256', Buffer.from(signed), (signing === 'other-key' ? otherKey : key).privateKey);
    const sent = signing === 'changed-after' ? { ...claims, groups: ['administrators'] } : claims;
    return `${head}.${base64(JSON.stringify(sent))}.${base64(signature)}`;
  }

  function authorize(url: URL, response: ServerResponse): void {
    const given = (name: string): string => url.searchParams.get(name) ?? '';
    const code = randomUUID();
    const isRight =
      given('client_id') === clientId && given('response_type') === 'code' && given('code_challenge_method') === 'S256';
    const back = new URL(given('redirect_uri'));
    back.searchParams.set('state', given('state'));
    back.searchParams.set('iss', provider.issuer);
    if (isRight) back.searchParams.set('code', code);
    else back.searchParams.set('error', 'invalid_request');
    grants.set(code, {
      ...{ challenge: given('code_challenge'), nonce: given('nonce'), redirectUri: given('redirect_uri') },
      person: provider.person,
    });
    response.writeHead(302, { location: back.href }).end();
  }

  function token(form: URLSearchParams, authorization: string, response: ServerResponse): void {
    provider.asked.push(form);
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const basic = `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(clientSecret).replaceAll('%20', '+')}`).toString('base64')}`;
    if (authorization !== basic) {
      answer(response, { error: 'invalid_client' }, 401);
      return;
    }
    const isRight = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    if (grant === undefined || !isRight) {
      answer(response, { error: 'invalid_grant' }, 400);
      return;
    }
    const access = randomUUID();
    tokens.set(access, grant.person);
    answer(response, { access_token: access, token_type: 'Bearer', expires_in: 300, id_token: idToken(grant) });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', provider.issuer);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { authorization = '' } = request.headers;
    switch (url.pathname) {
      case '/.well-known/openid-configuration': {
        const of = (path: string): string => `${provider.issuer}${path}`;
        answer(response, {
          ...{ issuer: provider.issuer, authorization_endpoint: of('/authorize'), token_endpoint: of('/token') },
          ...{ jwks_uri: of('/keys'), userinfo_endpoint: of('/userinfo'), end_session_endpoint: of('/sign-out') },
          authorization_response_iss_parameter_supported: true,
        });
        return;
      }
      case '/keys': {
        answer(response, {
          keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
        });
        return;
      }
      case '/authorize': {
        authorize(url, response);
        return;
      }
      case '/token': {
        token(new URLSearchParams(body), authorization, response);
        return;
      }
      case '/userinfo': {
        answer(response, tokens.get(authorization.replace('Bearer ', '')) ?? {});
        return;
      }
      default:
        response.writeHead(404).end();
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => void server.listen(port, '127.0.0.1', () => resolve()));
  const [port = 0] = await freePorts(1);
  await listen(port);
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  const issuer = `http://127.0.0.1:${port}`;
  const provider: TestProvider = {
    ...{ issuer, person: { sub: '1', preferred_username: 'petra', groups: ['sales'] }, wrong: {}, signing: 'RS256' },
    ...{ isThin: false, asked: [], pause: close, resume: () => listen(port), close },
    flags: {
      ...{
        'oidc.issuer': issuer,
        'oidc.clientId': clientId,
        'oidc.clientSecret': clientSecret,
        'oidc.name': 'Office Login',
      },
      'oidc.groups': JSON.stringify([
        { group: 'administrators', role: 'administrator' },
        { group: 'sales', role: 'manager', department: 'Sales' },
        { group: 'legal', role: 'viewer', department: 'Legal' },
        { group: 'lost', role: 'viewer', department: 'Nowhere' },
        { group: 'staff', role: 'caller' },
      ]),
    },
  };
  return provider;
}
