/** As much of SIP (RFC 3261) as two phones on one machine need. */
export type SipMessage = {
  /** `INVITE`, or empty in an answer. */
  method: string;
  /** 0 in a request. */
  status: number;
  /** The first of a name, in lower case. */
  header: (name: string) => string;
};

export function parseSip(text: string): SipMessage {
  const [first = '', ...lines] = text.split('\r\n\r\n', 1)[0]?.split('\r\n') ?? [];
  const headers = new Map<string, string>();
  for (const line of lines) {
    const at = line.indexOf(':');
    const name = line.slice(0, at).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(at + 1).trim());
  }
  const [, status] = /^SIP\/2\.0 (\d{3})/.exec(first) ?? [];
  return {
    method: status === undefined ? (first.split(' ')[0] ?? '') : '',
    status: Number(status ?? 0),
    header: (name) => headers.get(name) ?? '',
  };
}

export function sipText(first: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [first, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

export function sdp(mediaPort: number): string {
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${mediaPort} RTP/AVP 0 96`]
    .concat('a=rtpmap:0 PCMU/8000', 'a=rtpmap:96 telephone-event/8000', 'a=fmtp:96 0-15', 'a=ptime:20', '')
    .join('\r\n');
}

/** The headers that an answer takes over from its request. */
export function answering({ header }: SipMessage, tag: string): Record<string, string> {
  const to = header('to');
  return {
    Via: header('via'),
    From: header('from'),
    To: to.includes('tag=') ? to : `${to};tag=${tag}`,
    'Call-ID': header('call-id'),
    CSeq: header('cseq'),
  };
}
