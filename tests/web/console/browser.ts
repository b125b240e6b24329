/** A browser without script: keeps cookies, sends forms with their tokens and says where they come from. */
export type Browser = {
  get(path: string, headers?: Record<string, string>): Promise<Page>;
  /** Where it leads, without going there. */
  ask(path: string): Promise<{ status: number; location: string }>;
  /** Sends a form of this console, with its token, and follows where it leads. */
  post(
    path: string,
    fields?: Record<string, string>,
    file?: { field: string; name: string; content: string | Uint8Array<ArrayBuffer> },
    /** Fields that come several times. */
    more?: readonly (readonly [name: string, value: string])[],
  ): Promise<Page>;
  cookie(name: string): string | null;
};

export type Page = { status: number; path: string; text: string; headers: Headers; bytes: Buffer };

export function openBrowser(origin: string): Browser {
  const cookies = new Map<string, string>();
  const keep = (headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /Max-Age=0|Expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
  };
  let token = '';
  async function go(path: string, init: RequestInit, left = 5): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(`${origin}${path}`, { ...init, headers, redirect: 'manual' });
    keep(answer.headers);
    const to = answer.headers.get('location');
    if (answer.status === 303 && to !== null && left > 0) {
      await answer.arrayBuffer();
      return go(to, {}, left - 1);
    }
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.toString('utf8');
    token = /name="form-token" value="([^"]+)"/.exec(text)?.[1] ?? token;
    return { status: answer.status, path, text, headers: answer.headers, bytes };
  }
  return {
    get: (path, headers = {}) => go(path, { headers }),
    async ask(path) {
      const { status, headers } = await go(path, {}, 0);
      return { status, location: headers.get('location') ?? '' };
    },
    post(path, fields = {}, file, more = []) {
      const all = { 'form-token': token, ...fields };
      let body: URLSearchParams | FormData = new URLSearchParams(all);
      for (const [name, value] of more) body.append(name, value);
      if (file !== undefined) {
        body = new FormData();
        for (const [name, value] of Object.entries(all)) body.append(name, value);
        body.append(file.field, new Blob([file.content]), file.name);
      }
      return go(path, { method: 'POST', body, headers: { origin } });
    },
    cookie: (name) => cookies.get(name) ?? null,
  };
}
