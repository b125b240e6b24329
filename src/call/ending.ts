import type { Abandonment, Failure, Reason, Refusal, SpokenRefusal, WatchRefusal } from '../words/outcome.ts';
import type { Farewell, Prompt } from './prompts.ts';
import type { Ending } from './state.ts';

/** Endings by name. The causes are those that a phone system shows: 21 for a refusal, 18 for silence (ITU-T Q.850). */
export const refused = (reason: Refusal, rule: string | null): Ending => ({
  outcome: 'refused',
  reason,
  rule,
  hangupCause: 'CALL_REJECTED',
});
export const failed = (reason: Failure, hangupCause: string, rule: string): Ending => ({
  outcome: 'failed',
  reason,
  rule,
  hangupCause,
});
export const abandoned = (reason: Abandonment, hangupCause: string): Ending => ({
  outcome: 'abandoned',
  reason,
  rule: null,
  hangupCause,
});
/** The channel was lost: what followed on it, if anything, is for the switch's CDR to tell. */
export const interrupted = (rule: string | null): Ending => ({
  outcome: 'interrupted',
  reason: 'connection-lost',
  rule,
  hangupCause: 'UNKNOWN',
});
export const silent = abandoned('no-digits', 'NO_USER_RESPONSE');
export const cancelled = { outcome: 'cancelled', reason: null } as const;

function farewellOf(ending: Ending): Farewell {
  switch (ending.outcome) {
    case 'busy':
      return 'busy';
    case 'no-answer':
      return 'no-answer';
    case 'failed':
      return ending.reason === 'record-not-stored' ? 'service-down' : 'cannot-be-completed';
    case 'refused':
      return ending.reason === 'directory-stale' ? 'service-down' : 'goodbye';
    case 'answered':
    case 'cancelled':
    case 'abandoned':
    case 'interrupted':
      return 'goodbye';
  }
}

/** The refusal is said before the goodbye; what went wrong on the way to the far end has a farewell of its own. */
function spokenReason(reason: Reason | null): SpokenRefusal | null {
  switch (reason) {
    case null:
    case 'directory-stale':
    case 'extension-unknown':
    case 'no-account-for-forwarding':
    case 'price-not-confirmed':
    case 'gateway-down':
    case 'unallocated-number':
    case 'rejected':
    case 'congestion':
    case 'record-not-stored':
    case 'other-failure':
    case 'caller-hung-up':
    case 'no-digits':
    case 'connection-lost':
      return null;
    default:
      return spoken(reason);
  }
}

/** A caller who may be guessing, or is up to something else, hears what everybody hears after a wrong code or number. */
export function spoken(refusal: SpokenRefusal | WatchRefusal | 'code-locked'): SpokenRefusal {
  switch (refusal) {
    case 'code-locked':
      return 'code-unknown';
    case 'fraud-suspected':
      return 'number-not-allowed';
    default:
      return refusal;
  }
}

/** The last prompt: the refusal, if there was one, and the farewell. */
export function farewellTo(ending: Ending): Prompt {
  return { kind: 'farewell', farewell: farewellOf(ending), refusal: spokenReason(ending.reason) };
}

/** A switch's own causes above 127 mean nothing to the caller's phone system (switch_types.h, switch_call_cause_t). */
export function shownCause(ending: Ending): string {
  return ending.reason === 'gateway-down' ? 'NETWORK_OUT_OF_ORDER' : ending.hangupCause;
}
