/** One command as it came: its first line, its headers by lower-case name, and what followed by `Content-Length`. */
export type WireCommand = { line: string; headers: ReadonlyMap<string, string>; text: string };

/**
 * Takes bytes (as latin1 text) in pieces and hands on whole commands: lines up to an empty one, CR or not, and a body
 * where `Content-Length` says so (mod_event_socket.c, read_packet).
 */
export function createCommandReader(onCommand: (command: WireCommand) => void): (chunk: string) => void {
  let received = '';
  return (chunk) => {
    received += chunk;
    for (;;) {
      received = received.replace(/^[\r\n]+/, '');
      const end = /\r?\n\r?\n/.exec(received);
      if (end === null) return;
      const head = utf8(received.slice(0, end.index));
      const after = end.index + end[0].length;
      const bodyLength = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      if (received.length < after + bodyLength) return;
      const body = utf8(received.slice(after, after + bodyLength));
      received = received.slice(after + bodyLength);
      onCommand(takeApart(head, body));
    }
  };
}

const ascii = /^[\t\r\n -~]*$/;

function utf8(latin1: string): string {
  return ascii.test(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8');
}

function takeApart(head: string, body: string): WireCommand {
  const [line = '', ...rest] = head.split(/\r?\n/);
  const headers = new Map<string, string>();
  for (const header of rest) {
    const at = header.indexOf(':');
    if (at > 0) headers.set(header.slice(0, at).toLowerCase(), header.slice(at + 1).replace(/^ +/, ''));
  }
  if (body !== '') headers.set('_body', body);
  return { line: line.trim(), headers, text: `${head}\n\n${body}` };
}
