import type { Frame } from './frame.ts';
import { FrameError } from './frame-error.ts';
import { channelHeaders, eventHeaders, type EventHeaderName, type EventHeaders } from './headers.ts';
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
const channelLine = new RegExp(`^(?:${channelHeaders.join('|')}): .*`, 'gm');

/** The channel's data, which answer `connect`, by the names of `channelHeaders`; null: it is another kind of message. */
export function readChannelData({ head, body }: Frame): Readonly<Record<string, string | undefined>> | null {
  if (body !== null || !isChannelData(head)) return null;
  const headers: Record<string, string> = {};
  for (const line of head.toString('utf8').match(channelLine) ?? []) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon)] = decodePercent(line.slice(colon + 2));
  }
  return headers;
}

export type ReadEvent =
  /** `header` looks a header up when it is asked for one, and throws where that is no JSON. */
  | { kind: 'event'; header: EventHeaders }
  /** A `hold` (call-commands.ts) is over. */
  | { kind: 'hold-ended'; id: string }
  /** There is nothing in it that anybody waits for. */
  | { kind: 'nothing' };

/** Reads an event; null: it is another kind of message. Throws a `FrameError` where it is an event, but not in FreeSWITCH's form. */
export function readEvent(frame: Frame): ReadEvent | null {
  if (!isEvent(frame)) return null;
  if (!isFlatJson(frame)) throw new FrameError('an event that is not as FreeSWITCH writes it');
  // A character for each byte.
  const text = frame.body.toString('latin1');
  if (text.startsWith(executeComplete)) {
    const ended = valueIn(text, application);
    if (ended === heldBy) return endOfHold(text);
    // Such as `answer` or `socket` itself.
    if (ended === undefined || !awaitedApplications.has(ended)) return { kind: 'nothing' };
  }
  return { kind: 'event', header: (name) => valueIn(text, keys[name]) };
}

const eventType = Buffer.from('Content-Type: text/event-');
const isEvent = (frame: Frame): frame is Frame & { body: Buffer } =>
  frame.body !== null && frame.head.includes(eventType);

/** mod_event_socket.c, event_handler and listener_run. */
const eventHead = /^Content-Length: \d+\nContent-Type: text\/event-json$/;
const isFlatJson = ({ head, body }: Frame & { body: Buffer }): boolean =>
  head.length < 80 && body[0] === 0x7b && body.at(-1) === 0x7d && eventHead.test(head.toString('latin1'));

const executeComplete = '{"Event-Name":"CHANNEL_EXECUTE_COMPLETE",';
/** Calls wait for the ends of these (call-commands.ts: `collect`, `pause` and `bridge`). */
const awaitedApplications: ReadonlySet<string> = new Set(['play_and_get_digits', 'playback', 'bridge']);
const heldBy = 'loop_playback';

/**
 * The end of a key, up to its value. cJSON writes one flat object without spaces (switch_event.c, switch_event_serialize_json), and inside of
 * a key or a value every quote has a backslash before it: `NAME":"` behind a brace or a comma and a quote is a key or nothing. Without that
 * quote, because a search for what begins with something frequent takes three times as long.
 */
const keyOf = (name: string): string => `${name}":"`;
const application = keyOf('Application');
const applicationId = keyOf('Application-UUID');
const keys = Object.fromEntries(eventHeaders.map((name) => [name, keyOf(name)])) as Record<EventHeaderName, string>;

/** The value of a key, the last one where it is repeated, as for whoever parses all of it; undefined: there is none. */
function valueIn(text: string, key: string): string | undefined {
  let begin = -1;
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + key.length)) {
    const before = text.slice(at - 2, at);
    if (before === ',"' || before === '{"') begin = at + key.length;
  }
  if (begin === -1) return undefined;
  const value = text.slice(begin, endOfValue(text, begin));
  return isPlain.test(value) ? value : (JSON.parse(`"${Buffer.from(value, 'latin1').toString('utf8')}"`) as string);
}

/** Nothing is escaped, and every character is a byte. */
const isPlain = /^[\x20-\x5b\x5d-\x7e]*$/;

function endOfValue(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  throw new FrameError('an event that is not as FreeSWITCH writes it');
}

function endOfHold(text: string): ReadEvent {
  const id = valueIn(text, applicationId);
  return id === undefined ? { kind: 'nothing' } : { kind: 'hold-ended', id };
}
