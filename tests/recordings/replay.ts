import { connect } from 'node:net';
import { eventBody, eventMessage, readRecording } from './recording.ts';

export type Command = { name: string; headers: Record<string, string> };

export type Replayed = {
  /** What the controller sent, in order. */
  commands: Command[];
  callId: string;
};

export type ReplayOptions = {
  /** Stop (and leave the socket to `onMessage`) before this message of FreeSWITCH is sent; default: play all. */
  onMessage?: (index: number, name: string) => 'go-on' | 'stop';
  /** The controller has sent this. */
  onCommand?: (command: Command) => void;
  /** The call's Unique-ID; default: the recorded one. */
  callId?: string;
};

/**
 * Plays FreeSWITCH's side of a recorded call to a controller. Ids that the controller chooses (Event-UUID, origination_uuid)
 * and the name of its variable for digits are put in place of the recorded controller's; nothing else is changed, but for
 * `billing_entry`, which the dialplan of the recordings did not set.
 */
export async function replay(name: string, port: number, options: ReplayOptions = {}): Promise<Replayed> {
  const recording = readRecording(name).filter((message) => message.dir === 'freeswitch>controller');
  const socket = connect({ port, host: '127.0.0.1' });
  const commands: Command[] = [];
  let closed = false as boolean;
  let wake: () => void = () => undefined;
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('utf8');
    for (let at = received.indexOf('\n\n'); at !== -1; at = received.indexOf('\n\n')) {
      const command = parseCommand(received.slice(0, at));
      received = received.slice(at + 2);
      commands.push(command);
      options.onCommand?.(command);
      if (command.name !== 'connect') socket.write(replyTo(command));
    }
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
    wake();
  });

  const until = async <T>(find: () => T | undefined): Promise<T | null> => {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (closed) return null;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const execution = (app: string): Command | undefined =>
    commands.find((command) => command.headers['execute-app-name'] === app);

  const ids = new Map<string, string>();
  const recordedCallId = /^Unique-ID: (.+)$/m.exec(recording[0]?.text ?? '')?.[1] ?? '';
  if (options.callId !== undefined) ids.set(recordedCallId, options.callId);
  const translate = (text: string): string =>
    [...ids].reduce((all, [from, to]) => all.replaceAll(from, to), text).replaceAll('bc_digits', 'billing_keyed');

  await until(() => (commands[0]?.name === 'connect' ? true : undefined));
  for (const [index, message] of recording.entries()) {
    const body = eventBody(message.text);
    const eventName = body?.['Event-Name'] ?? (index === 0 ? 'CHANNEL_DATA' : '');
    if (index > 0 && eventName === '' && !message.text.includes('text/disconnect-notice')) continue;
    if (options.onMessage?.(index, eventName) === 'stop') break;
    if (index === 0) {
      socket.write(
        translate(message.text).replace('\nContent-Type:', '\nvariable_billing_entry: shortcut\nContent-Type:'),
      );
      continue;
    }
    if (body === null) {
      if (!closed) socket.write(translate(message.text));
      continue;
    }
    const app = body['Event-Name'] === 'CHANNEL_EXECUTE_COMPLETE' ? (body['Application'] ?? '') : '';
    if (app === 'play_and_get_digits' || app === 'bridge') {
      const ours = await until(() => execution(app));
      if (ours !== null) ids.set(body['Application-UUID'] ?? '', ours.headers['Event-UUID'] ?? '');
    }
    // The callee's leg bears the id that the recorded controller chose: ours is in our bridge command.
    if (body['Call-Direction'] === 'outbound' && !ids.has(body['Unique-ID'] ?? '')) {
      const ours = await until(() => execution('bridge'));
      const legId = /origination_uuid=([^,}]+)/.exec(ours?.headers['execute-app-arg'] ?? '')?.[1];
      if (legId !== undefined) ids.set(body['Unique-ID'] ?? '', legId);
    }
    if (closed) break;
    socket.write(
      translate(eventMessage(body)).replace(/^Content-Length: \d+/, () => lengthOf(translate(JSON.stringify(body)))),
    );
  }
  // Last words are over once FreeSWITCH says so, and then the controller hangs up.
  const words = await until(() => execution('hangup') ?? execution('playback'));
  const ended = recording
    .map(({ text }) => eventBody(text))
    .findLast((body) => body?.['Event-Name'] === 'CHANNEL_EXECUTE_COMPLETE');
  if (!closed && ended !== null && ended !== undefined && words !== null && words === execution('playback')) {
    const id = words.headers['Event-UUID'] ?? '';
    const body = { ...ended, Application: 'playback', 'Application-UUID': id };
    socket.write(eventMessage(JSON.parse(translate(JSON.stringify(body))) as Record<string, string>));
    await until(() => execution('hangup'));
  }
  socket.destroy();
  return { commands, callId: options.callId ?? recordedCallId };
}

const lengthOf = (json: string): string => `Content-Length: ${Buffer.byteLength(json)}`;

function parseCommand(text: string): Command {
  const [name = '', ...lines] = text.split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
  );
  return { name, headers };
}

function replyTo(command: Command): string {
  if (command.name.startsWith('api ')) return 'Content-Type: api/response\nContent-Length: 4\n\n+OK\n';
  return 'Content-Type: command/reply\nReply-Text: +OK\n\n';
}
