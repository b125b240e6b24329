import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createDialog, type Dialog } from './dialog.ts';
import { header, parseMessage, responseText, uriOf, type Message } from './message.ts';
import { openSound, type Ports } from './sound.ts';

/** A SIP telephone over UDP on loopback, one port for all its calls: a phone system, or a carrier. */
export type Phone = {
  port: number;
  /** Calls FreeSWITCH, by what it dials or by a whole `tel:` or `urn:` address; resolves when the INVITE is out. */
  call(dialled: string, how?: CallHow): Promise<Dialog>;
  /** What to do with a call that comes in; answered with 200 unless it is said. */
  onCall(handle: (dialog: Dialog) => void): void;
  /** Calls that came in, oldest first. */
  calls(): readonly Dialog[];
  close(): void;
};

export type CallHow = {
  /** Address of the caller, with display name; default: extension 201. */
  from?: string;
  headers?: readonly string[];
  /** false: leaves the offer to FreeSWITCH. */
  offer?: boolean;
};

export async function openPhone(port: number, freeswitchPort: number, ports: Ports): Promise<Phone> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => resolve());
  });
  const dialogs = new Map<string, ReturnType<typeof createDialog>>();
  const incoming: Dialog[] = [];
  let handle = (dialog: Dialog): void => dialog.respond(200, { sound: true });
  let closed = false;

  const sender =
    (toPort: number) =>
    (text: string): void => {
      if (!closed) socket.send(text, toPort, '127.0.0.1');
    };

  async function begin(invite: Message, fromPort: number): Promise<void> {
    const send = sender(fromPort);
    send(responseText(invite, 100, '', [], null));
    const sound = await openSound(ports);
    sound.towards(invite.body);
    const dialog = createDialog({
      ...{ callId: header(invite, 'call-id'), sound, invite, port, send },
      ...{ local: header(invite, 'to'), remote: header(invite, 'from'), target: uriOf(header(invite, 'contact')) },
    });
    dialogs.set(dialog.callId, dialog);
    incoming.push(dialog);
    handle(dialog);
  }

  const begun = new Set<string>();
  socket.on('message', (bytes, from) => {
    const message = parseMessage(bytes.toString('utf8'));
    const callId = header(message, 'call-id');
    const dialog = dialogs.get(callId);
    if (dialog !== undefined) dialog.take(message);
    else if (message.method === 'INVITE') {
      // Sent again before it was answered: not another one.
      if (!begun.has(callId)) void begin(message, from.port);
      begun.add(callId);
    } else if (message.method !== null && message.method !== 'ACK') {
      sender(from.port)(responseText(message, 200, '', [], null));
    }
  });

  return {
    port,
    async call(dialled, { from = `<sip:201@127.0.0.1:${port}>`, headers = [], offer = true } = {}) {
      const to = /^(?:urn|tel):/i.test(dialled) ? dialled : `sip:${dialled}@127.0.0.1:${freeswitchPort}`;
      const sound = await openSound(ports);
      const dialog = createDialog({
        ...{ callId: `${randomBytes(8).toString('hex')}@127.0.0.1`, sound, invite: null, port },
        ...{ local: from, remote: `<${to}>`, target: to, send: sender(freeswitchPort) },
      });
      dialogs.set(dialog.callId, dialog);
      const body = { type: 'application/sdp', text: sound.sdp() };
      void dialog.request('INVITE', offer ? { headers, body } : { headers });
      return dialog;
    },
    onCall(newHandle) {
      handle = newHandle;
    },
    calls: () => incoming,
    close() {
      closed = true;
      for (const { sound } of dialogs.values()) sound.close();
      socket.close();
    },
  };
}
