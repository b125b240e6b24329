import type { Frame } from './frame.ts';
import { readHeaders } from './headers.ts';

/**
 * Leaves of a message what is read of it. Parsing all of it and copying each header into modesl's `Event`, whose `addHeader`
 * looks through all headers before it (lib/esl/Event.js:230), is two thirds of what a call costs.
 *
 * Only messages in the very form in which FreeSWITCH writes them are trimmed; any other stays as it is, for modesl to judge.
 */
export function trim(frame: Frame): Frame {
  if (frame.body === null) return isChannelData(frame.head) ? { head: trimHeaders(frame.head), body: null } : frame;
  if (!isJsonEvent(frame)) return frame;
  const body = trimJson(frame.body);
  return { head: Buffer.from(`Content-Length: ${body.length}\nContent-Type: text/event-json`), body };
}

const channelData = Buffer.from('Event-Name: CHANNEL_DATA\n');
const isChannelData = (head: Buffer): boolean => head.subarray(0, channelData.length).equals(channelData);

/** mod_event_socket.c, event_handler and listener_run. */
const eventHead = /^Content-Length: \d+\nContent-Type: text\/event-json$/;
const isJsonEvent = ({ head, body }: Frame): boolean =>
  head.length < 80 && eventHead.test(head.toString('latin1')) && body?.[0] === 0x7b && body.at(-1) === 0x7d;

const names = readHeaders.join('|');

/** What modesl itself reads: the kind of the message. */
const headerLine = new RegExp(`(?<=^|\\n)(?:${names}|Content-Type|Reply-Text): [^\\n]*`, 'g');

function trimHeaders(head: Buffer): Buffer {
  return Buffer.from((head.toString('utf8').match(headerLine) ?? []).join('\n'));
}

/**
 * A key with its value, and the brace or comma before it. cJSON writes one flat object without spaces (switch_event.c,
 * switch_event_serialize_json), and inside of a value every quote has a backslash before it: `,"NAME":"` is a key or nothing.
 */
const jsonField = new RegExp(`[{,]"(?:${names})":"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"`, 'g');

function trimJson(body: Buffer): Buffer {
  const fields = body.toString('utf8').match(jsonField) ?? [];
  return Buffer.from(`{${fields.map((field) => field.slice(1)).join(',')}}`);
}
