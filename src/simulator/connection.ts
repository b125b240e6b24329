import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answerApi } from './api.ts';
import type { Call } from './call.ts';
import { eventNames } from './headers.ts';
import { field } from './leg.ts';
import { plainText } from './events.ts';
import type { FiredEvent, Subscriber } from './events.ts';
import { enqueue } from './executor.ts';

/** Sees the bytes of a connection, in the order in which they go. */
export type Recorder = (entry: { callId: string; direction: 'received' | 'sent'; text: string }) => void;

/** One outbound socket: `socket host:port async full` of one channel (mod_event_socket.c). */
export type Connection = {
  /** The channel is gone: lingers, or says goodbye. */
  channelGone(): void;
  /** Cuts the connection, as when FreeSWITCH dies. */
  destroy(): void;
};

export type ConnectionEnds = {
  /** `connect` was answered: the controller has taken the call. */
  onServed(): void;
  onClosed(): void;
};

/** Takes over a connected socket for the call. */
export function serveCall(call: Call, socket: Socket, ends: ConnectionEnds, record?: Recorder): Connection {
  const { core, caller } = call;
  let pending = '';
  let received = '';
  let format: 'plain' | 'json' = 'plain';
  let subscribed: Set<string> | 'all' = new Set();
  const legFilters: string[] = [];
  const otherFilters: { name: string; value: string }[] = [];
  let lingerSeconds: number | null = null;
  let closed = false;
  let cancelLinger: (() => void) | null = null;
  /** FreeSWITCH gives a controller 25 s to say anything (mod_event_socket.c, listener_run). */
  const cancelFirst = core.clock.after(25_000, () => goodbye());

  const write = (text: string): void => {
    if (closed) return;
    record?.({ callId: caller.id, direction: 'sent', text });
    if (pending === '') queueMicrotask(flush);
    pending += text;
  };
  const flush = (): void => {
    if (!socket.destroyed && pending !== '') socket.write(pending);
    pending = '';
  };
  const reply = (text: string): void => write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  const goodbye = (): void => {
    const text = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
    write(
      `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${caller.id}\n` +
        `Content-Disposition: disconnect\nContent-Length: ${text.length}\n\n${text}`,
    );
    flush();
    socket.end();
    leave();
  };
  const leave = (): void => {
    if (closed) return;
    closed = true;
    cancelLinger?.();
    cancelFirst();
    core.events.unsubscribe(subscriber);
    ends.onClosed();
  };

  const subscriber: Subscriber = {
    wants(name) {
      return subscribed === 'all' || subscribed.has(name);
    },
    deliver(event) {
      if (otherFilters.length > 0 && !passes(event, legFilters, otherFilters)) return;
      const body = format === 'json' ? event.json : plainText(event.json);
      write(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-${format}\n\n${body}`);
    },
  };
  const resubscribe = (): void => {
    if (subscribed !== 'all' && subscribed.size === 0) core.events.unsubscribe(subscriber);
    else core.events.subscribe(subscriber, otherFilters.length > 0 || legFilters.length === 0 ? null : [...legFilters]);
  };

  const filter = (rest: string): string => {
    let [name = '', ...value] = rest.trim().split(' ');
    const deletes = name.toLowerCase() === 'delete';
    if (deletes || name.toLowerCase() === 'add') [name = '', ...value] = value;
    const text = value.join(' ');
    if (deletes) {
      const kept = (filters: { name: string; value: string }): boolean =>
        name !== 'all' && (filters.name !== name || (text !== '' && filters.value !== text));
      otherFilters.splice(0, otherFilters.length, ...otherFilters.filter(kept));
      const legs = legFilters.filter((value) => kept({ name: 'Unique-ID', value }));
      legFilters.splice(0, legFilters.length, ...legs);
      resubscribe();
      return `+OK filter deleted. [${name}][${text}]`;
    }
    if (text === '') return '-ERR invalid syntax';
    if (/^unique-id$/i.test(name) && !/^[/+-]/.test(text)) legFilters.push(text);
    else otherFilters.push({ name, value: text });
    resubscribe();
    return `+OK filter added. [${name}]=[${text}]`;
  };
  const events = (words: readonly string[], on: boolean): string => {
    let known = 0;
    words.forEach((word, index) => {
      if (index === 0 && (word === 'json' || word === 'plain')) {
        format = word;
        return;
      }
      const name = word.toUpperCase();
      if (!/^[A-Z_]+$/.test(name)) return;
      known += 1;
      if (name === 'ALL') subscribed = on ? 'all' : new Set();
      else if (on && subscribed !== 'all') subscribed.add(name);
      else if (!on) {
        if (subscribed === 'all') subscribed = new Set(eventNames);
        subscribed.delete(name);
      }
    });
    if (known === 0) return '-ERR no keywords supplied';
    resubscribe();
    return on ? `+OK event listener enabled ${format}` : '+OK events nixed';
  };

  const command = (block: string): void => {
    const lines = block.split(/\r?\n/);
    const line = lines[0] ?? '';
    const [word = '', ...rest] = line.trim().split(' ');
    const tail = line.trim().slice(word.length + 1);
    switch (word.toLowerCase()) {
      case 'exit':
      case '...':
        reply('+OK bye');
        {
          goodbye();
          return;
        }
      case 'connect': {
        ends.onServed();
        const extra =
          field('Content-Type', 'command/reply') +
          field('Reply-Text', '+OK\n') +
          field('Socket-Mode', 'async') +
          field('Control', 'full');
        write(`${plainText(core.events.channelData(caller, extra))}\n`);
        return;
      }
      case 'filter': {
        reply(filter(tail));
        return;
      }
      case 'linger':
        lingerSeconds = rest[0] === undefined ? Infinity : Number.parseInt(rest[0], 10) || 0;
        {
          reply(lingerSeconds === Infinity ? '+OK will linger' : `+OK will linger ${lingerSeconds} seconds`);
          return;
        }
      case 'nolinger':
        lingerSeconds = null;
        {
          reply('+OK will not linger');
          return;
        }
      case 'myevents':
        legFilters.push(caller.id);
        events([...rest, 'all'], true);
        {
          reply('+OK Events Enabled');
          return;
        }
      case 'event': {
        reply(events(rest, true));
        return;
      }
      case 'nixevent': {
        reply(events(rest, false));
        return;
      }
      case 'noevents':
        subscribed = new Set();
        resubscribe();
        {
          reply('+OK no longer listening for events');
          return;
        }
      case 'sendmsg': {
        reply(message(tail, headersOf(lines)));
        return;
      }
      case 'api': {
        const answer = answerApi(core, tail);
        write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(answer)}\n\n${answer}`);
        return;
      }
      case 'bgapi': {
        const job = headersOf(lines).get('job-uuid') ?? randomUUID();
        write(`Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${job}\nJob-UUID: ${job}\n\n`);
        const body = answerApi(core, tail);
        core.events.fireBare(
          'BACKGROUND_JOB',
          field('Job-UUID', job) +
            field('Job-Owner-UUID', caller.id) +
            field('Job-Command', rest[0] ?? '') +
            (rest.length > 1 ? field('Job-Command-Arg', rest.slice(1).join(' ')) : '') +
            field('Content-Length', Buffer.byteLength(body)) +
            field('_body', body),
        );
        return;
      }
      case 'divert_events': {
        reply(rest[0] === 'on' ? '+OK events diverted' : '+OK events not diverted');
        return;
      }
      default: {
        reply('-ERR command not found');
        return;
      }
    }
  };
  const message = (legId: string, headers: ReadonlyMap<string, string>): string => {
    const id = legId === '' ? (headers.get('session-id') ?? caller.id) : legId;
    const channel = id === caller.id ? { leg: caller, call } : core.channels.get(id);
    if (channel === undefined) return `-ERR invalid session id [${id}]`;
    enqueue(channel.call, channel.leg, { headers });
    return '+OK';
  };

  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    received += String(chunk);
    for (;;) {
      received = received.replace(/^[\r\n]+/, '');
      const end = /\r?\n\r?\n/.exec(received);
      if (end === null || closed) return;
      const head = received.slice(0, end.index);
      const bodyLength = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      const after = end.index + end[0].length;
      if (received.length < after + bodyLength) return;

      const block = /^[\x00-\x7f]*$/.test(head) ? head : Buffer.from(head, 'latin1').toString('utf8');
      const body = Buffer.from(received.slice(after, after + bodyLength), 'latin1').toString('utf8');
      received = received.slice(after + bodyLength);
      record?.({ callId: caller.id, direction: 'received', text: `${block}\n\n` });
      cancelFirst();
      command(bodyLength === 0 ? block : `${block}\n_body: ${body}`);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', leave);

  return {
    channelGone() {
      if (closed) return;
      if (lingerSeconds === null) {
        goodbye();
        return;
      }
      write(
        `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${caller.id}\nContent-Disposition: linger\n` +
          `Channel-Name: ${caller.name}\nLinger-Time: ${lingerSeconds === Infinity ? -1 : lingerSeconds}\nContent-Length: 0\n\n`,
      );
      if (lingerSeconds === Infinity) return;
      // FreeSWITCH compares whole seconds: the socket stays until the clock shows more than now + N.
      const nowMs = core.clock.nowUs() / 1000;
      const endMs = (Math.floor(nowMs / 1000) + lingerSeconds + 1) * 1000;
      cancelLinger = core.clock.after(endMs - nowMs, goodbye);
    },
    destroy() {
      socket.destroy();
      leave();
    },
  };
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), line.slice(at + 1).replace(/^ +/, ''));
  }
  return headers;
}

/** Filters are OR-ed; `/…/` is a regular expression (mod_event_socket.c, event_handler). */
function passes(
  event: FiredEvent,
  legFilters: readonly string[],
  others: readonly { name: string; value: string }[],
): boolean {
  if (event.legId !== null && legFilters.includes(event.legId)) return true;
  const headers = JSON.parse(event.json) as Record<string, string>;
  return others.some(({ name, value }) => {
    const found = headers[name];
    if (found === undefined) return false;
    if (value.startsWith('/')) return new RegExp(value.replace(/^\/|\/$/g, '')).test(found);
    return found.toLowerCase() === value.toLowerCase();
  });
}

/** Tries `host:port|host:port` in turn, as the `socket` application does; null when none takes the connection. */
export async function connectAny(controllers: string): Promise<{ socket: Socket; host: string } | null> {
  for (const controller of controllers.split('|')) {
    const at = controller.lastIndexOf(':');
    const host = at < 0 ? controller : controller.slice(0, at);
    const port = at < 0 ? 8084 : Number(controller.slice(at + 1));
    const socket = await dial(host.replace(/^\[|\]$/g, ''), port);
    if (socket !== null) return { socket, host };
  }
  return null;
}

function dial(host: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const fail = (): void => resolve(null);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
