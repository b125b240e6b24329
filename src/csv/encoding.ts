/** So much of a file tells what it is written in. */
const looked = 4096;

type Unicode = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be';

/** UTF-32 before UTF-16, whose mark it begins with. */
const marks: readonly (readonly [Unicode, readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * By its byte order mark (spreadsheets save "Unicode text" as UTF-16); without one by where bytes are 0, which no other text has: digits,
 * separators and line ends of UTF-16 are two bytes of which one is 0, those of UTF-32 four, with three.
 */
export function encodingOf(start: Uint8Array): Unicode {
  const marked = marks.find(([, mark]) => mark.every((byte, at) => start[at] === byte));
  return marked?.[0] ?? unmarkedEncoding(start.subarray(0, looked));
}

function unmarkedEncoding(start: Uint8Array): Unicode {
  const zeros = [0, 0, 0, 0] as [number, number, number, number];
  start.forEach((byte, at) => (zeros[at % 4] = (zeros[at % 4] ?? 0) + (byte === 0 ? 1 : 0)));
  const [first, second, third, fourth] = zeros;
  const quarter = Math.max(1, Math.floor(start.length / 4));
  const [most, few] = [quarter * 0.9, quarter * 0.1];
  if (third >= most && fourth >= most && first <= few) return 'utf-32le';
  if (first >= most && second >= most && fourth <= few) return 'utf-32be';
  const [even, odd] = [first + third, second + fourth];
  // Some letters have a 0 for the other half, as 一 has.
  if (odd > few && odd > even * 4) return 'utf-16le';
  return even > few && even > odd * 4 ? 'utf-16be' : 'utf-8';
}

/** What a file is written in cannot be read. */
export class EncodingError extends Error {}

/** For a file that begins so, or is said to be in `encoding`. Throws an `EncodingError`; the decoder throws a `TypeError`. */
export function decoderFor(start: Uint8Array, encoding?: string): InstanceType<typeof TextDecoder> {
  const name = encoding ?? encodingOf(start);
  if (name.startsWith('utf-32')) throw new EncodingError('the file is UTF-32: save it as "CSV UTF-8"');
  return new TextDecoder(name, { fatal: true });
}

/** Whether files in this encoding can be read: `windows-1252`, `shift_jis` … (encoding.spec.whatwg.org). */
export function isEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}
