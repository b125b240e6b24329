import { cancelled, interrupted } from '../ending.ts';
import type { Allowed, BridgeFailure, BridgeProgress, CallState, Ending, LegEnd } from '../state.ts';
import type { CallEvent, Step } from './events.ts';
import { finish, lost, stay, unbilled } from './steps.ts';

export function fromLeaving(state: CallState & { name: 'leaving' }, event: CallEvent): Step {
  switch (event.type) {
    case 'callee-ended':
      if (state.bridge === null) return stay(state);
      return stay({ ...state, bridge: { ...state.bridge, calleeEnd: event.end } });
    case 'caller-ended':
    case 'connection-lost': {
      const calleeEnd = state.bridge?.calleeEnd ?? null;
      // The last moment at which the two sides can cross: an answer that the failed bridge did not know of is still billed.
      if (state.bridge !== null && state.allowed !== null && calleeEnd !== null && calleeEnd.answeredAtMs !== null) {
        return close(state.bridge, state.allowed, calleeEnd, false);
      }
      return finish(state.ending, event.type === 'connection-lost' ? lost : unbilled);
    }
    default:
      return stay(state);
  }
}

export function wasAnswered(bridge: BridgeProgress): boolean {
  return bridge.answeredAtMs !== null || (bridge.calleeEnd !== null && bridge.calleeEnd.answeredAtMs !== null);
}

export const failureOf = (bridge: BridgeProgress): BridgeFailure | null =>
  bridge.failure ?? bridge.calleeEnd?.failure ?? null;

export function close(bridge: BridgeProgress, allowed: Allowed, last: LegEnd, unseen: boolean): Step {
  const { calleeEnd } = bridge;
  const answeredAtMs = calleeEnd?.answeredAtMs ?? bridge.answeredAtMs;
  const billableMs =
    calleeEnd?.billableMs ?? (answeredAtMs === null ? 0 : Math.max(0, Math.floor(last.endedAtMs - answeredAtMs)));
  const known = wasAnswered(bridge) || !unseen;
  const ending = known ? endingOf(bridge, allowed, last) : interrupted(allowed.rule);
  // Of an end that the switch tells as it cannot be, its CDR may know better.
  const estimated = unseen || (answeredAtMs !== null && (calleeEnd ?? last).doubt !== undefined);
  return finish(estimated ? { ...ending, reason: 'connection-lost' } : ending, {
    answeredAtMs,
    endedAtMs: calleeEnd?.endedAtMs ?? last.endedAtMs,
    billableMs,
    estimated,
    closedBy: estimated ? 'controller' : 'event',
  });
}

export function endingOf(bridge: BridgeProgress, allowed: Allowed, last: LegEnd | null): Ending {
  const cause = bridge.calleeEnd?.cause ?? last?.cause ?? 'UNKNOWN';
  if (wasAnswered(bridge)) return { outcome: 'answered', reason: null, rule: allowed.rule, hangupCause: cause };
  const failure = failureOf(bridge);
  // Nothing says why: whoever gave up, nobody talked.
  if (failure === null) return { ...cancelled, rule: allowed.rule, hangupCause: cause };
  const reason = failure.outcome === 'failed' ? failure.reason : null;
  return {
    outcome: failure.outcome,
    reason,
    rule: allowed.rule,
    hangupCause: bridge.calleeEnd?.cause ?? failure.cause,
  };
}

export const lostAt = (atMs: number): LegEnd => ({
  cause: 'UNKNOWN',
  endedAtMs: atMs,
  answeredAtMs: null,
  billableMs: 0,
});
