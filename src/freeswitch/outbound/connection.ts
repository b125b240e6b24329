import type { Socket } from 'node:net';
import modesl, { type Connection } from 'modesl';
import { eventOf, type Channel, type ChannelListener, type Disconnect } from './channel.ts';
import { createMessagePatience, createReplyWatch, type MessagePatience, type ReplyWatch } from './patience.ts';
import { assertOneLine, type Command } from '../wire/command.ts';
import type { FrameLimits } from '../wire/frame.ts';
import { createGuard, type Guard } from './guard.ts';
import { writeCommand } from './write-command.ts';
import type { Arrival } from './admission.ts';
import type { Reading } from './reading.ts';
import { messageOf } from '../../words/thrown.ts';
import type { ChannelHeaders } from '../wire/headers.ts';
import type { ReadEvent } from '../wire/trim.ts';

/** The events a call needs at first, and no more: each is 6 to 12 KB, and every one is parsed. */
const subscribedEvents = 'CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP_COMPLETE SESSION_HEARTBEAT';

/** Applications whose end no call waits for: 7 KB each that FreeSWITCH need not send. */
const unawaitedApplications = ['answer', 'socket'];

/** Before the channel's data, which have no body, at most a notice comes that the call is gone already. */
const beforeTheCall = { maxBodyBytes: 1_024 };

export type ConnectionOptions = {
  limits: FrameLimits;
  maxUnsentBytes: number;
  /** How long the peer may take to show that it is FreeSWITCH with a call. */
  firstMessageMs: number;
  /** How long FreeSWITCH may take to answer a command, or to finish a message that it has begun. */
  replyMs: number;
  /** How long FreeSWITCH keeps the socket after the hangup, so that the events of both legs come through. */
  lingerSeconds: number;
};

type Open = {
  readonly socket: Socket;
  readonly options: ConnectionOptions;
  readonly callbacks: ConnectionCallbacks;
  readonly guard: Guard;
  /** Null until the channel's data are in: most of what a peer costs that is not FreeSWITCH. */
  connection: Connection | null;
  readonly replies: ReplyWatch;
  readonly patience: MessagePatience;
  listener: ChannelListener | null;
  /** null: the channel's data are not in yet. */
  info: ChannelHeaders | null;
  end: Disconnect | null;
  /** FreeSWITCH has said that the channel is gone. */
  isGone: boolean;
};

export type ConnectionCallbacks = {
  reading: Reading;
  /** The channel's data are in: the call can be taken up, now or later. */
  onArrival(arrival: Arrival): void;
  onCall(channel: Channel): void;
  onEnd(why: Disconnect): void;
};

/**
 * Speaks to one FreeSWITCH channel through modesl. `onCall` is called once the arrival begins and the subscription is sent, even where
 * the socket is gone by then; `onEnd` exactly once, when it is gone, whatever happened before.
 */
export function openConnection(
  socket: Socket,
  options: ConnectionOptions,
  callbacks: ConnectionCallbacks,
): { destroy(detail: string): void } {
  const fail = (detail: string): void => finish(open, { kind: 'failed', detail });
  const guard = createGuard(socket, {
    limits: () => (open.info === null ? { ...options.limits, ...beforeTheCall } : options.limits),
    ...{ maxUnsentBytes: options.maxUnsentBytes, reading: callbacks.reading },
    objection: (chunk) => (open.info === null && isForeign(chunk) ? 'so much that is not the data of a channel' : null),
    onRead(pendingBytes) {
      if (open.end === null) open.patience.received(pendingBytes);
    },
    onChannelData: (headers) => onChannelData(open, headers),
    onReply: (text) => onReply(open, text),
    onEvent: (event) => onEvent(open, event),
    onGone: () => {
      open.isGone = true;
    },
    onFailure: (error) => fail(error.message),
  });
  const open: Open = {
    ...{ socket, options, callbacks, guard, connection: null },
    replies: createReplyWatch(options.replyMs, fail),
    patience: createMessagePatience(options, fail),
    ...{ listener: null, info: null, end: null, isGone: false },
  };
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => finish(open, { kind: 'closed' }));
  guard.write('connect\n\n');
  return { destroy: fail };
}

const channelDataBegins = Buffer.from('Event-Name: ');
/** The channel's data are 6 to 12 KB. */
const muchBytes = 16 * 1024;

