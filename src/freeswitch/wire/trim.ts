import type { Frame } from './frame.ts';
import { FrameError } from './frame-error.ts';
import { channelHeaders, eventHeaders } from './headers.ts';
import { decodePercent } from './percent.ts';

/*
 * What is read of a message, and no more. Parsing all of it and copying each header into modesl's `Event`, whose `addHeader` looks
 * through all headers before it (lib/esl/Event.js:230), is two thirds of what a call costs, and as long as a peer likes where the
 * headers are many. So modesl gets no event and no channel data, which are read here, in the one form in which FreeSWITCH writes them;
 * and of the rest no header that nobody reads.
 */

const modeslLine = /(?:^|\n)(?:Content-Type|Content-Length|Reply-Text): [^\n]*/g;

/** The message with the headers that modesl reads: what kind it is of. */
export function trim({ head, body }: Frame): Frame {
  const lines = (head.toString('utf8').match(modeslLine) ?? []).join('');
  return { head: Buffer.from(lines.startsWith('\n') ? lines.slice(1) : lines), body };
}

const channelData = Buffer.from('Event-Name: CHANNEL_DATA\n');
/** FreeSWITCH writes it first (mod_event_socket.c, parse_command, "connect"). */
const isChannelData = (head: Buffer): boolean => {
  const at = head.indexOf(channelData);
  return at === 0 || (at > 0 && head[at - 1] === 0x0a);
};
const channelLine = new RegExp(`^(${channelHeaders.join('|')}): .*`, 'gm');

/** The channel's data, which answer `connect`, by the names of `channelHeaders`; null: it is another kind of message. */
export function readChannelData({ head, body }: Frame): Readonly<Record<string, string | undefined>> | null {
  if (body !== null || !isChannelData(head)) return null;
  const headers: Record<string, string> = {};
  // A character for each byte.
  for (const { 0: line, 1: name = '', index } of head.toString('latin1').matchAll(channelLine)) {
    // A slice of the text would hold all 6 KB of it as long as the call's id is kept (V8's SlicedString).
    headers[name] = decodePercent(head.toString('utf8', index + name.length + 2, index + line.length));
  }
  return headers;
}

export type ReadEvent =
  /** By the names of `eventHeaders`. */
  | { kind: 'event'; headers: Readonly<Record<string, string | undefined>> }
  /** A `hold` (call-commands.ts) is over. */
  | { kind: 'hold-ended'; id: string }
  /** There is nothing in it that anybody waits for. */
  | { kind: 'nothing' };

/** Reads an event; null: it is another kind of message. Throws a `FrameError` where it is an event, but not in FreeSWITCH's form. */
export function readEvent(frame: Frame): ReadEvent | null {
  if (!isEvent(frame)) return null;
  const { body } = frame;
  if (!isFlatJson(frame)) throw new FrameError('an event that is not as FreeSWITCH writes it');
  if (body.subarray(0, executeComplete.length).equals(executeComplete)) {
    const ended = valueBehind(body, application);
    if (ended === heldBy) return endOfHold(body);
    // Such as `answer` or `socket` itself.
    if (ended === null || !awaitedApplications.has(ended)) return { kind: 'nothing' };
  }
  const fields = body.toString('utf8').match(jsonField) ?? [];
  const headers = JSON.parse(`{${fields.map((field) => field.slice(1)).join(',')}}`) as Record<string, string>;
  return { kind: 'event', headers };
}

const eventType = Buffer.from('Content-Type: text/event-');
const isEvent = (frame: Frame): frame is Frame & { body: Buffer } =>
  frame.body !== null && frame.head.includes(eventType);

/** mod_event_socket.c, event_handler and listener_run. */
const eventHead = /^Content-Length: \d+\nContent-Type: text\/event-json$/;
const isFlatJson = ({ head, body }: Frame & { body: Buffer }): boolean =>
  head.length < 80 && body[0] === 0x7b && body.at(-1) === 0x7d && eventHead.test(head.toString('latin1'));

const executeComplete = Buffer.from('{"Event-Name":"CHANNEL_EXECUTE_COMPLETE",');
/** Calls wait for the ends of these (call-commands.ts: `collect`, `pause` and `bridge`). */
const awaitedApplications: ReadonlySet<string> = new Set(['play_and_get_digits', 'playback', 'bridge']);
const heldBy = 'loop_playback';
const application = Buffer.from(',"Application":"');
const applicationId = Buffer.from(',"Application-UUID":"');

/**
 * A key with its value, and the brace or comma before it. cJSON writes one flat object without spaces (switch_event.c,
 * switch_event_serialize_json), and inside of a value every quote has a backslash before it: `,"NAME":"` is a key or nothing.
 */
const jsonField = new RegExp(`[{,]"(?:${eventHeaders.join('|')})":"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"`, 'g');

/** What follows a key up to the next quote; inside a value the bytes of the key would have backslashes in them. */
function valueBehind(body: Buffer, key: Buffer): string | null {
  const at = body.lastIndexOf(key) + key.length;
  return at < key.length ? null : body.toString('latin1', at, body.indexOf(0x22, at));
}

function endOfHold(body: Buffer): ReadEvent {
  const id = valueBehind(body, applicationId);
  return id === null ? { kind: 'nothing' } : { kind: 'hold-ended', id };
}
