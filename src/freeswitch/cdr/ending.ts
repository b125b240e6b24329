import type { CdrLeg } from './leg.ts';
import { bridgeFailure, legFailure } from '../bridge-failure.ts';
import { isReplacedBy } from '../leg-end.ts';
import type { Outcome, Reason } from '../../words/outcome.ts';
import type { ReportedEnding } from '../../records/ports.ts';

/** What is known of the legs of one call; at least one of them. */
export type CdrLegs = { caller: CdrLeg | null; callee: CdrLeg | null };

/**
 * How a call ended, by FreeSWITCH's CDRs of its legs alone: the same outcome as its events would have given (call/machine).
 * Null: the legs that are there do not tell.
 */
export function endingOfCdrs({ caller, callee }: CdrLegs): ReportedEnding | null {
  if (callee !== null && callee.end.answeredAtMs !== null) return answered(callee);
  if (caller === null) return callee === null ? null : unanswered(outcomeOfCallee(callee), callee.end.cause, callee);
  if (callee !== null && isPickedOff(caller)) return unanswered(outcomeOfPickedOff(callee), callee.end.cause, callee);
  const { facts, bridge } = caller;
  const cause = callee?.end.cause ?? bridge?.failure?.cause ?? caller.end.cause;
  // How the controller ended the call; but what it said before a bridge does not tell how that went.
  if (facts?.outcome != null && facts.outcome !== 'answered') {
    return unanswered({ outcome: facts.outcome, reason: facts.reason }, cause, caller);
  }
  if (bridge === null) return unanswered(outcomeWithoutBridge(caller), caller.end.cause, caller);
  if (bridge.failure !== null) {
    const { failure } = bridge;
    const reason = failure.outcome === 'failed' ? failure.reason : null;
    return unanswered({ outcome: failure.outcome, reason }, cause, caller);
  }
  // Bridged with early media, and nobody answered.
  if (callee !== null) return unanswered({ outcome: 'cancelled', reason: null }, cause, caller);
  return null;
}

/** The best guess from the caller's leg alone, where `endingOfCdrs` cannot tell: two sides heard each other. */
export function guessOfCaller(caller: CdrLeg, answeredAtMs: number | null): ReportedEnding {
  const { endedAtMs, cause } = caller.end;
  // Of the leg's own clock, or nothing: a time from elsewhere that is not within it tells nothing.
  const within = (ms: number | null): ms is number => ms !== null && ms >= caller.startedAtMs && ms <= endedAtMs;
  const fromMs = [answeredAtMs, caller.bridgedAtMs].find(within) ?? endedAtMs;
  return {
    outcome: 'answered',
    reason: 'connection-lost',
    hangupCause: cause,
    answeredAtMs: fromMs,
    endedAtMs,
    billableMs: Math.max(0, endedAtMs - fromMs),
    estimated: true,
  };
}

function answered({ end }: CdrLeg): ReportedEnding {
  return {
    outcome: 'answered',
    reason: null,
    hangupCause: end.cause,
    answeredAtMs: end.answeredAtMs,
    endedAtMs: end.endedAtMs,
    billableMs: end.billableMs,
    estimated: false,
  };
}

type Known = { outcome: Outcome; reason: Reason | null };

function unanswered(known: Known, hangupCause: string, last: CdrLeg): ReportedEnding {
  return {
    ...known,
    hangupCause,
    answeredAtMs: null,
    endedAtMs: last.end.endedAtMs,
    billableMs: 0,
    estimated: false,
  };
}

/** Somebody has taken the caller's place while the far end rang, or in the conversation. */
export const isPickedOff = ({ bridge, end }: CdrLeg): boolean => bridge !== null && isReplacedBy(end.cause);

/** What FreeSWITCH ends the called party's leg by where a call that only rings is picked off. */
export const endOfPickedOff = 'DESTINATION_OUT_OF_ORDER';

/** A call that only rings is given up then, for whatever cause FreeSWITCH has; with sound it goes on, and the far end may refuse. */
function outcomeOfPickedOff({ end, bridgedAtMs }: CdrLeg): Known {
  const failure = bridgedAtMs === null ? null : legFailure(end.cause);
  if (failure === null) return { outcome: 'cancelled', reason: null };
  return { outcome: failure.outcome, reason: failure.outcome === 'failed' ? failure.reason : null };
}

function outcomeOfCallee({ end, bridgedAtMs }: CdrLeg): Known {
  const failure = bridgedAtMs === null ? bridgeFailure(end.cause) : null;
  if (failure === null) return { outcome: 'cancelled', reason: null };
  return { outcome: failure.outcome, reason: failure.outcome === 'failed' ? failure.reason : null };
}

/** Causes by which a controller ends a call are in call/ending.ts; this is where it did not come to say so. */
function outcomeWithoutBridge({ hungUpItself }: CdrLeg): Known {
  return hungUpItself
    ? { outcome: 'abandoned', reason: 'caller-hung-up' }
    : { outcome: 'interrupted', reason: 'connection-lost' };
}
