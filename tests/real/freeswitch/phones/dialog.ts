import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { header, requestText, responseText, tagOf, uriOf, withoutTag, type Body, type Message } from './message.ts';
import type { Sound } from './sound.ts';

/** How a call came to its end, as this side saw it. */
export type DialogEnd =
  | { by: 'us' }
  | { by: 'bye' | 'cancel' }
  /** Our INVITE was refused, or we refused theirs. */
  | { by: 'refusal'; status: number };

/** One side of one call (RFC 3261, section 12). */
export type Dialog = {
  callId: string;
  localTag: string;
  remoteTag(): string;
  sound: Sound;
  /** The INVITE that it began with; null: we called. */
  invite: Message | null;
  received: readonly Message[];
  end(): DialogEnd | null;
  /** Answers the INVITE that it began with. */
  respond: (status: number, how?: { sound?: boolean; headers?: readonly string[] }) => void;
  /** Sends a request and answers the status of its final response; null: none within eight seconds. */
  request: (method: string, how?: RequestHow) => Promise<number | null>;
  /** Offers other media: hold, resume, fax; without: leaves the offer to the other side. */
  offer(sdp: string | null): Promise<number | null>;
  cancel(): void;
  hangUp(headers?: readonly string[]): void;
  /** Stops answering whatever comes, as a phone that lost its network. */
  vanish(): void;
  keyByInfo(digits: string, gapMs?: number): Promise<void>;
  keyByRtp: (digits: string) => Promise<void>;
  /** The status of the final response to our first INVITE. */
  answered: (withinMs?: number) => Promise<number | null>;
  ended(withinMs?: number): Promise<DialogEnd | null>;
};

export type RequestHow = { headers?: readonly string[]; body?: Body };

export type DialogSetup = {
  callId: string;
  sound: Sound;
  invite: Message | null;
  /** Address (with display name) of this side, of the other side, and the URI for requests. */
  local: string;
  remote: string;
  target: string;
  port: number;
  send: (text: string) => void;
};

const sdpBody = (text: string): Body => ({ type: 'application/sdp', text });
const token = (): string => randomBytes(6).toString('hex');

