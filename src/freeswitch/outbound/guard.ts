import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { createFrameReader, type Frame, type FrameLimits } from '../wire/frame.ts';
import { FrameError } from '../wire/frame-error.ts';
import { decodePercent } from '../wire/percent.ts';
import { isDisconnectNotice } from '../wire/notice.ts';
import { replyIn } from '../wire/reply.ts';
import { readChannelData, readEvent, trim, type ReadEvent } from '../wire/trim.ts';
import type { Reading } from './reading.ts';

/**
 * What modesl takes for its socket. It stands between the TCP socket and modesl 1.2.1, because that
 * - throws from its data handler on a header value that is not valid percent-encoding (lib/esl/Parser.js:128),
 * - buffers without a limit and joins its buffers quadratically (Parser.js:32),
 * - writes every header line as a packet of its own (Connection.js:197),
 * - takes longer over an event than all the rest of a call together (see trim.ts), and over a reply than over a call's decision:
 *   channel data, replies, notices, and events in FreeSWITCH's own form are read here in its place,
 * - never settles a command whose peer went away, and leaves `execute` out of its queue of replies (Connection.js:687).
 * modesl gets one whole, harmless message at a time, of what is read in it, and what it writes in one turn leaves as one packet.
 */
export type Guard = EventEmitter & {
  write(text: string): boolean;
  end(): void;
  /** What is written by this, which throws nothing, is not sent. */
  silently<T>(work: () => T): T;
  /** Nothing more reaches modesl, and the TCP socket is closed at once. */
  destroy(): void;
};

export type GuardOptions = {
  /** Asked anew for each message. */
  limits: () => FrameLimits;
  /** Most bytes waiting to be taken by a peer that does not read. */
  maxUnsentBytes: number;
  /** Of all peers together; absent: each is read as its bytes come. */
  reading?: Reading;
  /** What has come was handled; so many bytes of it are of a message that is not complete. */
  onRead?: (pendingBytes: number) => void;
  /** What is wrong with a piece before anything in it is looked at; null: nothing. */
  objection?: (chunk: Buffer) => string | null;
  /** Takes the replies to commands, in order, in modesl's place. */
  onReply?: (text: string) => void;
  /** Takes the channel's data, in modesl's place: headers by their names. */
  onChannelData?: (headers: Readonly<Record<string, string | undefined>>) => void;
  /** Takes events in FreeSWITCH's own form, in modesl's place. */
  onEvent?: (event: ReadEvent) => void;
  /** Takes the notice that the channel is gone, in modesl's place. */
  onGone?: () => void;
  /** Something from the peer, or thrown while handling it, ended this connection. */
  onFailure(error: Error): void;
};

export function createGuard(socket: Socket, options: GuardOptions): Guard {
  const reader = createFrameReader(options.limits);
  const emitter = new EventEmitter();
  const unsent = createUnsent(socket, options.maxUnsentBytes, fail);
  let closed = false;
  let isSilent = false;

  const isClosed = (): boolean => closed;

  function fail(error: unknown): void {
    if (closed) return;
    destroy();
    options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  function destroy(): void {
    closed = true;
    unsent.drop();
    socket.destroy();
  }

  function handle(chunk: Buffer): void {
    if (closed) return;
    try {
      const objection = options.objection?.(chunk) ?? null;
      if (objection !== null) throw new FrameError(objection);
      for (const frame of reader.push(chunk)) {
        take(frame, options, emitter);
        if (isClosed()) return;
      }
      options.onRead?.(reader.pendingBytes());
    } catch (error) {
      fail(error);
    }
  }

  socket.on('data', (chunk: Buffer) => {
    if (options.reading === undefined) handle(chunk);
    else options.reading.arrived(socket, chunk.length, () => handle(chunk));
  });
  socket.on('end', () => {
    if (!closed) emitter.emit('end');
  });

  return Object.assign(emitter, {
    write: (text: string): boolean => !closed && (isSilent || unsent.write(text)),
    silently<T>(work: () => T): T {
      isSilent = true;
      const done = work();
      isSilent = false;
      return done;
    },
    end(): void {
      unsent.flush();
      if (!closed) socket.end();
    },
    destroy,
  });
}

/** Channel data, replies, events and notices go where they are read, the rest to modesl. */
function take(frame: Frame, { onChannelData, onReply, onEvent, onGone }: GuardOptions, emitter: EventEmitter): void {
  const reply = onReply === undefined ? null : replyIn(frame);
  if (reply !== null) {
    onReply?.(reply);
    return;
  }
  const event = onEvent === undefined ? null : readEvent(frame);
  if (event !== null) {
    onEvent?.(event);
    return;
  }
  const data = onChannelData === undefined ? null : readChannelData(frame);
  if (data !== null) {
    onChannelData?.(data);
    return;
  }
  if (onGone !== undefined && isDisconnectNotice(frame)) {
    onGone();
    return;
  }
  const bytes = harmless(trim(frame));
  if (bytes !== null) emitter.emit('data', bytes);
}

/** What is written in one turn, for one packet. */
type Unsent = {
  write(text: string): true;
  flush(): void;
  /** Sends nothing any more. */
  drop(): void;
};

function createUnsent(socket: Socket, maxUnsentBytes: number, fail: (error: Error) => void): Unsent {
  let unsent = '';
  let dropped = false;

  function flush(): void {
    if (unsent === '' || dropped) return;
    const text = unsent;
    unsent = '';
    socket.write(text);
    if (socket.writableLength > maxUnsentBytes) {
      fail(new Error(`the peer leaves more than ${maxUnsentBytes} bytes unread`));
    }
  }

  return {
    write(text) {
      // After every promise that is settled by now, so that what follows a look-up of the directory leaves with the rest.
      if (unsent === '') queueMicrotask(() => process.nextTick(flush));
      unsent += text;
      return true;
    },
    flush,
    drop() {
      dropped = true;
      unsent = '';
    },
  };
}

const percent = 0x25;
const emptyLine = Buffer.from('\n\n');

/** The message with header values that modesl can decode; null: nothing to read in it. */
function harmless(frame: Frame): Buffer | null {
  if (frame.head.length === 0) return null;
  const head = frame.head.includes(percent) ? Buffer.from(repairHeaders(frame.head.toString('utf8'))) : frame.head;
  return Buffer.concat(frame.body === null ? [head, emptyLine] : [head, emptyLine, frame.body]);
}

function repairHeaders(head: string): string {
  try {
    decodeURIComponent(head);
    return head;
  } catch {
    return head
      .split('\n')
      .map((line) => {
        const colon = line.indexOf(': ');
        if (colon === -1) return line.replaceAll('%', '%25');
        return line.slice(0, colon + 2) + encodeURIComponent(decodePercent(line.slice(colon + 2)));
      })
      .join('\n');
  }
}
