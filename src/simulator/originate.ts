import { createCallee } from './callee.ts';
import { later, secondsFromNow, tell } from './call.ts';
import type { Call, Run } from './call.ts';
import { calleeGone, callerGone, completeCallee, hangUpCallee, plan, stopTimers } from './bridged.ts';
import type { Bridging } from './bridged.ts';
import { dialStatusOf } from './causes.ts';
import { keepsCaller } from './complete.ts';
import type { SentHangup } from './complete.ts';
import { parseDialString } from './dial-string.ts';
import type { Endpoint } from './dial-string.ts';
import type { FarEnd } from './far-end.ts';
import { dropKeys } from './keys.ts';
import { isUp } from './leg.ts';
import { runHooks } from './leg-hooks.ts';
import { keyUnasked } from './phone.ts';
import { playFarEnd } from './play-far-end.ts';
import type { ExistingFarEnd } from './play-far-end.ts';
import { finish, hangUp } from './running.ts';
import { getVariable, setVariable } from './variables.ts';

const quickTalk: FarEnd = { kind: 'answers', afterMs: 20, talkMs: 100, hangsUp: 'callee' };

/** `bridge DIALSTRING` up to the bridge itself (mod_dptools.c, switch_ivr_originate.c). */
export function bridge(call: Call, run: Run): void {
  setVariable(call.caller.variables, 'originate_disposition', 'failure');
  setVariable(call.caller.variables, 'DIALSTATUS', 'INVALIDARGS');
  const endpoints = parseDialString(run.arg);
  if (endpoints === null) fail(call, run, 'DESTINATION_OUT_OF_ORDER', null);
  else tryNext(call, run, endpoints, 0);
}

function tryNext(call: Call, run: Run, endpoints: readonly Endpoint[], index: number): void {
  const endpoint = endpoints[index];
  if (endpoint === undefined) return;
  const { script, core } = call;
  const farEnd = typeof script.farEnd === 'function' ? script.farEnd(endpoint.number) : (script.farEnd ?? quickTalk);
  const failed = (cause: string, legId: string | null): void => {
    if (index + 1 < endpoints.length) tryNext(call, run, endpoints, index + 1);
    else fail(call, run, cause, legId);
  };
  call.result.calledNumber = endpoint.number;
  tell(call, { kind: 'calling', number: endpoint.number });
  if (farEnd.kind !== 'gateway-down') {
    originate(call, run, endpoint, farEnd, failed);
    return;
  }
  const cancel = later(call, core.paceMs, () => failed(farEnd.cause ?? 'INVALID_GATEWAY', null));
  run.onHangup = () => {
    cancel();
    finish(call, run);
  };
}

/** The bridge has failed: the caller's leg goes on or is hung up with the same cause. */
function fail(call: Call, run: Run, cause: string, legId: string | null): void {
  const { variables } = call.caller;
  setVariable(variables, 'originate_disposition', cause);
  setVariable(variables, 'DIALSTATUS', dialStatusOf(cause));
  if (legId !== null) setVariable(variables, 'originate_causes', `${legId};${cause}`);
  setVariable(variables, 'originate_failed_cause', cause);
  tell(call, { kind: 'not-connected', cause });
  run.onHangup = null;
  if (!keepsCaller(cause, variables)) hangUp(call, cause, 'switch');
  finish(call, run);
}

type Failed = (cause: string, legId: string) => void;

/** Creates the callee's leg, and lets the far end do what the script says. */
function originate(call: Call, run: Run, endpoint: Endpoint, farEnd: ExistingFarEnd, failed: Failed): void {
  const { core, caller } = call;
  const callee = createCallee(call, endpoint, farEnd);
  const { leg } = callee;
  const bridging: Bridging = { call, run, callee, bridged: false, cancels: [] };
  call.result.calleeLegId = leg.id;
  const refuse = (cause: string, sent: SentHangup): void => refused(bridging, cause, sent, failed);
  const end = (cause: string, by: 'callee' | 'switch'): void => {
    if (!isUp(leg)) return;
    if (bridging.bridged) calleeGone(bridging, cause, by);
    else refuse(cause, leg.answerState === 'answered' ? 'send_bye' : 'send_cancel');
  };
  core.channels.set(leg.id, { leg, call, kill: (cause) => end(cause, 'switch') });
  setVariable(caller.variables, 'originate_signal_bond', leg.id);
  setVariable(caller.variables, 'originated_legs', `${leg.id};Outbound Call;${leg.destination}`);

  run.onHangup = () => callerGone(bridging);
  run.onDigit = () => takeKeys(bridging);
  const limit = leg.variables.get('originate_timeout')?.value ?? getVariable(caller.variables, 'call_timeout') ?? '60';
  plan(bridging, secondsFromNow(core.clock, Number.parseInt(limit, 10) || 60), () => {
    if (!bridging.bridged && leg.answerState !== 'answered') refuse('NO_ANSWER', 'send_cancel');
  });
  runHooks(bridging, 'originate', (cause) => end(cause, 'switch'));
  keyUnasked(call, 'whileRinging');
  if (call.dtmf !== '') run.onDigit();
  playFarEnd(bridging, farEnd, { refuse: (cause) => refuse(cause, null), end });
}

/** Keys go to the far end; before that, they wait, or are dropped (switch_ivr_originate.c, cancel_key). */
function takeKeys({ call, bridged }: Bridging): void {
  if (bridged || getVariable(call.caller.variables, 'origination_cancel_key') !== null) dropKeys(call);
}

/** The callee's leg goes down before it is bridged. */
function refused(bridging: Bridging, cause: string, sent: SentHangup, failed: Failed): void {
  const { call, run, callee } = bridging;
  const { variables, answerState } = call.caller;
  const { leg } = callee;
  stopTimers(bridging);
  hangUpCallee(bridging, cause);
  const tellCaller = (): void => {
    if (run.over) return;
    setVariable(variables, 'last_bridge_hangup_cause', cause);
    const proto = getVariable(leg.variables, 'proto_specific_hangup_cause');
    if (proto !== null) setVariable(variables, 'last_bridge_proto_specific_hangup_cause', proto);
    if (call.caller.callState === 'RING_WAIT')
      call.caller.callState = answerState === 'answered' ? 'ACTIVE' : 'RINGING';
    failed(cause, leg.id);
  };
  if (sent !== null) {
    // FreeSWITCH itself gave up: the caller's leg knows before the callee's has ended.
    tellCaller();
    completeCallee(bridging, sent);
    return;
  }
  const isLate = callee.farEnd.calleeCompletes === 'after-callers';
  if (!isLate) completeCallee(bridging, null);
  run.onHangup = () => {
    if (isLate) completeCallee(bridging, null);
    finish(call, run);
  };
  later(call, call.core.paceMs, () => {
    const phrase = getVariable(leg.variables, 'sip_invite_failure_phrase');
    setVariable(variables, 'sip_invite_failure_status', getVariable(leg.variables, 'sip_invite_failure_status'));
    setVariable(variables, 'sip_invite_failure_phrase', phrase);
    setVariable(variables, 'sip_hangup_phrase', phrase);
    const isCallerUp = !run.over;
    tellCaller();
    if (isLate && isCallerUp) completeCallee(bridging, null);
  });
}
