import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { SpreadsheetError } from './error.ts';

/** Reads the files of a ZIP archive (PKWARE APPNOTE 6.3.10), as far as workbooks use it: stored or deflated, in one piece. */
export type Zip = {
  has(name: string): boolean;
  /** The bytes of a file, in pieces; nothing where there is none. Throws a `SpreadsheetError` where it is damaged or too large. */
  read(name: string, maximumBytes: number): AsyncGenerator<Uint8Array>;
};

type Entry = { method: number; packed: number; offset: number };

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
const maximumEntries = 10_000;
const damaged = () => new SpreadsheetError('the file is damaged: open it in a spreadsheet program and save it again');

export function openZip(bytes: Uint8Array): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = directoryOf(bytes, view);
  return {
    has: (name) => entries.has(name),
    async *read(name, maximumBytes) {
      const entry = entries.get(name);
      if (entry === undefined) return;
      const packed = packedBytes(bytes, view, entry);
      let count = 0;
      for await (const piece of unpacked(packed, entry.method)) {
        count += piece.length;
        if (count > maximumBytes) throw new SpreadsheetError(`${name} in it is larger than ${maximumBytes} bytes`);
        yield piece;
      }
    },
  };
}

function directoryOf(bytes: Uint8Array, view: DataView): Map<string, Entry> {
  // The end record has a comment of up to 65,535 bytes behind its 22.
  let end = bytes.length - 22;
  const first = Math.max(0, end - 65_535);
  while (end >= first && view.getUint32(end, true) !== endOfDirectory) end -= 1;
  if (end < first) throw damaged();
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > maximumEntries || at > bytes.length) throw damaged();
  const entries = new Map<string, Entry>();
  for (let left = count; left > 0; left -= 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== directoryEntry) throw damaged();
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0))).toString('utf8');
    entries.set(name.replaceAll('\\', '/').replace(/^\//, ''), {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

function packedBytes(bytes: Uint8Array, view: DataView, { packed, offset }: Entry): Uint8Array {
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== localHeader) throw damaged();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw damaged();
  return bytes.subarray(start, start + packed);
}

async function* unpacked(packed: Uint8Array, method: number): AsyncGenerator<Uint8Array> {
  if (method === 0) {
    yield packed;
    return;
  }
  if (method !== 8)
    throw new SpreadsheetError('the file is packed in a way that is not supported: save it again as .xlsx');
  const inflate = Readable.from([packed]).pipe(createInflateRaw());
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array>) yield piece;
  } catch {
    throw damaged();
  }
}
