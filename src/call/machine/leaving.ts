import { shownCause } from '../ending.ts';
import { emergencyMeant } from '../entry.ts';
import type { CallState } from '../state.ts';
import { placeEmergency } from './connecting.ts';
import { close, lostAt, wasAnswered } from './ending.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { finish, lost, sayFarewell, stay, unbilled } from './steps.ts';

/** Somebody who keys on and on is not told any more. */
const farewellsAtMost = 3;

export function fromLeaving(state: CallState & { name: 'leaving' }, event: CallEvent, options: MachineOptions): Step {
  switch (event.type) {
    case 'keyed': {
      const { gathered, ending, timesSaid } = state;
      const emergency = emergencyMeant(event.digits, options.emergencyIn);
      if (emergency !== null) return placeEmergency(gathered, emergency);
      const isCutShort = event.digits !== '' || event.terminated;
      if (isCutShort && timesSaid < farewellsAtMost) return sayFarewell(state);
      return { state, effects: [{ type: 'hang-up', cause: shownCause(ending), ending }] };
    }
    case 'callee-ended':
      if (state.bridge === null) return stay(state);
      return stay({ ...state, bridge: { ...state.bridge, calleeEnd: event.end } });
    case 'caller-ended':
    case 'connection-lost': {
      const { bridge, allowed } = state;
      // The last moment at which the two sides can cross: an answer that the failed bridge did not know of is still billed.
      if (bridge !== null && allowed !== null && wasAnswered(bridge)) {
        const isLost = event.type === 'connection-lost';
        const last = bridge.calleeEnd ?? (isLost ? lostAt(event.atMs) : event.end);
        return close(bridge, allowed, last, isLost && bridge.calleeEnd === null);
      }
      return finish(state.ending, event.type === 'connection-lost' ? lost : unbilled);
    }
    default:
      return stay(state);
  }
}
