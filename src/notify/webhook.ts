import { createHmac } from 'node:crypto';
import { messageOf } from '../words/thrown.ts';

/** Where alerts are posted to. */
export type Webhook = {
  /** http or https. */
  url: string;
  auth:
    | { kind: 'none' }
    /** Sent as `Authorization: Bearer …`. */
    | { kind: 'bearer'; token: string }
    /** Each post is signed with it (https://www.standardwebhooks.com): as `whsec_` and Base64, or its own bytes. */
    | { kind: 'signed'; secret: string };
};

/** An address that can be posted to: credentials belong into the secret, `fetch` takes none in the address. */
export function isWebhookUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const secretMark = 'whsec_';

/** Long enough to sign with: `whsec_` and Base64 of 24 bytes or more, or any other text of 16 characters or more. */
export const isSigningSecret = (secret: string): boolean =>
  secret.startsWith(secretMark) ? /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret) : secret.length >= 16;

/** `v1,` and the HMAC-SHA256 of id, time and body (standard-webhooks.md, "Signature scheme"). `atSeconds`: since 1970. */
export function signatureOf(secret: string, { id, atSeconds, body }: { id: string; atSeconds: number; body: string }) {
  const key = secret.startsWith(secretMark)
    ? Buffer.from(secret.slice(secretMark.length), 'base64')
    : Buffer.from(secret, 'utf8');
  return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`;
}

function authHeaders(auth: Webhook['auth'], post: { id: string; atSeconds: number; body: string }) {
  switch (auth.kind) {
    case 'none':
      return {};
    case 'bearer':
      return { authorization: `Bearer ${auth.token}` };
    case 'signed':
      return { 'webhook-signature': signatureOf(auth.secret, post) };
  }
}

/**
 * Posts JSON under an id, by which the other side knows what it has already. Rejects with one line, which never has the address in it (it
 * may hold a key), where it is not taken with a status of 2xx in time. A redirect is not followed: it would take the secret elsewhere.
 */
export async function postJson(
  { url, auth }: Webhook,
  { id, body, nowMs }: { id: string; body: string; nowMs: number },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const atSeconds = Math.floor(nowMs / 1000);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(atSeconds) },
        ...authHeaders(auth, { id, atSeconds, body }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw new Error(`${new URL(url).host} cannot be reached: ${messageOf(cause ?? error)}`, { cause: error });
  }
  // The answer is of no interest, but its connection is.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
}
