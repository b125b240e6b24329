import type * as OpenId from 'openid-client';
import type { Result } from '../../words/result.ts';
import { messageOf } from '../../words/thrown.ts';
import type { GroupRule } from './group-rules.ts';

export type ProviderSettings = {
  /** `https://login.example/realms/office`. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  name: string;
  scopes: string;
  nameClaim: string;
  groupsClaim: string;
  rules: readonly GroupRule[];
};

/** What the answer of the provider must fit; it belongs to one browser, once. */
export type ProviderCheck = { state: string; nonce: string; verifier: string; redirectUri: string };

/** Who somebody is, as the provider has signed it. */
export type Claimed = {
  /** Issuer and subject, separated by a space: the one thing that never comes to mean somebody else. */
  identity: string;
  name: string;
  groups: readonly string[];
};

/** An identity provider that speaks OpenID Connect. */
export type IdentityProvider = Pick<ProviderSettings, 'name' | 'rules'> & {
  /** Where to send the browser. */
  begin(redirectUri: string): Promise<Result<{ url: string; check: ProviderCheck }>>;
  /** `query`: what the browser came back with. */
  finish(query: URLSearchParams, check: ProviderCheck): Promise<Result<Claimed>>;
  /** Where to sign out there, which leads back; null: it has no such page, or cannot be reached. */
  signOutUrl(backTo: string): Promise<string | null>;
};

/** Somebody waits for a page. */
const timeoutSeconds = 8;
/** Its addresses are asked for again after so long. */
const knownMs = 86_400_000;

type Known = { client: typeof OpenId; configuration: OpenId.Configuration };

/** Code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9207). Nothing is asked before somebody signs in. */
export function identityProvider(settings: ProviderSettings): IdentityProvider {
  const known = knowing(() => discover(settings));
  return {
    name: settings.name,
    rules: settings.rules,
    begin: (redirectUri) =>
      trying(async () => {
        const { client, configuration } = await known();
        const check: ProviderCheck = {
          ...{ state: client.randomState(), nonce: client.randomNonce() },
          ...{ verifier: client.randomPKCECodeVerifier(), redirectUri },
        };
        const url = client.buildAuthorizationUrl(configuration, {
          ...{ redirect_uri: redirectUri, scope: settings.scopes, state: check.state, nonce: check.nonce },
          ...{ code_challenge: await client.calculatePKCECodeChallenge(check.verifier), code_challenge_method: 'S256' },
        });
        return { url: url.href, check };
      }),
    finish: (query, { state, nonce, verifier, redirectUri }) =>
      trying(async () => {
        const { client, configuration } = await known();
        const answered = new URL(`${redirectUri}?${query.toString()}`);
        const tokens = await client.authorizationCodeGrant(configuration, answered, {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error('it gave no ID token');
        const isWhole = claims[settings.groupsClaim] !== undefined;
        const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
        const more =
          isWhole || !hasMore ? {} : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
        return claimedIn({ ...more, ...claims }, settings);
      }),
    async signOutUrl(backTo) {
      const read = await trying(async () => {
        const { client, configuration } = await known();
        return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: backTo }).href;
      });
      return read.ok ? read.value : null;
    },
  };
}

/** Its library is loaded by those alone who use it. */
async function discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<Known> {
  const client = await import('openid-client');
  const server = new URL(issuer);
  const configuration = await client.discovery(server, clientId, {}, authenticating(client, clientSecret), {
    timeout: timeoutSeconds,
    execute: [
      // The signature is checked as well, though the token comes from the provider itself.
      client.enableNonRepudiationChecks,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- by the configuration, on this machine alone
      ...(server.protocol === 'http:' ? [client.allowInsecureRequests] : []),
    ],
  });
  return { client, configuration };
}

/** As the provider takes it; in the header where it does not say (OpenID Connect Discovery 1.0, 3). */
function authenticating(client: typeof OpenId, secret: string): OpenId.ClientAuth {
  if (secret === '') return client.None();
  const [inForm, inHeader] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? inHeader : inForm)(server, ...rest);
  };
}

function claimedIn(claims: Readonly<Record<string, unknown>>, { nameClaim, groupsClaim }: ProviderSettings): Claimed {
  const textOf = (claim: string): string | null => {
    const value = claims[claim];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 100) : null;
  };
  const groups = claims[groupsClaim];
  const listed: readonly unknown[] = Array.isArray(groups) ? groups : [groups];
  const [issuer, subject] = [String(claims['iss']), String(claims['sub'])];
  return {
    identity: `${issuer} ${subject}`,
    name: textOf(nameClaim) ?? textOf('email') ?? subject.slice(0, 100),
    groups: listed.filter((one) => typeof one === 'string'),
  };
}

/** Asked for once by all who wait; a failure is not kept. */
function knowing(discovering: () => Promise<Known>): () => Promise<Known> {
  let last: { known: Promise<Known>; sinceMs: number } | null = null;
  return () => {
    if (last === null || performance.now() - last.sinceMs > knownMs) {
      const mine = { known: discovering(), sinceMs: performance.now() };
      mine.known.catch(() => {
        if (last === mine) last = null;
      });
      last = mine;
    }
    return last.known;
  };
}

async function trying<Value>(work: () => Promise<Value>): Promise<Result<Value>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, problem: whyOf(error) };
  }
}

/** The reason is often that of what it was caused by. Neither has a token in it. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${messageOf(error)}${cause}`;
}
