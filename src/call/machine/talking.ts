import type { Allowed, BridgeProgress, CallState } from '../state.ts';
import { close, lostAt, wasAnswered } from './ending.ts';
import type { CallEffect, CallEvent, Step } from './events.ts';
import { stay } from './steps.ts';

type Patience = (CallEffect & { type: 'await-callee' })['patience'];

/** The account that was keyed pays until the called party is gone, whoever talks in the caller's place. */
export function settle(state: CallState & { name: 'settling' }): Step {
  const { bridge, goesOn } = state;
  return {
    state,
    effects: [{ type: 'await-callee', patience: goesOn ? patienceWithOther(bridge) : patienceOf(bridge) }],
  };
}

const patienceOf = ({ failure }: BridgeProgress): Patience => (failure === null ? 'after-talk' : 'moment');

/** Somebody has picked the call up, perhaps before the called party has answered: with sound, it goes on without the caller's leg. */
const patienceWithOther = (bridge: BridgeProgress): Patience => (wasAnswered(bridge) ? 'conversation' : 'answer');

export function fromSettling(state: CallState & { name: 'settling' }, event: CallEvent): Step {
  const { allowed, bridge, callerEnd, goesOn } = state;
  switch (event.type) {
    case 'callee-answered': {
      const answered = { ...bridge, answeredAtMs: bridge.answeredAtMs ?? event.atMs };
      return goesOn ? settle({ ...state, bridge: answered }) : stay({ ...state, bridge: answered });
    }
    case 'callee-ended':
      return close({ ...bridge, calleeEnd: event.end }, allowed, callerEnd, false);
    case 'connection-lost':
      return close(bridge, allowed, goesOn ? lostAt(event.atMs) : callerEnd, goesOn || wasAnswered(bridge));
    case 'settled-late':
      return close(bridge, allowed, callerEnd, wasAnswered(bridge));
    case 'account-set':
      return accountSet(state, event);
    default:
      return stay(state);
  }
}

/** From now on this account pays, for all of the call. */
export function accountSet(
  state: CallState & { name: 'connecting' | 'talking' | 'settling' },
  { account, rule, longestTalkMs, mayGoOn }: CallEvent & { type: 'account-set' },
): Step {
  const { payer } = state.allowed;
  // Nothing changes who pays for an emergency call.
  if (payer.kind === 'emergency') return stay(state);
  const setLater = payer.kind === 'account' ? payer.setLater : payer.kind;
  const { authorizer } = state.gathered;
  const allowed: Allowed = {
    ...{ ...state.allowed, rule, longestTalkMs, mayGoOn },
    payer: { kind: 'account', account, authorizer, ...(setLater === undefined ? {} : { setLater }) },
  };
  const gathered = { ...state.gathered, account, code: account.code, codeLater: false };
  return { state: { ...state, gathered, allowed }, effects: [{ type: 'record-change' }] };
}

/** The conversation is to be left to the switch once there is one; a call that is over has none. */
export function toBeHandedOver(state: CallState): CallState {
  return 'gathered' in state ? { ...state, gathered: { ...state.gathered, handOver: true } } : state;
}

/** After any step: whether the two sides talk now, and are to be left alone. */
export function handedOver(step: Step): Step {
  const { state, effects } = step;
  if (!isConversation(state) || !state.gathered.handOver) return step;
  const { answeredAtMs, calleeEnd } = state.bridge;
  if (answeredAtMs === null || calleeEnd !== null) return step;
  return {
    state: { name: 'ended' },
    effects: [...effects, { type: 'record-leave', answeredAtMs }, { type: 'release' }],
  };
}

function isConversation(state: CallState): state is CallState & { name: 'talking' | 'settling' } {
  return state.name === 'talking' || (state.name === 'settling' && state.goesOn);
}
