/**
 * The phone that forwarded a call, from the headers in which a phone system says so: Diversion (RFC 5806), or else History-Info
 * (RFC 7044). null: nobody did, or what is there cannot be read. Both come from outside and are data.
 *
 * Diversion names the last forwarding phone first; History-Info tells the way in its order, the called number itself included.
 */
export function forwardingPhone(diversion: string, historyInfo: string, dialled: string): string | null {
  const [last] = users(diversion);
  if (last !== undefined) return last;
  return users(historyInfo).findLast((user) => user !== dialled) ?? null;
}

/** The user parts of the addresses in a header, those left out that are none. */
function users(header: string): string[] {
  return addresses(header)
    .map(userOf)
    .filter((user) => user !== null);
}

/** Longer than any phone system writes; of a longer header the rest is not looked at. */
const maxLength = 4000;

/**
 * The URIs of `"A name" <URI>;parameters, URI;parameters` (RFC 3261, sections 7.3.1 and 25.1), read once from left to right: what
 * is in quotes is a name, and a comma in brackets part of a URI.
 */
function addresses(header: string): string[] {
  const found: string[] = [];
  let bare = '';
  let bracketed: string | null = null;
  let quoted = false;
  let open = false;
  const end = (): void => {
    found.push(bracketed ?? bare.trim());
    [bare, bracketed] = ['', null];
  };
  for (let at = 0; at < Math.min(header.length, maxLength); at += 1) {
    const char = header.charAt(at);
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (open) {
      if (char === '>') open = false;
      else bracketed = (bracketed ?? '') + char;
    } else if (char === '"') quoted = true;
    else if (char === '<') [open, bracketed] = [true, ''];
    else if (char === ',') end();
    else bare += char;
  }
  end();
  return found;
}

/** `sip:201;phone-context=x:password@host`, `tel:+18015550199;ext=1`: the number of a phone, or nothing. */
function userOf(uri: string): string | null {
  const match = /^(?:sips?:([^@]*)@|tel:([^?]*))/i.exec(uri);
  const [number = ''] = (match?.[1] ?? match?.[2] ?? '').split(/[;:]/);
  const digits = decoded(number).replace(/[\s().-]/g, '');
  return /^[+*#0-9A-Za-z_]{1,40}$/.test(digits) ? digits : null;
}

function decoded(text: string): string {
  return text.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
