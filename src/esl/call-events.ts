import type { CallEvent } from '../call/machine.ts';
import { bridgeFailure } from './bridge-failure.ts';
import { keyedVariable } from './call-commands.ts';
import type { ChannelEvent } from './channel.ts';
import { answeredAtMs, legEndOf } from './leg-end.ts';

/** The application whose end the call waits for. */
export type AwaitedApplication = { id: string; app: 'collect' | 'bridge' };

/** What an event of the caller's leg means to the call; null: nothing. */
export function callerEvent(event: ChannelEvent, awaited: AwaitedApplication | null): CallEvent | null {
  switch (event.name) {
    case 'CHANNEL_EXECUTE_COMPLETE':
      if (awaited === null || event.header('Application-UUID') !== awaited.id) return null;
      return awaited.app === 'bridge' ? bridgeEnded(event) : digitsCollected(event);
    case 'CHANNEL_HANGUP_COMPLETE':
      return { type: 'caller-ended', end: legEndOf(event.header), failure: bridgeFailure(disposition(event)) };
    default:
      return null;
  }
}

/** What an event of the callee's leg means to the call. */
export function calleeEvent(event: ChannelEvent, nowMs: number): CallEvent | null {
  switch (event.name) {
    case 'CHANNEL_ANSWER':
      return { type: 'callee-answered', atMs: answeredAtMs(event.header) ?? nowMs };
    case 'CHANNEL_HANGUP_COMPLETE':
      return { type: 'callee-ended', end: legEndOf(event.header) };
    default:
      return null;
  }
}

const hungUp = (event: ChannelEvent): boolean => event.header('Answer-State') === 'hangup';
const disposition = (event: ChannelEvent): string => event.header('variable_originate_disposition') ?? '';

function bridgeEnded(event: ChannelEvent): CallEvent | null {
  // The caller's hangup follows, and tells the same and more.
  if (hungUp(event)) return null;
  return { type: 'bridge-ended', failure: bridgeFailure(disposition(event)) };
}

function digitsCollected(event: ChannelEvent): CallEvent {
  const digits = event.header(`variable_${keyedVariable}`) ?? '';
  // `read_result` says success even when the caller hung up over half a code.
  if (hungUp(event)) return { type: 'keyed-partly', digits };
  return { type: 'keyed', digits, terminated: event.header('variable_read_terminator_used') === '#' };
}
