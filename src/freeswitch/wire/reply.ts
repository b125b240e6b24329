import type { Frame } from './frame.ts';

const commandReply = Buffer.from('Content-Type: command/reply\nReply-Text: ');
const apiResponse = Buffer.from('Content-Type: api/response\n');

/**
 * What a message answers to a command, as FreeSWITCH writes it (mod_event_socket.c, listener_run and parse_command). null: it
 * is an event, or the channel's data, which answer `connect`.
 */
export function replyIn({ head, body }: Frame): string | null {
  if (startsWith(head, apiResponse)) return body?.toString('utf8') ?? '';
  if (body !== null || !startsWith(head, commandReply)) return null;
  const end = head.indexOf('\n', commandReply.length);
  return head.toString('utf8', commandReply.length, end === -1 ? head.length : end);
}

const startsWith = (bytes: Buffer, start: Buffer): boolean =>
  bytes.length >= start.length && bytes.compare(start, 0, start.length, 0, start.length) === 0;
