import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { answering, parseSip, sdp, sipText, type SipMessage } from './sip-message.ts';

/**
 * A caller and a carrier in this process, so that one clock sees both: when the caller keys the last digit (SIP INFO, RFC 6086),
 * and when FreeSWITCH's INVITE reaches the carrier. On loopback; nothing is sent twice, and a call that stalls is an error.
 */
export type SipPhones = {
  /** Dials, keys the digits one after another, talks, and hangs up. Resolves with milliseconds from last digit to INVITE. */
  call(dialled: string, digits: string, talkMs: number): Promise<number>;
  close(): void;
};

/** Between the answer and the first digit: the prompt has begun. */
const listenMs = 200;
const maximumMs = 15_000;

type Dialog = { onAnswer(answer: SipMessage): void };

export async function openPhones(freeswitchPort: number, carrierPort: number): Promise<SipPhones> {
  const [caller, carrier, media] = [await bind(0), await bind(carrierPort), await bind(0)];
  const callerPort = caller.address().port;
  const mediaPort = media.address().port;
  const dialogs = new Map<string, Dialog>();
  /** By the caller's extension: who waits for an INVITE. */
  const invited = new Map<string, () => void>();
  let lastExtension = 20_000;

  caller.on('message', (bytes, { port }) => {
    const message = parseSip(bytes.toString('latin1'));
    if (message.method === '') dialogs.get(message.header('call-id'))?.onAnswer(message);
    else if (message.method !== 'ACK') send(caller, port, sipText('SIP/2.0 200 OK', answering(message, 'caller')));
  });
  carrier.on('message', (bytes, { port }) => {
    const message = parseSip(bytes.toString('latin1'));
    if (message.method === '' || message.method === 'ACK') return;
    const headers = answering(message, 'carrier');
    if (message.method !== 'INVITE') {
      send(carrier, port, sipText('SIP/2.0 200 OK', headers));
      return;
    }
    const extension = /<sip:(\d+)@/.exec(message.header('from'))?.[1] ?? '';
    invited.get(extension)?.();
    const contact = { Contact: `<sip:carrier@127.0.0.1:${carrierPort}>`, 'Content-Type': 'application/sdp' };
    send(carrier, port, sipText('SIP/2.0 200 OK', { ...headers, ...contact }, sdp(mediaPort)));
  });

  async function call(dialled: string, digits: string, talkMs: number): Promise<number> {
    lastExtension += 1;
    const extension = String(lastExtension);
    const callId = randomUUID();
    const target = `sip:${dialled}@127.0.0.1:${freeswitchPort}`;
    const from = `"${extension}" <sip:${extension}@127.0.0.1:${callerPort}>;tag=${callId}`;
    let to = `<${target}>`;
    let sequence = 0;
    let onFinal: (answer: SipMessage) => void = () => undefined;
    dialogs.set(callId, {
      onAnswer(answer) {
        if (answer.status >= 200) onFinal(answer);
      },
    });
    const request = (method: string, number: number, headers: Record<string, string> = {}, body = ''): void => {
      const fixed = {
        Via: `SIP/2.0/UDP 127.0.0.1:${callerPort};branch=z9hG4bK${randomUUID()}`,
        ...{ From: from, To: to, 'Call-ID': callId, CSeq: `${number} ${method}`, 'Max-Forwards': '70' },
        Contact: `<sip:${extension}@127.0.0.1:${callerPort}>`,
      };
      send(caller, freeswitchPort, sipText(`${method} ${target} SIP/2.0`, { ...fixed, ...headers }, body));
    };
    const ask = async (method: string, headers: Record<string, string> = {}, body = ''): Promise<SipMessage> => {
      sequence += 1;
      const final = Promise.withResolvers<SipMessage>();
      onFinal = final.resolve;
      request(method, sequence, headers, body);
      const answer = await within(final.promise, `an answer to ${method} of a call to ${dialled}`);
      if (answer.status !== 200) throw new Error(`${method} of a call to ${dialled} was answered ${answer.status}`);
      return answer;
    };

    const invite = Promise.withResolvers<number>();
    invited.set(extension, () => invite.resolve(performance.now()));
    try {
      to = (await ask('INVITE', { 'Content-Type': 'application/sdp' }, sdp(mediaPort))).header('to');
      request('ACK', sequence);
      await pause(listenMs);
      let keyedAt = 0;
      for (const digit of digits) {
        // FreeSWITCH answers in step with its frames of 20 ms; a finger does not key in step with them.
        await pause(30 + Math.random() * 20);
        keyedAt = performance.now();
        await ask('INFO', { 'Content-Type': 'application/dtmf-relay' }, `Signal=${digit}\r\nDuration=100\r\n`);
      }
      const invitedAt = await within(invite.promise, `the INVITE of a call to ${dialled}`);
      await pause(talkMs);
      await ask('BYE');
      return invitedAt - keyedAt;
    } finally {
      dialogs.delete(callId);
      invited.delete(extension);
    }
  }

  return {
    call,
    close() {
      for (const socket of [caller, carrier, media]) socket.close();
    },
  };
}

function bind(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', () => resolve(socket));
  });
}

function send(socket: Socket, port: number, text: string): void {
  socket.send(text, port, '127.0.0.1');
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${maximumMs} ms`)), maximumMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
