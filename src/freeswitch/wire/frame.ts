/**
 * Cuts a byte stream into the messages of the event socket: header lines, an empty line, and `Content-Length` bytes of body
 * (mod_event_socket.c, read_packet and the writers of events). Bounded: a peer can make it hold no more than the limits.
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

/** The bytes cannot be a message of an event socket; the connection is of no more use. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export type FrameReader = {
  /** Takes the next bytes and answers the messages they complete. Throws a `FrameError`. */
  push(chunk: Buffer): Frame[];
  /** Bytes of a message that is not complete. */
  pendingBytes: () => number;
};

const lineFeed = 0x0a;
const contentLength = 'Content-Length:';
const noBytes = Buffer.alloc(0);

export function createFrameReader(limits: FrameLimits): FrameReader {
  /** Chunks are joined only when a message needs them, so that a body sent in crumbs costs no more than one sent whole. */
  let chunks: Buffer[] = [];
  let pending = 0;
  /** Bytes needed before looking again is worthwhile. */
  let wanted = 0;
  let scanned = 0;

  function joined(): Buffer {
    const first = chunks[0] ?? noBytes;
    const whole = chunks.length <= 1 ? first : Buffer.concat(chunks, pending);
    chunks = [whole];
    return whole;
  }

  function endOfHead(bytes: Buffer, from: number): number {
    for (let at = bytes.indexOf(lineFeed, from); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
      if (bytes[at + 1] === lineFeed) return at;
    }
    return -1;
  }

  function bodyLength(head: Buffer): number {
    // The last one counts, as it does for the reader behind this one.
    let at = head.lastIndexOf(contentLength);
    while (at > 0 && head[at - 1] !== lineFeed) at = head.lastIndexOf(contentLength, at - 1);
    if (at === -1) return 0;
    const end = head.indexOf(lineFeed, at);
    const text = head.toString('latin1', at + contentLength.length, end === -1 ? head.length : end).trim();
    if (!/^\d{1,9}$/.test(text)) throw new FrameError('Content-Length is not a number');
    const length = Number(text);
    if (length > limits.maxBodyBytes) {
      throw new FrameError(`a body of ${length} bytes is over the limit of ${limits.maxBodyBytes}`);
    }
    return length;
  }

  return {
    push(chunk) {
      chunks.push(chunk);
      pending += chunk.length;
      const frames: Frame[] = [];
      if (pending < wanted) return frames;
      let bytes = joined();
      for (;;) {
        const end = endOfHead(bytes, scanned);
        if (end === -1) {
          if (bytes.length > limits.maxHeaderBytes) {
            throw new FrameError(`headers without an end after ${limits.maxHeaderBytes} bytes`);
          }
          scanned = Math.max(0, bytes.length - 1);
          wanted = 0;
          break;
        }
        if (end > limits.maxHeaderBytes) {
          throw new FrameError(`headers of ${end} bytes are over the limit of ${limits.maxHeaderBytes}`);
        }
        const head = bytes.subarray(0, end);
        const length = bodyLength(head);
        const total = end + 2 + length;
        if (bytes.length < total) {
          scanned = end;
          wanted = total;
          break;
        }
        frames.push({ head, body: length === 0 ? null : bytes.subarray(end + 2, total) });
        bytes = bytes.subarray(total);
        scanned = 0;
        wanted = 0;
      }
      chunks = bytes.length === 0 ? [] : [bytes];
      pending = bytes.length;
      return frames;
    },
    pendingBytes: () => pending,
  };
}
