import type { LiveCall, LivePhase } from '../words/live-call.ts';
import { recordOf, type CallFacts } from './live-record.ts';
import type { CallState } from './state.ts';

const phases: Readonly<Record<CallState['name'], LivePhase>> = {
  new: 'arriving',
  collecting: 'keying',
  'checking-code': 'checking',
  deciding: 'checking',
  confirming: 'keying',
  recording: 'placing',
  connecting: 'ringing',
  talking: 'talking',
  settling: 'ending',
  leaving: 'ending',
  ended: 'ending',
};

/** A call as people who watch it see it. */
export function lookAt(call: { state(): CallState; facts(): CallFacts }): LiveCall {
  const now = call.state();
  const { callId, controller, extension, callerName, accountId, accountName, departmentId, ...rest } = recordOf(
    call.facts(),
  );
  const { keyedNumber, calledE164, callType, callingNumber, startedAtMs } = rest;
  const answered = 'bridge' in now ? now.bridge?.answeredAtMs : null;
  return {
    ...{ callId, controller, extension, callerName, accountId, accountName, departmentId },
    ...{ keyedNumber, calledE164, callType, callingNumber, startedAtMs },
    phase: phases[now.name],
    answeredSinceMs: typeof answered === 'number' ? answered : null,
  };
}