/** `take` gets every message of the dialog after the INVITE that it began with. */
export function createDialog(setup: DialogSetup): Dialog & { take(message: Message): void } {
  const { callId, sound, invite, port, send } = setup;
  const localTag = token();
  const local = withoutTag(setup.local);
  const remote = withoutTag(setup.remote);
  let remoteTag = tagOf(setup.remote);
  let { target } = setup;
  let sequence = 0;
  let end: DialogEnd | null = null;
  let established = false;
  let gone = false;
  let firstInvite: { cseq: number; branch: string } | null = null;
  /** An INVITE without SDP: the ACK brings the answer. */
  const withoutOffer = new Set<number>();
  const received: Message[] = [];
  const contact = `Contact: <sip:phone@127.0.0.1:${port}>`;

  async function until<T>(find: () => T | null, withinMs: number): Promise<T | null> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = find();
      if (found !== null || Date.now() > deadline) return found;
      await sleep(5);
    }
  }

  function write(method: string, cseq: number, branch: string, { headers = [], body }: RequestHow): void {
    const to = remoteTag === '' || method === 'CANCEL' ? remote : `${remote};tag=${remoteTag}`;
    const fixed = [
      ...[`Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch}`, `From: ${local};tag=${localTag}`, `To: ${to}`],
      ...[`Call-ID: ${callId}`, `CSeq: ${cseq} ${method}`, contact, 'Max-Forwards: 70'],
      ...['Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, REFER, NOTIFY', 'Supported: replaces'],
    ];
    send(requestText(method, target, [...fixed, ...headers], body ?? null));
  }

  const finalOf = (cseq: number, method: string) => (): number | null => {
    const response = received.find((message) => {
      return (message.status ?? 0) >= 200 && header(message, 'cseq') === `${cseq} ${method}`;
    });
    return response?.status ?? null;
  };

  function request(method: string, how: RequestHow = {}): Promise<number | null> {
    sequence += 1;
    const cseq = sequence;
    const branch = `z9hG4bK${token()}`;
    if (method === 'INVITE') {
      firstInvite ??= { cseq, branch };
      if (how.body === undefined) withoutOffer.add(cseq);
    }
    write(method, cseq, branch, how);
    sendAgain(method, cseq, branch, how);
    // FreeSWITCH takes five seconds where the called party takes up a call that it had put on hold (switch_core_media.c 6596).
    return until(finalOf(cseq, method), 8000);
  }

  /** UDP loses packets: a request goes out again until it is answered, an INVITE provisionally at least (RFC 3261, section 17.1). */
  function sendAgain(method: string, cseq: number, branch: string, how: RequestHow): void {
    const isAnswered = (): boolean =>
      received.some((message) => {
        const { status } = message;
        const enough = method === 'INVITE' ? status !== null : (status ?? 0) >= 200;
        return enough && header(message, 'cseq') === `${cseq} ${method}`;
      });
    let waitMs = 500;
    const again = (): void => {
      if (gone || isAnswered() || waitMs > 4000) return;
      write(method, cseq, branch, how);
      waitMs *= 2;
      setTimeout(again, waitMs).unref();
    };
    setTimeout(again, waitMs).unref();
  }

  function respondTo(message: Message, status: number, more: readonly string[], body: Body | null): void {
    send(responseText(message, status, localTag, [contact, ...more], body));
  }

  function takeResponse(message: Message, status: number): void {
    const [cseq = '', method] = header(message, 'cseq').split(' ');
    if (method !== 'INVITE' || status === 100) return;
    remoteTag = tagOf(header(message, 'to')) || remoteTag;
    if (header(message, 'contact') !== '') target = uriOf(header(message, 'contact'));
    if (message.body !== '') sound.towards(message.body);
    if (status < 200) return;
    const answer = status < 300 && withoutOffer.has(Number(cseq)) ? { body: sdpBody(sound.sdp()) } : {};
    write('ACK', Number(cseq), `z9hG4bK${token()}`, answer);
    if (status < 300) established = true;
    else if (!established) end ??= { by: 'refusal', status };
  }

  function takeRequest(message: Message): void {
    switch (message.method) {
      case 'ACK':
        return;
      case 'BYE':
        end ??= { by: 'bye' };
        respondTo(message, 200, [], null);
        return;
      case 'CANCEL':
        end ??= { by: 'cancel' };
        respondTo(message, 200, [], null);
        if (invite !== null) respondTo(invite, 487, [], null);
        return;
      case 'INVITE':
        if (message.body !== '') sound.towards(message.body);
        respondTo(message, 200, [], sdpBody(sound.sdp()));
        return;
      default:
        respondTo(message, 200, [], null);
    }
  }

  return {
    ...{ callId, localTag, sound, invite, received },
    remoteTag: () => remoteTag,
    end: () => end,
    take(message) {
      if (gone) return;
      received.push(message);
      if (message.status !== null) takeResponse(message, message.status);
      else takeRequest(message);
    },
    respond(status, { sound: withSound = false, headers = [] } = {}) {
      if (invite === null) throw new Error('nobody called us');
      if (end !== null) return;
      if (status >= 300) end = { by: 'refusal', status };
      else if (status >= 200) established = true;
      respondTo(invite, status, headers, withSound ? sdpBody(sound.sdp()) : null);
    },
    request,
    offer: (sdp) => request('INVITE', sdp === null ? {} : { body: sdpBody(sdp) }),
    cancel() {
      if (firstInvite !== null) write('CANCEL', firstInvite.cseq, firstInvite.branch, {});
      end ??= { by: 'us' };
    },
    hangUp(headers = []) {
      if (end !== null) return;
      end = { by: 'us' };
      sound.stop();
      void request('BYE', { headers });
    },
    vanish() {
      gone = true;
      sound.stop();
    },
    async keyByInfo(digits, gapMs = 40) {
      for (const digit of digits) {
        const body = { type: 'application/dtmf-relay', text: `Signal=${digit}\r\nDuration=100\r\n` };
        await request('INFO', { body });
        await sleep(gapMs);
      }
    },
    keyByRtp: (digits) => sound.key(digits),
    answered: (withinMs = 5000) =>
      until(firstInvite === null ? () => null : finalOf(firstInvite.cseq, 'INVITE'), withinMs),
    ended: (withinMs = 15_000) => until(() => end, withinMs),
  };
}
