import type { Socket } from 'node:net';
import modesl, { type Event as ModeslEvent } from 'modesl';
import { eventOf, type Channel, type ChannelListener, type Disconnect } from './channel.ts';
import { assertOneLine, type Command } from '../wire/command.ts';
import type { FrameLimits } from '../wire/frame.ts';
import { createGuard, type Guard } from './guard.ts';
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

/**
 * Speaks to one FreeSWITCH channel through modesl. `onCall` is called once the channel's data are in and the subscription is
 * sent; `onEnd` exactly once, when the socket is gone, whatever happened before.
 */
export function openConnection(
  socket: Socket,
  options: ConnectionOptions,
  callbacks: { onCall(channel: Channel): void; onEnd(why: Disconnect): void },
): { destroy(detail: string): void } {
  let listener: ChannelListener | null = null;
  let info: ChannelHeaders | null = null;
  let end: Disconnect | null = null;
  /** Commands without a reply yet, oldest first. */
  const unanswered: { command: Command; sentAtMs: number }[] = [];
  let commandTimer: NodeJS.Timeout | null = null;
  let messageTimer: NodeJS.Timeout | null = null;

  const guard: Guard = createGuard(socket, {
    limits: () => (info === null ? { ...options.limits, ...beforeTheCall } : options.limits),
    maxUnsentBytes: options.maxUnsentBytes,
    onReply,
    onEvent,
    onFailure: (error) => finish({ kind: 'failed', detail: error.message }),
  });
  socket.on('error', (error) => finish({ kind: 'failed', detail: error.message }));
  socket.on('close', () => finish({ kind: 'closed' }));

  const firstMessageTimer = setTimeout(() => {
    finish({ kind: 'failed', detail: `no channel data within ${options.firstMessageMs} ms` });
  }, options.firstMessageMs);

  // modesl sends `connect` at once. Its subscription would follow when the channel's data have come, before our filter.
  const connection = new modesl.Connection(guard);
  connection.cmdCallbackQueue.length = 0;
  connection.on('error', (error: Error) => finish({ kind: 'failed', detail: error.message }));
  connection.on('esl::event::CHANNEL_DATA::**', onChannelData);

  // A message that was begun must be finished: a slow or stuck peer does not keep its bytes here for ever.
  socket.on('data', () => {
    if (end !== null) return;
    if (guard.pendingBytes() === 0) {
      if (messageTimer !== null) clearTimeout(messageTimer);
      messageTimer = null;
    } else {
      messageTimer ??= setTimeout(() => {
        finish({ kind: 'failed', detail: `a message was not finished within ${options.replyMs} ms` });
      }, options.replyMs);
    }
  });

  function onChannelData(data: ModeslEvent): void {
    if (info !== null) throw new Error('channel data came twice');
    const callId = data.getHeader('Unique-ID');
    if (callId === null || !isLegId(callId)) throw new Error('channel data without a Unique-ID');
    clearTimeout(firstMessageTimer);
    info = (name) => data.getHeader(name) ?? undefined;
    // modesl would keep them for as long as the call lasts.
    connection.channelData = null;
    const channel = createChannel(callId);
    channel.send([
      { type: 'linger', seconds: options.lingerSeconds },
      // Before the subscription: without a filter every connection gets the events of every channel.
      { type: 'filter', legId: callId },
      ...unawaitedApplications.map((application): Command => ({ type: 'without', application })),
      { type: 'events', names: subscribedEvents },
    ]);
    callbacks.onCall(channel);
  }

  function onEvent(event: ReadEvent): void {
    if (end !== null) return;
    // Nothing is subscribed to before that.
    if (info === null) throw new Error('an event before the channel data');
    if (event.kind === 'hold-ended') listener?.onHoldEnded(event.id);
    if (event.kind !== 'event') return;
    const channelEvent = eventOf((name) => event.headers[name]);
    if (channelEvent !== null) listener?.onEvent(channelEvent);
  }

  function createChannel(callId: string): Channel {
    return {
      callId,
      info: (name) => info?.(name),
      send(commands) {
        commands.forEach(assertOneLine);
        if (end !== null) return;
        for (const command of commands) write(callId, command);
      },
      listen(newListener) {
        listener = newListener;
        if (end !== null) newListener.onDisconnect(end);
      },
      forgetInfo() {
        info = () => undefined;
      },
      close() {
        if (end !== null) return;
        // `exit` hands the channel back; FreeSWITCH closes its side (mod_event_socket.c, "exit").
        connection.send('exit', null);
        guard.end();
        // A peer that does not close its side must not keep ours.
        const closing = setTimeout(() => socket.destroy(), options.replyMs);
        socket.once('close', () => clearTimeout(closing));
        finish({ kind: 'closed' });
      },
    };
  }

  function write(callId: string, command: Command): void {
    unanswered.push({ command, sentAtMs: performance.now() });
    switch (command.type) {
      case 'execute':
        connection.send(`sendmsg ${callId}`, {
          'call-command': 'execute',
          'execute-app-name': command.app,
          'execute-app-arg': command.arg,
          'Event-UUID': command.id,
          ...(command.lock === true ? { 'event-lock': 'true' } : {}),
        });
        break;
      case 'filter':
        connection.send(`filter Unique-ID ${command.legId}`, null);
        break;
      case 'without':
        // A minus refuses what every other filter lets through (mod_event_socket.c, event_handler).
        connection.send(`filter Application -${command.application}`, null);
        break;
      case 'events':
        connection.send(`event json ${command.names}`, null);
        break;
      case 'linger':
        connection.send(`linger ${command.seconds}`, null);
        break;
      case 'api':
        connection.send(`api ${command.command} ${command.args}`, null);
        break;
    }
    if (unanswered.length === 1) armCommandTimer();
  }

  /** Replies come in the order of the commands, those of the api too (mod_event_socket.c, listener_run). */
  function onReply(text: string): void {
    const answered = unanswered.shift();
    armCommandTimer();
    if (answered !== undefined && text.startsWith('-ERR')) listener?.onRefused(answered.command, text.trim());
  }

  function armCommandTimer(): void {
    const oldest = unanswered[0];
    if (oldest === undefined || end !== null) {
      if (commandTimer !== null) clearTimeout(commandTimer);
      commandTimer = null;
      return;
    }
    // One timer a connection, looked at when it fires: most commands are answered long before.
    commandTimer ??= setTimeout(onCommandTimer, options.replyMs);
  }

  function onCommandTimer(): void {
    commandTimer = null;
    const oldest = unanswered[0];
    if (oldest === undefined || end !== null) return;
    const leftMs = oldest.sentAtMs + options.replyMs - performance.now();
    if (leftMs > 1) {
      commandTimer = setTimeout(onCommandTimer, leftMs);
      return;
    }
    finish({ kind: 'failed', detail: `no reply to ${oldest.command.type} within ${options.replyMs} ms` });
  }

  function finish(why: Disconnect): void {
    if (end !== null) return;
    end = why;
    clearTimeout(firstMessageTimer);
    if (commandTimer !== null) clearTimeout(commandTimer);
    if (messageTimer !== null) clearTimeout(messageTimer);
    unanswered.length = 0;
    if (why.kind === 'failed') guard.destroy();
    connection.removeAllListeners();
    // modesl's parser may still find an error in what it holds; an 'error' event without a listener would be thrown.
    connection.on('error', () => undefined);
    try {
      listener?.onDisconnect(why);
    } finally {
      listener = null;
      callbacks.onEnd(why);
    }
  }

  return { destroy: (detail) => finish({ kind: 'failed', detail }) };
}

/** FreeSWITCH's ids are UUIDs, but a site may set others; nothing that could be syntax in a command passes. */
function isLegId(text: string): boolean {
  return /^[0-9A-Za-z_-]{1,80}$/.test(text);
}
