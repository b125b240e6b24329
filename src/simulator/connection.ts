import type { Socket } from 'node:net';
import { secondsFromNow } from './call.ts';
import type { Call, Connection } from './call.ts';
import { createCommandReader } from './command-reader.ts';
import { runCommand } from './commands.ts';
import type { CommandTarget } from './commands.ts';
import { createSubscription } from './subscription.ts';

/** Sees the bytes of a connection, in the order in which they go. */
export type Recorder = (entry: { callId: string; direction: 'received' | 'sent'; text: string }) => void;

export type ConnectionEnds = {
  /** `connect` was answered: the controller has taken the call. */
  onServed(): void;
  onClosed(): void;
};

/** FreeSWITCH gives a controller this long to say anything (mod_event_socket.c, listener_run). */
const firstWordMs = 25_000;
const farewell = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';

/** Takes over a connected socket for the call. */
export function serveCall(call: Call, socket: Socket, ends: ConnectionEnds, record?: Recorder): Connection {
  const { core, caller } = call;
  const out = createOutput(call, socket, record);
  let lingerSeconds: number | null = null;
  let cancelLinger = (): void => undefined;
  const goodbye = (): void => {
    out.notice('Content-Disposition: disconnect\n', farewell);
    out.flush();
    socket.end();
    leave();
  };
  const leave = (): void => {
    if (out.isClosed()) return;
    out.close();
    cancelLinger();
    cancelFirstWord();
    subscription.end();
    ends.onClosed();
  };
  const subscription = createSubscription(core.events, out.write);
  const cancelFirstWord = core.clock.after(firstWordMs, goodbye);
  const target: CommandTarget = {
    ...{ call, subscription, write: out.write, goodbye },
    onServed: () => ends.onServed(),
    linger: (seconds) => (lingerSeconds = seconds),
  };
  const read = createCommandReader((command) => {
    if (out.isClosed()) return;
    record?.({ callId: caller.id, direction: 'received', text: command.text });
    cancelFirstWord();
    runCommand(target, command);
  });
  listen(socket, read, leave);

  return {
    channelGone() {
      if (out.isClosed()) return;
      if (lingerSeconds === null) {
        goodbye();
        return;
      }
      const shown = lingerSeconds === Infinity ? -1 : lingerSeconds;
      out.notice(`Content-Disposition: linger\nChannel-Name: ${caller.name}\nLinger-Time: ${shown}\n`);
      if (lingerSeconds === Infinity) return;
      // FreeSWITCH compares whole seconds: the socket stays until its clock shows more than now + N.
      cancelLinger = core.clock.after(secondsFromNow(core.clock, lingerSeconds + 1), goodbye);
    },
    destroy() {
      socket.destroy();
      leave();
    },
  };
}

function listen(socket: Socket, read: (chunk: string) => void, onClosed: () => void): void {
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => read(String(chunk)));
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', onClosed);
}

/** What goes out; all that one turn of the event loop writes goes out in one piece. */
type Output = {
  readonly write: (text: string) => void;
  flush(): void;
  /** `text/disconnect-notice` with these headers. */
  notice(headers: string, body?: string): void;
  isClosed(): boolean;
  /** Nothing more is written. */
  close(): void;
};

function createOutput({ caller }: Call, socket: Socket, record?: Recorder): Output {
  let pending = '';
  let closed = false;
  const flush = (): void => {
    if (!socket.destroyed && pending !== '') socket.write(pending);
    pending = '';
  };
  const write = (text: string): void => {
    if (closed) return;
    record?.({ callId: caller.id, direction: 'sent', text });
    if (pending === '') queueMicrotask(flush);
    pending += text;
  };
  return {
    write,
    flush,
    notice: (headers, body = '') =>
      write(
        `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${caller.id}\n${headers}` +
          `Content-Length: ${body.length}\n\n${body}`,
      ),
    isClosed: () => closed,
    close: () => (closed = true),
  };
}
