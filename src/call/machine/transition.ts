import type { CallState } from '../state.ts';
import { fromConfirming } from './confirming.ts';
import { fromBridged, fromRecording } from './connecting.ts';
import { fromDeciding } from './deciding.ts';
import { fromLeaving } from './leaving.ts';
import { fromCheckingCode, fromCollecting, fromNew } from './entering.ts';
import type { CallEvent, MachineOptions, Step } from './events.ts';
import { stay } from './steps.ts';
import { fromSettling, handedOver, toBeHandedOver } from './talking.ts';

/**
 * One call's transition table: pure, without I/O, clock or randomness. A pair of state and event that means nothing is a
 * no-op (`stay`): the switch's events may arrive late, twice or in another order.
 */
export function transition(state: CallState, event: CallEvent, options: MachineOptions): Step {
  const step = event.type === 'leave-in-conversation' ? stay(toBeHandedOver(state)) : stepFrom(state, event, options);
  return handedOver(step);
}

function stepFrom(state: CallState, event: CallEvent, options: MachineOptions): Step {
  switch (state.name) {
    case 'new':
      return fromNew(state, event, options);
    case 'collecting':
      return fromCollecting(state, event, options);
    case 'checking-code':
      return fromCheckingCode(state, event, options);
    case 'deciding':
      return fromDeciding(state, event, options);
    case 'confirming':
      return fromConfirming(state, event, options);
    case 'recording':
      return fromRecording(state, event, options);
    case 'connecting':
    case 'talking':
      return fromBridged(state, event, options);
    case 'settling':
      return fromSettling(state, event);
    case 'leaving':
      return fromLeaving(state, event, options);
    case 'ended':
      return stay(state);
  }
}
