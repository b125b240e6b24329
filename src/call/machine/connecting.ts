import { cancelled, failed, interrupted } from '../ending.ts';
import type { CallEffect, CallEvent, MachineOptions, Step } from '../machine.ts';
import type { Allowed, BridgeFailure, BridgeProgress, CallState, Ending, Gathered, LegEnd } from '../state.ts';
import { finish, leave, lost, stay, unbilled } from './steps.ts';

const emergencyRule = 'emergency call';

/** The call is allowed: first its record, then the bridge. */
export function place(gathered: Gathered, allowed: Allowed, route = 0): Step {
  return {
    state: { name: 'recording', gathered, allowed, route },
    effects: [{ type: 'record-open', allowed, route, awaited: true }],
  };
}

/** Nothing delays an emergency call: no look-up, no rule, no record. */
export function placeEmergency(before: Gathered, digits: string): Step {
  const allowed: Allowed = {
    number: { keyed: digits, dial: digits, e164: null, callType: 'emergency' },
    rule: emergencyRule,
    payer: { kind: 'emergency' },
  };
  const gathered: Gathered = {
    ...before,
    account: null,
    code: '',
    number: { kind: 'keyed', digits, isCode: false },
  };
  const step = connect(gathered, allowed, 0);
  return { state: step.state, effects: [...step.effects, { type: 'notify-emergency', number: digits }] };
}

const isEmergency = ({ payer }: Allowed): boolean => payer.kind === 'emergency';

function connect(gathered: Gathered, allowed: Allowed, route: number): Step {
  const bridge: BridgeProgress = { route, calleeEnd: null, answeredAtMs: null, failure: null, over: false };
  const effects: CallEffect[] = [{ type: 'bridge', allowed, route }];
  if (isEmergency(allowed)) effects.push({ type: 'record-open', allowed, route, awaited: false });
  return { state: { name: 'connecting', gathered, allowed, bridge }, effects };
}

export function fromRecording(state: CallState & { name: 'recording' }, event: CallEvent): Step {
  const { gathered, allowed, route } = state;
  switch (event.type) {
    case 'record-stored':
      return connect(gathered, allowed, route);
    case 'record-not-stored':
      return leave(gathered, failed('record-not-stored', 'NORMAL_TEMPORARY_FAILURE', allowed.rule), allowed);
    case 'caller-ended':
      return finish({ ...cancelled, rule: allowed.rule, hangupCause: event.end.cause }, unbilled);
    case 'connection-lost':
      return finish(interrupted(allowed.rule), lost);
    default:
      return stay(state);
  }
}

export function fromBridged(
  state: CallState & { name: 'connecting' | 'talking' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered, allowed, bridge } = state;
  switch (event.type) {
    case 'callee-answered': {
      if (bridge.answeredAtMs !== null) return stay(state);
      return { state: { ...state, name: 'talking', bridge: { ...bridge, answeredAtMs: event.atMs } }, effects: [] };
    }
    case 'callee-ended': {
      const ended: BridgeProgress = { ...bridge, calleeEnd: event.end };
      return bridge.over ? unanswered(gathered, allowed, ended, options) : stay({ ...state, bridge: ended });
    }
    case 'bridge-ended':
      return bridgeEnded(state, event.failure, options);
    case 'settled-late':
      return bridge.over ? unanswered(gathered, allowed, bridge, options) : stay(state);
    case 'caller-ended': {
      const ended: BridgeProgress = { ...bridge, failure: bridge.failure ?? event.failure };
      if (ended.calleeEnd !== null) return close(ended, allowed, event.end, false);
      return settle({
        name: 'settling',
        gathered,
        allowed,
        bridge: ended,
        callerEnd: event.end,
        goesOn: event.replaced,
      });
    }
    case 'left-in-conversation':
      return leaveConversation(state);
    case 'connection-lost':
      return close(bridge, allowed, lostAt(event.atMs), true);
    default:
      return stay(state);
  }
}

