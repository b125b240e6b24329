import { messageOf } from '../words/thrown.ts';

/** Where notices are posted to. */
export type Webhook = {
  /** http or https. */
  url: string;
  /** Sent as `Authorization: Bearer …`; empty: none. */
  secret: string;
};

/** An address that can be posted to: credentials belong into the secret, `fetch` takes none in the address. */
export function isWebhookUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/**
 * Posts `body` as JSON. Rejects with one line, which never has the address in it (it may hold a key), where it is not taken with
 * a status of 2xx in time. A redirect is not followed: it would take the secret elsewhere.
 */
export async function postJson(
  { url, secret }: Webhook,
  body: Readonly<Record<string, unknown>>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(secret === '' ? {} : { authorization: `Bearer ${secret}` }),
      },
      body: JSON.stringify(body),
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
