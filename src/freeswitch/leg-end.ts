import type { LegEnd } from '../call/state.ts';
import { momentMs, readFigures } from './figures.ts';
import type { EventHeaders } from './wire/headers.ts';

/** How FreeSWITCH says that a leg ended. */
export type ToldEnd =
  | { kind: 'told'; end: LegEnd }
  /** Its figures cannot be; `why` is one line. */
  | { kind: 'impossible'; cause: string; why: string };

/**
 * The end of a leg as its CHANNEL_HANGUP_COMPLETE, or its CDR, tells it. Times are FreeSWITCH's own microseconds since 1970, `0`
 * for what never happened (switch_core_state_machine.c, and switch_channel.c, switch_channel_set_timestamps).
 */
export function legEndOf(header: EventHeaders, startedAt?: string): ToldEnd {
  const cause = causeText(header('Hangup-Cause') ?? header('variable_hangup_cause'));
  const read = readFigures({
    start_uepoch: startedAt,
    answer_uepoch: header('variable_answer_uepoch') ?? header('Caller-Channel-Answered-Time'),
    end_uepoch:
      happened(header('variable_end_uepoch')) ??
      happened(header('Caller-Channel-Hangup-Time')) ??
      header('Event-Date-Timestamp'),
    billusec: header('variable_billusec'),
  });
  if (!read.ok) return { kind: 'impossible', cause, why: read.problem };
  const { answer, end, billed } = read.value;
  const answeredAt = answer > 0 ? toMs(answer) : null;
  const silentMs = Math.min(silenceBeforeEnd(cause, header), toMs(billed));
  return {
    kind: 'told',
    end: {
      cause,
      endedAtMs: answeredAt === null ? toMs(end) : Math.max(answeredAt, toMs(end) - silentMs),
      answeredAtMs: answeredAt,
      // Rounded down: nobody pays for a millisecond that was not completed.
      billableMs: toMs(billed) - silentMs,
    },
  };
}

/**
 * FreeSWITCH gives up a leg after so long without a packet from it (switch_rtp.c, check_timeout): the last sign of life was so
 * long before the end. Our dialplan says how long that is. The callee's leg tells too that it was the caller's side which was gone.
 */
function silenceBeforeEnd(cause: string, header: EventHeaders): number {
  const isGone = [cause, header('variable_last_bridge_hangup_cause')].includes('MEDIA_TIMEOUT');
  const seconds = header('variable_billing_media_timeout_seconds') ?? '';
  return isGone && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : 0;
}

/** UTC milliseconds of the answer that an event of the leg tells; null: it does not say. */
export function answeredAtMs(header: EventHeaders): number | null {
  return momentMs(header('Caller-Channel-Answered-Time'));
}

/** When FreeSWITCH sent the event, by its own clock: UTC milliseconds; null: it does not say. */
export function sentAtMs(header: (name: 'Event-Date-Timestamp') => string | undefined): number | null {
  return momentMs(header('Event-Date-Timestamp'));
}

const happened = (text: string | undefined): string | undefined => (text === '0' || text === '' ? undefined : text);
const toMs = (us: number): number => Math.floor(us / 1000);

/** A cause goes into records and back into commands: a name, or nothing. */
function causeText(text: string | undefined): string {
  return text !== undefined && /^[A-Z0-9_]{1,40}$/.test(text) ? text : 'UNKNOWN';
}

/** By this cause, an INVITE with Replaces took the leg's place: the other side talks on with somebody else (switch_types.h, switch_call_cause_t). */
export const isReplacedBy = (cause: string): boolean => ['PICKED_OFF', 'ATTENDED_TRANSFER'].includes(cause);
