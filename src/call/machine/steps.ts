import { abandoned, farewellTo, interrupted, shownCause } from '../ending.ts';
import type { Billed, CallEvent, Step } from './events.ts';
import type { Allowed, BridgeProgress, CallState, Ending, Gathered } from '../state.ts';

export const unbilled: Billed = {
  answeredAtMs: null,
  endedAtMs: null,
  billableMs: 0,
  estimated: false,
  closedBy: 'event',
};
export const lost: Billed = { ...unbilled, closedBy: 'controller' };

export const stay = (state: CallState): Step => ({ state, effects: [] });

/** Before the bridge a hangup or a lost connection ends the call, in whatever state it is. */
export function unlessOver(state: CallState, event: CallEvent): Step {
  switch (event.type) {
    case 'caller-ended':
      return finish(abandoned('caller-hung-up', event.end.cause), unbilled);
    case 'connection-lost':
      return finish(interrupted(null), lost);
    default:
      return stay(state);
  }
}

export function finish(ending: Ending, billed: Billed): Step {
  return { state: { name: 'ended' }, effects: [{ type: 'record-close', ending, billed }, { type: 'release' }] };
}

export function leave(
  gathered: Gathered,
  ending: Ending,
  allowed: Allowed | null = null,
  bridge: BridgeProgress | null = null,
): Step {
  if (gathered.forwarded) return refuseUnanswered(gathered, ending, allowed, bridge);
  return sayFarewell({ name: 'leaving', gathered, allowed, ending, bridge, timesSaid: 0 });
}

/** What was cut short by a key that meant nothing is said again. */
export function sayFarewell(state: CallState & { name: 'leaving' }): Step {
  const { ending } = state;
  return {
    state: { ...state, timesSaid: state.timesSaid + 1 },
    effects: [{ type: 'say-farewell', prompt: farewellTo(ending), ending }],
  };
}

/** Nobody who is forwarded is spoken to: the phone system that forwarded hears the cause, and may do something else. */
export function refuseUnanswered(
  gathered: Gathered,
  ending: Ending,
  allowed: Allowed | null = null,
  bridge: BridgeProgress | null = null,
): Step {
  return {
    state: { name: 'leaving', gathered, allowed, ending, bridge, timesSaid: 0 },
    effects: [{ type: 'hang-up', cause: shownCause(ending), ending }],
  };
}