/** The account that was keyed pays until the called party is gone, whoever talks in the caller's place. */
function settle(state: CallState & { name: 'settling' }): Step {
  const { bridge } = state;
  const goesOn = state.goesOn && wasAnswered(bridge);
  const patience = goesOn ? 'conversation' : bridge.failure === null ? 'after-talk' : 'moment';
  return { state: { ...state, goesOn }, effects: [{ type: 'await-callee', patience }] };
}

function leaveConversation(state: CallState & { name: 'connecting' | 'talking' | 'settling' }): Step {
  const { answeredAtMs, calleeEnd } = state.bridge;
  if (answeredAtMs === null || calleeEnd !== null) return stay(state);
  return { state: { name: 'ended' }, effects: [{ type: 'record-leave', answeredAtMs }, { type: 'release' }] };
}

function bridgeEnded(
  state: CallState & { name: 'connecting' | 'talking' },
  failure: BridgeFailure | null,
  options: MachineOptions,
): Step {
  const { gathered, allowed, bridge } = state;
  if (wasAnswered(bridge)) {
    // `hangup_after_bridge` hangs the caller up; where it does not, nobody should sit in silence.
    const effects: CallEffect[] = [{ type: 'hang-up', cause: 'NORMAL_CLEARING', ending: null }];
    return { state: { ...state, bridge: { ...bridge, failure } }, effects };
  }
  // After early media it is the end of the callee's leg that tells why nobody answered.
  if (failure === null && bridge.calleeEnd === null) {
    return {
      state: { ...state, bridge: { ...bridge, over: true } },
      effects: [{ type: 'await-callee', patience: 'moment' }],
    };
  }
  return unanswered(gathered, allowed, { ...bridge, failure }, options);
}

/** Nobody answered: another gateway is tried where that may help, and for an emergency call whatever the cause. */
function unanswered(gathered: Gathered, allowed: Allowed, bridge: BridgeProgress, options: MachineOptions): Step {
  const failure = failureOf(bridge);
  const next = bridge.route + 1;
  const isMore = next < options.routeCount(allowed.number.callType);
  if (isMore && failure !== null && failure.outcome !== 'cancelled') {
    if (isEmergency(allowed)) return connect(gathered, allowed, next);
    if (failure.ofGateway) return place(gathered, allowed, next);
  }
  return leave(gathered, endingOf(bridge, allowed, null), allowed, bridge);
}

export function fromSettling(state: CallState & { name: 'settling' }, event: CallEvent): Step {
  const { allowed, bridge, callerEnd, goesOn } = state;
  switch (event.type) {
    case 'callee-answered':
      return stay({ ...state, bridge: { ...bridge, answeredAtMs: bridge.answeredAtMs ?? event.atMs } });
    case 'callee-ended':
      return close({ ...bridge, calleeEnd: event.end }, allowed, callerEnd, false);
    case 'left-in-conversation':
      return goesOn ? leaveConversation(state) : stay(state);
    case 'connection-lost':
      return close(bridge, allowed, goesOn ? lostAt(event.atMs) : callerEnd, wasAnswered(bridge));
    case 'settled-late':
      return close(bridge, allowed, callerEnd, wasAnswered(bridge));
    default:
      return stay(state);
  }
}

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

function wasAnswered(bridge: BridgeProgress): boolean {
  return bridge.answeredAtMs !== null || (bridge.calleeEnd !== null && bridge.calleeEnd.answeredAtMs !== null);
}

const failureOf = (bridge: BridgeProgress): BridgeFailure | null => bridge.failure ?? bridge.calleeEnd?.failure ?? null;

function close(bridge: BridgeProgress, allowed: Allowed, last: LegEnd, unseen: boolean): Step {
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

function endingOf(bridge: BridgeProgress, allowed: Allowed, last: LegEnd | null): Ending {
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

const lostAt = (atMs: number): LegEnd => ({ cause: 'UNKNOWN', endedAtMs: atMs, answeredAtMs: null, billableMs: 0 });