/** Much that does not begin as FreeSWITCH does: to look for its lines would take a thousand peers tenths of a second. */
const isForeign = (chunk: Buffer): boolean =>
  chunk.length > muchBytes && !chunk.subarray(0, channelDataBegins.length).equals(channelDataBegins);

/** modesl's view of the connection. What it does first was done: `connect`, and what it would do after that is to subscribe, without our filter. */
function modeslOf({ guard }: Open, fail: (detail: string) => void): Connection {
  const connection = guard.silently(() => new modesl.Connection(guard));
  connection.cmdCallbackQueue.length = 0;
  connection.on('error', (error: Error) => fail(error.message));
  return connection;
}

function onChannelData(open: Open, data: Readonly<Record<string, string | undefined>>): void {
  const { callbacks, patience } = open;
  if (open.info !== null) throw new Error('channel data came twice');
  const callId = data['Unique-ID'];
  if (callId === undefined || !isLegId(callId)) throw new Error('channel data without a Unique-ID');
  patience.introduced();
  open.connection = modeslOf(open, (detail) => finish(open, { kind: 'failed', detail }));
  open.info = (name) => data[name];
  callbacks.onArrival({ isOpen: () => open.end === null, begin: () => begin(open, callId) });
}

function begin(open: Open, callId: string): void {
  const channel = createChannel(open, callId);
  try {
    channel.send([
      { type: 'linger', seconds: open.options.lingerSeconds },
      // Before the subscription: without a filter every connection gets the events of every channel.
      { type: 'filter', legId: callId },
      ...unawaitedApplications.map((application): Command => ({ type: 'without', application })),
      { type: 'events', names: subscribedEvents },
    ]);
    open.callbacks.onCall(channel);
  } catch (error) {
    finish(open, { kind: 'failed', detail: messageOf(error) });
  }
}

function onEvent({ info, end, listener }: Open, event: ReadEvent): void {
  if (end !== null) return;
  // Nothing is subscribed to before that.
  if (info === null) throw new Error('an event before the channel data');
  if (event.kind === 'hold-ended') listener?.onHoldEnded(event.id);
  if (event.kind !== 'event') return;
  const channelEvent = eventOf((name) => event.headers[name]);
  if (channelEvent !== null) listener?.onEvent(channelEvent);
}

function createChannel(open: Open, callId: string): Channel {
  return {
    callId,
    info: (name) => open.info?.(name),
    send(commands) {
      commands.forEach(assertOneLine);
      if (open.end !== null) return;
      for (const command of commands) {
        if (open.connection === null) return;
        open.replies.sent(command);
        writeCommand(open.connection, callId, command);
      }
    },
    listen(listener) {
      open.listener = listener;
      if (open.end !== null) listener.onDisconnect(open.end);
    },
    forgetInfo() {
      open.info = () => undefined;
    },
    close: () => close(open),
  };
}

function close(open: Open): void {
  const { connection, guard, socket, options, isGone } = open;
  if (open.end !== null) return;
  // `exit` hands the channel back; FreeSWITCH closes its side (mod_event_socket.c, "exit"), as it does at our end of the socket.
  if (!isGone) connection?.send('exit', null);
  guard.end();
  // A peer that does not close its side must not keep ours.
  const closing = setTimeout(() => socket.destroy(), options.replyMs);
  socket.once('close', () => clearTimeout(closing));
  finish(open, { kind: 'closed' });
}

/** Replies come in the order of the commands, those of the api too (mod_event_socket.c, listener_run). */
function onReply({ replies, listener }: Open, text: string): void {
  const answered = replies.answered();
  if (answered !== null && text.startsWith('-ERR')) listener?.onRefused(answered, text.trim());
}

function finish(open: Open, why: Disconnect): void {
  const { connection, guard, callbacks, replies, patience } = open;
  if (open.end !== null) return;
  open.end = why;
  patience.stop();
  replies.stop();
  if (why.kind === 'failed') guard.destroy();
  connection?.removeAllListeners();
  // modesl's parser may still find an error in what it holds; an 'error' event without a listener would be thrown.
  connection?.on('error', () => undefined);
  try {
    open.listener?.onDisconnect(why);
  } finally {
    open.listener = null;
    callbacks.onEnd(why);
  }
}

/** FreeSWITCH's ids are UUIDs, but a site may set others; nothing that could be syntax in a command passes. */
function isLegId(text: string): boolean {
  return /^[0-9A-Za-z_-]{1,80}$/.test(text);
}
