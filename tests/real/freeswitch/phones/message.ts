/** A SIP message (RFC 3261, section 7), read and written. */
export type Message = {
  /** null: a response. */
  method: string | null;
  /** null: a request. */
  status: number | null;
  /** Of a request. */
  uri: string;
  /** In their order, names in lower case. */
  headers: readonly (readonly [name: string, value: string])[];
  body: string;
};

const longNames: Readonly<Record<string, string>> = {
  ...{ v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', l: 'content-length', c: 'content-type' },
};

export function parseMessage(text: string): Message {
  const at = text.indexOf('\r\n\r\n');
  const [startLine = '', ...lines] = (at === -1 ? text : text.slice(0, at)).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    return [longNames[name] ?? name, line.slice(colon + 1).trim()];
  });
  const [, status] = /^SIP\/2\.0 (\d{3})/.exec(startLine) ?? [];
  const [method = '', uri = ''] = startLine.split(' ');
  const body = at === -1 ? '' : text.slice(at + 4);
  if (status !== undefined) return { method: null, status: Number(status), uri: '', headers, body };
  return { method, status: null, uri, headers, body };
}

/** The first header of that name; empty: there is none. */
export const header = (message: Message, name: string): string =>
  message.headers.find(([known]) => known === name)?.[1] ?? '';

export const tagOf = (address: string): string => /;tag=([^;>\s]+)/.exec(address)?.[1] ?? '';
export const uriOf = (address: string): string => /<([^>]+)>/.exec(address)?.[1] ?? address;
export const withoutTag = (address: string): string => address.replace(/;tag=[^;>\s]+/, '');

export type Body = { type: string; text: string };

export function requestText(method: string, uri: string, headers: readonly string[], body: Body | null): string {
  return textOf(`${method} ${uri} SIP/2.0`, headers, body);
}

/** The response to a request: what it must repeat of it (RFC 3261, section 8.2.6), and more headers. */
export function responseText(
  request: Message,
  status: number,
  localTag: string,
  more: readonly string[],
  body: Body | null,
): string {
  const to = header(request, 'to');
  const tagged = status === 100 || tagOf(to) !== '' ? to : `${to};tag=${localTag}`;
  const vias = request.headers.filter(([name]) => name === 'via').map(([, value]) => `Via: ${value}`);
  const repeated = [`From: ${header(request, 'from')}`, `To: ${tagged}`, `Call-ID: ${header(request, 'call-id')}`];
  const cseq = `CSeq: ${header(request, 'cseq')}`;
  return textOf(`SIP/2.0 ${status} ${reasons[status] ?? 'Status'}`, [...vias, ...repeated, cseq, ...more], body);
}

const reasons: Readonly<Record<number, string>> = {
  ...{ 100: 'Trying', 180: 'Ringing', 183: 'Session Progress', 200: 'OK', 302: 'Moved Temporarily' },
  ...{ 404: 'Not Found', 480: 'Temporarily Unavailable', 484: 'Address Incomplete', 486: 'Busy Here' },
  ...{ 487: 'Request Terminated', 488: 'Not Acceptable Here', 503: 'Service Unavailable', 603: 'Decline' },
};

function textOf(startLine: string, headers: readonly string[], body: Body | null): string {
  const type = body === null ? [] : [`Content-Type: ${body.type}`];
  const length = `Content-Length: ${Buffer.byteLength(body?.text ?? '')}`;
  return [startLine, ...headers, ...type, length, '', body?.text ?? ''].join('\r\n');
}
