import type { Frame } from './frame.ts';
import { channelHeaders, eventHeaders } from './headers.ts';

/*
 * What is read of a message, and no more. Parsing all of it and copying each header into modesl's `Event`, whose `addHeader` looks
 * through all headers before it (lib/esl/Event.js:230), is two thirds of what a call costs. Only messages in the very form in
 * which FreeSWITCH writes them are read here; any other goes to modesl as it is, which judges it.
 */

/** The channel's data with the headers that are read of them; any other message as it is. */
export function trim(frame: Frame): Frame {
  return frame.body === null && isChannelData(frame.head) ? { head: trimHeaders(frame.head), body: null } : frame;
}

const channelData = Buffer.from('Event-Name: CHANNEL_DATA\n');
const isChannelData = (head: Buffer): boolean => head.subarray(0, channelData.length).equals(channelData);

/** What modesl itself reads: the kind of the message. */
const headerLine = new RegExp(`(?<=^|\\n)(?:${channelHeaders.join('|')}|Content-Type|Reply-Text): [^\\n]*`, 'g');

function trimHeaders(head: Buffer): Buffer {
  return Buffer.from((head.toString('utf8').match(headerLine) ?? []).join('\n'));
}

export type ReadEvent =
  /** By the names of `eventHeaders`. */
  | { kind: 'event'; headers: Readonly<Record<string, string | undefined>> }
  /** A `hold` (call-commands.ts) is over. */
  | { kind: 'hold-ended'; id: string }
  /** There is nothing in it that anybody waits for. */
  | { kind: 'nothing' };

/** Reads an event; null: it is none, or not in FreeSWITCH's own form. */
export function readEvent(frame: Frame): ReadEvent | null {
  if (!isJsonEvent(frame)) return null;
  const { body } = frame;
  if (body.subarray(0, executeComplete.length).equals(executeComplete)) {
    if (body.includes(ofHold)) return endOfHold(body);
    // Such as `answer` or `socket` itself. Inside of a value these bytes would have backslashes in them.
    if (!awaitedApplications.some((application) => body.includes(application))) return { kind: 'nothing' };
  }
  const fields = body.toString('utf8').match(jsonField) ?? [];
  const headers = JSON.parse(`{${fields.map((field) => field.slice(1)).join(',')}}`) as Record<string, string>;
  return { kind: 'event', headers };
}

/** mod_event_socket.c, event_handler and listener_run. */
const eventHead = /^Content-Length: \d+\nContent-Type: text\/event-json$/;
const isJsonEvent = (frame: Frame): frame is Frame & { body: Buffer } =>
  frame.head.length < 80 &&
  frame.body?.[0] === 0x7b &&
  frame.body.at(-1) === 0x7d &&
  eventHead.test(frame.head.toString('latin1'));

const executeComplete = Buffer.from('{"Event-Name":"CHANNEL_EXECUTE_COMPLETE",');
/** Calls wait for the ends of these (call-commands.ts: `collect`, `pause` and `bridge`). */
const awaitedApplications = ['play_and_get_digits', 'playback', 'bridge'].map((app) =>
  Buffer.from(`,"Application":"${app}",`),
);

/**
 * A key with its value, and the brace or comma before it. cJSON writes one flat object without spaces (switch_event.c,
 * switch_event_serialize_json), and inside of a value every quote has a backslash before it: `,"NAME":"` is a key or nothing.
 */
const jsonField = new RegExp(`[{,]"(?:${eventHeaders.join('|')})":"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"`, 'g');

const ofHold = Buffer.from(',"Application":"loop_playback",');
const applicationId = Buffer.from(',"Application-UUID":"');

function endOfHold(body: Buffer): ReadEvent {
  const at = body.lastIndexOf(applicationId) + applicationId.length;
  if (at < applicationId.length) return { kind: 'nothing' };
  return { kind: 'hold-ended', id: body.toString('latin1', at, body.indexOf(0x22, at)) };
}
