import { FrameError } from './frame-error.ts';
import { createKeyCount } from './key-count.ts';

/**
 * Cuts a byte stream into the messages of the event socket: header lines, an empty line, and `Content-Length` bytes of body
 * (mod_event_socket.c, read_packet and the writers of events). Bounded: a peer can make it hold no more than the limits, and
 * spend no more time than its bytes take to arrive.
 */
export type FrameLimits = {
  /** Most bytes of one header block. */
  maxHeaderBytes: number;
  /** Most bytes of one body. */
  maxBodyBytes: number;
};

export type Frame = {
  /** Header lines without the closing empty line. */
  head: Buffer;
  /** null: the message has no body. */
  body: Buffer | null;
};

export type FrameReader = {
  /** Takes the next bytes and answers the messages they complete, one after the other. Throws a `FrameError`. */
  push(chunk: Buffer): Iterable<Frame>;
  /** Bytes of a message that is not complete. */
  pendingBytes: () => number;
};

/** FreeSWITCH's longest head, the channel's data, has about three hundred lines. */
export const maximumHeaderLines = 2_000;

const lineFeed = 0x0a;
const contentLength = Buffer.from('Content-Length:');
const noBytes = Buffer.alloc(0);

/** `limits` is asked anew for each message. */
export function createFrameReader(limits: () => FrameLimits): FrameReader {
  const backlog = createBacklog();
  const search = createHeadSearch();
  const keys = createKeyCount();
  /** Bytes needed before looking again is worthwhile. */
  let wanted = 0;

  /** The end of the first message in these bytes; null: it is not complete. */
  function frameIn(bytes: Buffer): { frame: Frame; end: number } | null {
    const { maxHeaderBytes, maxBodyBytes } = limits();
    const end = search.endOfHead(bytes);
    if (end === -1) {
      if (bytes.length > maxHeaderBytes) throw new FrameError(`headers without an end after ${maxHeaderBytes} bytes`);
      return null;
    }
    if (end > maxHeaderBytes) throw new FrameError(`headers of ${end} bytes are over the limit of ${maxHeaderBytes}`);
    const head = bytes.subarray(0, end);
    const bodyBytes = bodyLength(head);
    if (bodyBytes > maxBodyBytes) {
      throw new FrameError(`a body of ${bodyBytes} bytes is over the limit of ${maxBodyBytes}`);
    }
    if (wanted === 0) keys.begin(head, bodyBytes, end + 2);
    wanted = end + 2 + bodyBytes;
    keys.look(bytes.subarray(0, wanted));
    if (bytes.length < wanted) return null;
    return { frame: { head, body: bodyBytes === 0 ? null : bytes.subarray(end + 2, wanted) }, end: wanted };
  }

  function* framesIn(all: Buffer): Generator<Frame> {
    let bytes = all;
    for (;;) {
      const found = frameIn(bytes);
      if (found === null) break;
      bytes = bytes.subarray(found.end);
      search.restart();
      wanted = 0;
      yield found.frame;
    }
    backlog.keep(bytes);
  }

  return {
    push(chunk) {
      const bytes = backlog.with(chunk, wanted);
      if (bytes.length >= wanted) return framesIn(bytes);
      keys.look(bytes);
      backlog.keep(bytes);
      return [];
    },
    pendingBytes: () => backlog.length(),
  };
}

/** Everything that has come and is not in a message yet. */
type Backlog = {
  length(): number;
  /** With the next bytes behind it; `wanted`: how much there will be at least. */
  with(chunk: Buffer, wanted: number): Buffer;
  keep(rest: Buffer): void;
};

function createBacklog(): Backlog {
  /** The first `length` bytes of it. What is in a message already is never written over. */
  let store = noBytes;
  let length = 0;
  return {
    length: () => length,
    with(chunk, wanted) {
      if (length === 0) return chunk;
      if (length + chunk.length > store.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * (length + chunk.length), wanted));
        store.copy(larger, 0, 0, length);
        store = larger;
      }
      chunk.copy(store, length);
      return store.subarray(0, length + chunk.length);
    },
    keep(rest) {
      // A chunk of Node's, or the end of a store that messages have been cut from: neither is ours to write behind.
      if (rest.buffer !== store.buffer || rest.byteOffset !== store.byteOffset) store = Buffer.from(rest);
      length = rest.length;
      if (length === 0) store = noBytes;
    },
  };
}

/** Looks for the empty line that ends a head, at no byte twice. */
type HeadSearch = {
  /** -1: it has not come. Once found, the answer stays the same until the search restarts. */
  endOfHead(bytes: Buffer): number;
  restart(): void;
};

function createHeadSearch(): HeadSearch {
  /** Where the search goes on, and the lines before that. */
  let scanned = 0;
  let lines = 0;
  return {
    endOfHead(bytes) {
      // Byte by byte: to call `indexOf` for each line of a head costs several times as much where lines are short.
      for (; scanned < bytes.length; scanned += 1) {
        if (bytes[scanned] !== lineFeed) continue;
        const next = bytes[scanned + 1];
        if (next === undefined) return -1;
        if (next === lineFeed) return scanned;
        lines += 1;
        if (lines >= maximumHeaderLines) throw new FrameError(`headers of more than ${maximumHeaderLines} lines`);
      }
      return -1;
    },
    restart() {
      scanned = 0;
      lines = 0;
    },
  };
}

/** Bytes of the body that a head announces. The last announcement counts, as it does for the reader behind this one. */
function bodyLength(head: Buffer): number {
  let at = head.lastIndexOf(contentLength);
  while (at > 0 && head[at - 1] !== lineFeed) at = head.lastIndexOf(contentLength, at - 1);
  if (at === -1) return 0;
  const end = head.indexOf(lineFeed, at);
  const text = head.toString('latin1', at + contentLength.length, end === -1 ? head.length : end).trim();
  if (!/^\d{1,9}$/.test(text)) throw new FrameError('Content-Length is not a number');
  return Number(text);
}
