import type { LegEnd } from '../call/state.ts';
import type { Headers } from './headers.ts';

/**
 * The end of a leg as its CHANNEL_HANGUP_COMPLETE tells it. Times are FreeSWITCH's own microseconds since 1970, `0` for what
 * never happened (switch_core_state_machine.c, and switch_channel.c, switch_channel_set_timestamps).
 */
export function legEndOf(header: Headers): LegEnd {
  const answeredAt = microseconds(header('variable_answer_uepoch') ?? header('Caller-Channel-Answered-Time'));
  const endedAt = microseconds(header('variable_end_uepoch') ?? header('Caller-Channel-Hangup-Time'));
  const billed = microseconds(header('variable_billusec'));
  return {
    cause: causeText(header('Hangup-Cause') ?? header('variable_hangup_cause')),
    endedAtMs: toMs(endedAt > 0 ? endedAt : microseconds(header('Event-Date-Timestamp'))),
    answeredAtMs: answeredAt > 0 ? toMs(answeredAt) : null,
    // Rounded down: nobody pays for a millisecond that was not completed.
    billableMs: answeredAt > 0 ? toMs(billed) : 0,
  };
}

/** UTC milliseconds of the answer that a CHANNEL_ANSWER tells; null: it does not say. */
export function answeredAtMs(header: Headers): number | null {
  const at = microseconds(header('Caller-Channel-Answered-Time'));
  return at > 0 ? toMs(at) : null;
}

function microseconds(text: string | undefined): number {
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : 0;
}

const toMs = (us: number): number => Math.floor(us / 1000);

/** A cause goes into records and back into commands: a name, or nothing. */
function causeText(text: string | undefined): string {
  return text !== undefined && /^[A-Z0-9_]{1,40}$/.test(text) ? text : 'UNKNOWN';
}
