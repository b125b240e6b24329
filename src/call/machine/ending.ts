import { cancelled, interrupted } from '../ending.ts';
import type { Allowed, BridgeFailure, BridgeProgress, Ending, LegEnd } from '../state.ts';
import type { Step } from './events.ts';
import { finish } from './steps.ts';

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
