/**
 * Percent-decoding that cannot fail. FreeSWITCH passes `%` + two hex digits in a header value through as they are
 * (switch_utils.c, switch_url_encode), so a caller's display name `Jos%E9` arrives as bytes that `decodeURIComponent` throws
 * on. What is not valid UTF-8 in percent-encoding stays as it was sent.
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun);
  }
}

function decodeRun(run: string): string {
  let decoded = '';
  let at = 0;
  while (at < run.length) {
    const length = sequenceLength(Number.parseInt(run.slice(at + 1, at + 3), 16));
    const piece = run.slice(at, at + 3 * Math.max(1, length));
    const character = length === 0 ? null : decodeOne(piece);
    decoded += character ?? run.slice(at, at + 3);
    at += character === null ? 3 : piece.length;
  }
  return decoded;
}

/** Bytes of the UTF-8 sequence that begins with this byte; 0: none does (RFC 3629, section 3). */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

function decodeOne(piece: string): string | null {
  try {
    return decodeURIComponent(piece);
  } catch {
    return null;
  }
}
