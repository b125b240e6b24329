import { cancelled, failed, interrupted, refused } from '../ending.ts';
import { emergencyMeant } from '../entry.ts';
import type { Allowed, BridgeFailure, BridgeProgress, CallState, Gathered } from '../state.ts';
import { close, endingOf, failureOf, lostAt, wasAnswered } from './ending.ts';
import type { CallEffect, CallEvent, MachineOptions, Step } from './events.ts';
import { finish, leave, lost, stay, unbilled } from './steps.ts';
import { accountSet, settle } from './talking.ts';

const emergencyRule = 'emergency call';
const changedRule = 'the account was changed before the call was placed';

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
    longestTalkMs: null,
    mayGoOn: false,
  };
  const gathered: Gathered = {
    ...before,
    ...{ account: null, authorizer: null, code: '', authorization: '' },
    number: { kind: 'keyed', digits, isCode: false },
  };
  const step = connect(gathered, allowed, 0);
  return { state: step.state, effects: [...step.effects, { type: 'notify-emergency', number: digits }] };
}

const isEmergency = ({ payer }: Allowed): boolean => payer.kind === 'emergency';

function connect(gathered: Gathered, allowed: Allowed, route: number): Step {
  const bridge: BridgeProgress = {
    ...{ route, calleeEnd: null, answeredAtMs: null, failure: null, over: false, emergency: null },
  };
  const effects: CallEffect[] = [{ type: 'bridge', allowed, route }];
  if (isEmergency(allowed)) effects.push({ type: 'record-open', allowed, route, awaited: false });
  return { state: { name: 'connecting', gathered, allowed, bridge }, effects };
}

/** Whatever is being looked up, decided or written, for however long: whoever keys an emergency number waits for none of it. */
export function keyedAhead(
  state: CallState & { name: 'checking-code' | 'deciding' | 'recording' },
  digits: string,
  options: MachineOptions,
): Step {
  const emergency = emergencyMeant(digits, options.emergencyIn);
  return emergency === null ? stay(state) : placeEmergency(state.gathered, emergency);
}

export function fromRecording(
  state: CallState & { name: 'recording' },
  event: CallEvent,
  options: MachineOptions,
): Step {
  const { gathered, allowed, route } = state;
  switch (event.type) {
    // `keyed`: since the far end rang by another gateway.
    case 'keyed':
    case 'keyed-ahead':
      return keyedAhead(state, event.digits, options);
    case 'record-stored':
      return connect(gathered, allowed, route);
    // Meanwhile the account was changed.
    case 'code-refused':
      return leave(gathered, refused(event.reason, changedRule), allowed);
    case 'number-refused':
      return leave(gathered, refused(event.reason, event.rule), allowed);
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
    case 'keyed':
      return keyedWhileRinging(state, event.digits, options);
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
    case 'connection-lost':
      return close(bridge, allowed, lostAt(event.atMs), true);
    case 'account-set':
      return accountSet(state, event);
    default:
      return stay(state);
  }
}

/** Who waits for an answer and keys an emergency number has changed their mind. */
function keyedWhileRinging(
  state: CallState & { name: 'connecting' | 'talking' },
  digits: string,
  options: MachineOptions,
): Step {
  const { allowed, bridge } = state;
  const emergency = emergencyMeant(digits, options.emergencyIn);
  if (emergency === null || state.name === 'talking' || isEmergency(allowed)) return stay(state);
  if (bridge.over) return placeEmergency(state.gathered, emergency);
  return {
    state: { ...state, bridge: { ...bridge, emergency } },
    effects: bridge.emergency === null ? [{ type: 'give-up-bridge' }] : [],
  };
}

function bridgeEnded(
  state: CallState & { name: 'connecting' | 'talking' },
  failure: BridgeFailure | null,
  options: MachineOptions,
): Step {
  const { gathered, allowed, bridge } = state;
  if (bridge.emergency !== null) return placeEmergency(gathered, bridge.emergency);
  if (wasAnswered(bridge)) {
    // The switch hangs the caller up by itself; where it does not, nobody should sit in silence.
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
  if (bridge.emergency !== null) return placeEmergency(gathered, bridge.emergency);
  const failure = failureOf(bridge);
  const next = bridge.route + 1;
  const isMore = next < options.routeCount(allowed.number.callType);
  if (isMore && failure !== null && failure.outcome !== 'cancelled') {
    if (isEmergency(allowed)) return connect(gathered, allowed, next);
    if (failure.ofGateway) return place(gathered, allowed, next);
  }
  return leave(gathered, endingOf(bridge, allowed, null), allowed, bridge);
}
