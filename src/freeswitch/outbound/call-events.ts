import type { CallEvent } from '../../call/machine/events.ts';
import type { CalleeEnd, LegEnd } from '../../call/state.ts';
import { bridgeFailure, legFailure, type FailedLeg } from '../bridge-failure.ts';
import { keyedVariable } from './call-commands.ts';
import type { ChannelEvent } from './channel.ts';
import type { StageResult } from './keying.ts';
import { answeredAtMs, isReplacedBy, legEndOf, sentAtMs, type ToldEnd } from '../leg-end.ts';

/** The application whose end the call waits for. */
export type AwaitedApplication = { id: string; app: 'collect' | 'pause' | 'bridge' };

/** One stage of an entry is over; `hungUp`: with the call. */
export type StageEnded = { type: 'stage-ended'; result: StageResult; hungUp: boolean };

/** What is known here of the call, where FreeSWITCH's own figures cannot be: its time now, and when it was answered. */
export type Known = { nowMs: number; answeredAtMs: number | null };

/** What an event of the caller's leg means to the call; null: nothing. */
export function callerEvent(
  event: ChannelEvent,
  awaited: AwaitedApplication | null,
  known: Known,
): CallEvent | StageEnded | null {
  switch (event.name) {
    case 'CHANNEL_EXECUTE_COMPLETE':
      if (awaited === null || event.header('Application-UUID') !== awaited.id) return null;
      switch (awaited.app) {
        case 'collect':
          return digitsCollected(event);
        case 'pause':
          return pauseEnded(event);
        case 'bridge':
          return bridgeEnded(event);
      }
      break;
    case 'CHANNEL_HANGUP_COMPLETE':
      return {
        type: 'caller-ended',
        end: believed(legEndOf(event.header), { ...known, answeredAtMs: null }),
        failure: bridgeFailure(disposition(event)),
        replaced: isReplacedBy(event.header('Hangup-Cause') ?? ''),
      };
    default:
      return null;
  }
}

/** What an event of the callee's leg means to the call. */
export function calleeEvent(event: ChannelEvent, known: Known): CallEvent | null {
  switch (event.name) {
    case 'CHANNEL_ANSWER':
      return { type: 'callee-answered', atMs: answeredAtMs(event.header) ?? sentAtMs(event.header) ?? known.nowMs };
    case 'CHANNEL_HANGUP_COMPLETE':
      return { type: 'callee-ended', end: calleeEndOf(event, known) };
    default:
      return null;
  }
}

function calleeEndOf(event: ChannelEvent, known: Known): CalleeEnd {
  const end = believed(legEndOf(event.header), known);
  return { ...end, failure: end.answeredAtMs === null ? legFailure(end.cause) : null };
}

/** Figures that cannot be are not believed: what passed here since the answer counts instead. */
function believed(told: ToldEnd, { nowMs, answeredAtMs: atMs }: Known): LegEnd {
  switch (told.kind) {
    case 'told':
      return told.end;
    case 'impossible': {
      const billableMs = atMs === null ? 0 : Math.max(0, nowMs - atMs);
      return { cause: told.cause, endedAtMs: nowMs, answeredAtMs: atMs, billableMs, doubt: told.why };
    }
  }
}

const hungUp = (event: ChannelEvent): boolean => event.header('Answer-State') === 'hangup';
const disposition = (event: ChannelEvent): string => event.header('variable_originate_disposition') ?? '';

function bridgeEnded(event: ChannelEvent): CallEvent | null {
  // The caller's hangup follows, and tells the same and more.
  if (hungUp(event)) return null;
  // With early media it is SUCCESS although nobody answered: the end of the callee's leg, told on the caller's too, says more.
  const failure =
    bridgeFailure(disposition(event), failedLegOf(event)) ??
    legFailure(event.header('variable_bridge_hangup_cause') ?? '');
  return { type: 'bridge-ended', failure };
}

/** What the caller's leg says of the callee's: when it first rang (of an earlier gateway, too), and how SIP ended it. */
function failedLegOf({ header }: ChannelEvent): FailedLeg {
  const times = [header('Caller-Channel-Progress-Time'), header('Caller-Channel-Progress-Media-Time')];
  const status = /^sip:(\d{3})$/.exec(header('variable_last_bridge_proto_specific_hangup_cause') ?? '')?.[1];
  return { rang: times.some((time) => time !== '0'), sipStatus: status === undefined ? null : Number(status) };
}

/** `read_result` says success even when the caller hung up over half a code. */
function digitsCollected(event: ChannelEvent): StageEnded {
  const digits = event.header(`variable_${keyedVariable}`) ?? '';
  const terminated = event.header('variable_read_terminator_used') === '#';
  return { type: 'stage-ended', result: { digits, terminated }, hungUp: hungUp(event) };
}

function pauseEnded(event: ChannelEvent): StageEnded {
  const key = event.header('variable_playback_terminator_used') ?? '';
  const result = { digits: key === '#' ? '' : key, terminated: key === '#' };
  return { type: 'stage-ended', result, hungUp: hungUp(event) };
}
