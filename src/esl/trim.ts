import type { Frame } from './frame.ts';
import { channelHeaders, eventHeaders } from './headers.ts';

/**
 * Leaves of a message what is read of it. Parsing all of it and copying each header into modesl's `Event`, whose `addHeader`
 * looks through all headers before it (lib/esl/Event.js:230), is two thirds of what a call costs.
 *
 * null: there is nothing in it that anybody waits for. Only messages in the very form in which FreeSWITCH writes them are
 * trimmed; any other stays as it is, for modesl to judge.
 */
export function trim(frame: Frame): Frame | null {
  if (frame.body === null) return isChannelData(frame.head) ? { head: trimHeaders(frame.head), body: null } : frame;
  if (!isJsonEvent(frame)) return frame;
  if (isEndOfOther(frame.body)) return null;
  const body = trimJson(frame.body);
  return { head: Buffer.from(`Content-Length: ${body.length}\nContent-Type: text/event-json`), body };
}

const channelData = Buffer.from('Event-Name: CHANNEL_DATA\n');
const isChannelData = (head: Buffer): boolean => head.subarray(0, channelData.length).equals(channelData);

/** mod_event_socket.c, event_handler and listener_run. */
const eventHead = /^Content-Length: \d+\nContent-Type: text\/event-json$/;
const isJsonEvent = ({ head, body }: Frame): boolean =>
  head.length < 80 && eventHead.test(head.toString('latin1')) && body?.[0] === 0x7b && body.at(-1) === 0x7d;

/**
 * The end of an application that no call waits for (call-commands.ts: `collect`, `pause` and `bridge` are waited for), such as
 * `answer` or `socket` itself. Inside of a value these bytes would have backslashes in them.
 */
const isEndOfOther = (body: Buffer): boolean =>
  body.subarray(0, executeComplete.length).equals(executeComplete) &&
  !awaitedApplications.some((application) => body.includes(application));
const executeComplete = Buffer.from('{"Event-Name":"CHANNEL_EXECUTE_COMPLETE",');
const awaitedApplications = ['play_and_get_digits', 'playback', 'bridge'].map((app) =>
  Buffer.from(`,"Application":"${app}",`),
);

/** The id of a `hold` (call-commands.ts) that this message ends; null: it ends none. Nothing else of it is read. */
export function endedHold(frame: Frame): string | null {
  const { body } = frame;
  if (body === null || !isJsonEvent(frame) || !body.subarray(0, executeComplete.length).equals(executeComplete))
    return null;
  if (!body.includes(ofHold)) return null;
  const at = body.lastIndexOf(applicationId);
  return at === -1
    ? null
    : body.toString('latin1', at + applicationId.length, body.indexOf(0x22, at + applicationId.length));
}

const ofHold = Buffer.from(',"Application":"loop_playback",');
const applicationId = Buffer.from(',"Application-UUID":"');

/** What modesl itself reads: the kind of the message. */
const headerLine = new RegExp(`(?<=^|\\n)(?:${channelHeaders.join('|')}|Content-Type|Reply-Text): [^\\n]*`, 'g');

function trimHeaders(head: Buffer): Buffer {
  return Buffer.from((head.toString('utf8').match(headerLine) ?? []).join('\n'));
}

/**
 * A key with its value, and the brace or comma before it. cJSON writes one flat object without spaces (switch_event.c,
 * switch_event_serialize_json), and inside of a value every quote has a backslash before it: `,"NAME":"` is a key or nothing.
 */
const jsonField = new RegExp(`[{,]"(?:${eventHeaders.join('|')})":"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"`, 'g');

function trimJson(body: Buffer): Buffer {
  const fields = body.toString('utf8').match(jsonField) ?? [];
  return Buffer.from(`{${fields.map((field) => field.slice(1)).join(',')}}`);
}
