import { randomUUID } from 'node:crypto';
import { answerApi } from './api.ts';
import type { Call } from './call.ts';
import type { WireCommand } from './command-reader.ts';
import { plainText } from './events.ts';
import { enqueue } from './executor.ts';
import { field } from './leg.ts';
import type { Subscription } from './subscription.ts';

/** What commands do to their connection. */
export type CommandTarget = {
  readonly call: Call;
  readonly subscription: Subscription;
  write(text: string): void;
  onServed(): void;
  /** Seconds; Infinity: for good; null: not at all. */
  linger(seconds: number | null): void;
  goodbye(): void;
};

/** Carries out one command and answers it (mod_event_socket.c, parse_command). */
export function runCommand(target: CommandTarget, command: WireCommand): void {
  const { call, subscription } = target;
  const [word = '', ...rest] = command.line.split(' ');
  const tail = command.line.slice(word.length + 1).trim();
  const reply = (text: string): void => target.write(`Content-Type: command/reply\nReply-Text: ${text}\n\n`);
  switch (word.toLowerCase()) {
    case 'connect':
      target.onServed();
      target.write(`${plainText(call.core.events.channelData(call.caller, connectHeaders))}\n`);
      break;
    case 'exit':
    case '...':
      reply('+OK bye');
      target.goodbye();
      break;
    case 'filter':
      reply(subscription.filter(tail));
      break;
    case 'event':
    case 'nixevent':
      reply(subscription.events(rest, word.toLowerCase() === 'event'));
      break;
    case 'noevents':
      reply(subscription.noEvents());
      break;
    case 'myevents':
      subscription.filter(`Unique-ID ${call.caller.id}`);
      subscription.events([...rest, 'all'], true);
      reply('+OK Events Enabled');
      break;
    case 'linger': {
      const seconds = tail === '' ? Infinity : Number.parseInt(tail, 10) || 0;
      target.linger(seconds);
      reply(seconds === Infinity ? '+OK will linger' : `+OK will linger ${seconds} seconds`);
      break;
    }
    case 'nolinger':
      target.linger(null);
      reply('+OK will not linger');
      break;
    case 'sendmsg':
      reply(takeMessage(call, tail, command));
      break;
    case 'api': {
      const answer = answerApi(call.core, tail);
      target.write(`Content-Type: api/response\nContent-Length: ${Buffer.byteLength(answer)}\n\n${answer}`);
      break;
    }
    case 'bgapi':
      background(target, tail, command.headers.get('job-uuid') ?? randomUUID());
      break;
    case 'divert_events':
      reply(tail === 'on' ? '+OK events diverted' : '+OK events not diverted');
      break;
    default:
      reply('-ERR command not found');
  }
}

const connectHeaders =
  field('Content-Type', 'command/reply') +
  field('Reply-Text', '+OK\n') +
  field('Socket-Mode', 'async') +
  field('Control', 'full');

function takeMessage(call: Call, legId: string, { headers }: WireCommand): string {
  const id = legId === '' ? (headers.get('session-id') ?? call.caller.id) : legId;
  // The connection's own channel takes messages even when it is over.
  const channel = id === call.caller.id ? { leg: call.caller, call } : call.core.channels.get(id);
  if (channel === undefined) return `-ERR invalid session id [${id}]`;
  enqueue(channel.call, channel.leg, { headers });
  return '+OK';
}

function background(target: CommandTarget, line: string, job: string): void {
  const { call } = target;
  target.write(`Content-Type: command/reply\nReply-Text: +OK Job-UUID: ${job}\nJob-UUID: ${job}\n\n`);
  const [command = '', ...args] = line.split(' ');
  const body = answerApi(call.core, line);
  call.core.events.fireBare(
    'BACKGROUND_JOB',
    field('Job-UUID', job) +
      field('Job-Owner-UUID', call.caller.id) +
      field('Job-Command', command) +
      (args.length > 0 ? field('Job-Command-Arg', args.join(' ')) : '') +
      field('Content-Length', Buffer.byteLength(body)) +
      field('_body', body),
  );
}
