import type { Socket } from 'node:net';
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
  let pending = '';
  let lingerSeconds: number | null = null;
  let closed = false;
  let cancelLinger = (): void => undefined;

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
  const notice = (headers: string, body = ''): void =>
    write(
      `Content-Type: text/disconnect-notice\nControlled-Session-UUID: ${caller.id}\n${headers}` +
        `Content-Length: ${body.length}\n\n${body}`,
    );
  const goodbye = (): void => {
    notice('Content-Disposition: disconnect\n', farewell);
    flush();
    socket.end();
    leave();
  };
  const leave = (): void => {
    if (closed) return;
    closed = true;
    cancelLinger();
    cancelFirstWord();
    subscription.end();
    ends.onClosed();
  };
  const subscription = createSubscription(core.events, write);
  const cancelFirstWord = core.clock.after(firstWordMs, goodbye);
  const target: CommandTarget = {
    ...{ call, subscription, write, goodbye },
    onServed: () => ends.onServed(),
    linger: (seconds) => (lingerSeconds = seconds),
  };
  const read = createCommandReader((command) => {
    if (closed) return;
    record?.({ callId: caller.id, direction: 'received', text: command.text });
    cancelFirstWord();
    runCommand(target, command);
  });

  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => read(String(chunk)));
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
      const shown = lingerSeconds === Infinity ? -1 : lingerSeconds;
      notice(`Content-Disposition: linger\nChannel-Name: ${caller.name}\nLinger-Time: ${shown}\n`);
      if (lingerSeconds === Infinity) return;
      // FreeSWITCH compares whole seconds: the socket stays until its clock shows more than now + N.
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
