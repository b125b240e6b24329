/** A program that uses the API. */
export type Program = {
  token: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Sent>;
  /** The body as it is. */
  raw(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Sent>;
};

export type Sent = { status: number; headers: Headers; text: string; json: Readonly<Record<string, unknown>> };

const jsonIn = (text: string): Sent['json'] => {
  try {
    return JSON.parse(text) as Sent['json'];
  } catch {
    return {};
  }
};

export function openProgram(origin: string, token: string): Program {
  const raw: Program['raw'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      ...{ method, redirect: 'manual' },
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: jsonIn(text) };
  };
  return {
    token,
    raw,
    send: (method, path, body, headers) => raw(method, path, body === undefined ? '' : JSON.stringify(body), headers),
  };
}
