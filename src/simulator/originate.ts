import { calleeAnswers, calleePlays, calleeRings, createCallee } from './callee.ts';
import type { Callee } from './callee.ts';
import { later, secondsFromNow, tell } from './call.ts';
import type { Call, Run } from './call.ts';
import { calleeGone, callerGone, completeCallee, connectLegs, hangUpCallee, stopTimers } from './bridged.ts';
import type { Bridging } from './bridged.ts';
import { causeOfSip, dialStatusOf, numberOf } from './causes.ts';
import { keepsCaller } from './complete.ts';
import type { SentHangup } from './complete.ts';
import { parseDialString } from './dial-string.ts';
import type { Endpoint } from './dial-string.ts';
import { finish, hangUp } from './running.ts';
import type { FarEnd, HangsUp } from './far-end.ts';
import { isUp } from './leg.ts';
import { runHooks } from './leg-hooks.ts';
import type { Moment } from './leg-hooks.ts';
import { answerCaller, preAnswer } from './media.ts';
import { callerHangsUp } from './phone.ts';
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

type ExistingFarEnd = Exclude<FarEnd, { kind: 'gateway-down' }>;

function originate(
  call: Call,
  run: Run,
  endpoint: Endpoint,
  farEnd: ExistingFarEnd,
  failed: (cause: string, legId: string) => void,
): void {
  const { core, caller } = call;
  const callee = createCallee(call, endpoint, farEnd);
  const { leg } = callee;
  const bridging: Bridging = { call, run, callee, bridged: false, cancels: [], scheduled: [] };
  call.result.calleeLegId = leg.id;
  core.channels.set(leg.id, { leg, call, kill: (cause) => end(cause, 'switch') });
  setVariable(caller.variables, 'originate_signal_bond', leg.id);
  setVariable(caller.variables, 'originated_legs', `${leg.id};Outbound Call;${leg.destination}`);

  const after = (ms: number, task: () => void): void => {
    if (ms < Infinity) bridging.cancels.push(later(call, ms, task));
  };
  const refuse = (cause: string, sent: SentHangup): void => refused(bridging, cause, sent, failed);
  const end = (cause: string, by: 'callee' | 'switch'): void => {
    if (!isUp(leg)) return;
    if (bridging.bridged) calleeGone(bridging, cause, by);
    else refuse(cause, leg.answerState === 'answered' ? 'send_bye' : 'send_cancel');
  };
  const runAt = (moment: Moment): void => runHooks(bridging, moment, (cause) => end(cause, 'switch'));
  const hangsUp = (who: HangsUp): void => {
    switch (who) {
      case 'caller':
        callerHangsUp(call);
        break;
      case 'callee':
        end('NORMAL_CLEARING', 'callee');
        break;
      case 'nobody':
        // The called side is gone: FreeSWITCH notices when nothing has come from it for so long (rtp-timeout-sec).
        after(mediaTimeoutMs(callee), () => end('MEDIA_TIMEOUT', 'switch'));
        break;
    }
  };
  const ring = (): void => {
    calleeRings(call, callee);
    tell(call, { kind: 'ringing' });
  };
  const media = (): void => {
    calleePlays(call, callee);
    runAt('pre_answer');
    runAt('media');
    preAnswer(call);
  };
  const answer = (talkMs: number, who: HangsUp): void => {
    const hadMedia = leg.hasMedia;
    calleeAnswers(call, callee);
    call.result.answered = true;
    tell(call, { kind: 'answered' });
    answerCaller(call);
    runAt('answer');
    if (!hadMedia) runAt('media');
    after(talkMs, () => hangsUp(who));
    if (bridging.bridged) return;
    // After 180 the bridge comes with the answer; a 200 out of the blue takes one more frame.
    if (leg.times.progress > 0) connectLegs(bridging);
    else after(core.paceMs, () => connectLegs(bridging));
  };

  run.onHangup = () => callerGone(bridging);
  const limit = leg.variables.get('originate_timeout')?.value ?? getVariable(caller.variables, 'call_timeout') ?? '60';
  after(secondsFromNow(core.clock, Number.parseInt(limit, 10) || 60), () => {
    if (!bridging.bridged && leg.answerState !== 'answered') refuse('NO_ANSWER', 'send_cancel');
  });
  runAt('originate');
  switch (farEnd.kind) {
    case 'answers':
      if (farEnd.earlyMedia === true) {
        after(core.paceMs, media);
        after(core.paceMs * 2, () => connectLegs(bridging));
      } else if (farEnd.afterMs > core.paceMs) ring();
      after(Math.max(core.paceMs, farEnd.afterMs), () => answer(farEnd.talkMs, farEnd.hangsUp));
      break;
    case 'refuses': {
      const { status, afterMs = 0 } = farEnd;
      if (afterMs > core.paceMs) ring();
      after(Math.max(core.paceMs, afterMs), () => refuse(takeRefusal(bridging, status), null));
      break;
    }
    case 'rings':
      ring();
      if (farEnd.callerGivesUpAfterMs !== undefined) after(farEnd.callerGivesUpAfterMs, () => callerHangsUp(call));
      break;
    case 'early-media':
      after(core.paceMs, media);
      after(core.paceMs * 2, () => connectLegs(bridging));
      after(core.paceMs * 2 + farEnd.lastsMs, () => {
        if (farEnd.hangsUp === 'caller') callerHangsUp(call);
        else end(takeRefusal(bridging, farEnd.status ?? 480), 'callee');
      });
      break;
  }
}

function mediaTimeoutMs({ leg }: Callee): number {
  return Number(getVariable(leg.variables, 'billing_media_timeout_seconds') ?? Infinity) * 1000;
}

/** A final SIP answer that is not 200, as the callee's leg notes it; the cause that comes of it. */
function takeRefusal({ callee }: Bridging, status: number): string {
  const { cause, phrase } = causeOfSip(status);
  const { variables } = callee.leg;
  setVariable(variables, 'sip_hangup_disposition', 'recv_refuse');
  setVariable(variables, 'sip_invite_failure_status', `${status}`);
  setVariable(variables, 'sip_invite_failure_phrase', phrase);
  setVariable(variables, 'sip_term_status', `${status}`);
  setVariable(variables, 'proto_specific_hangup_cause', `sip:${status}`);
  setVariable(variables, 'sip_term_cause', `${numberOf(cause)}`);
  return cause;
}

/** The callee's leg goes down before it is bridged. */
function refused(
  bridging: Bridging,
  cause: string,
  sent: SentHangup,
  failed: (cause: string, legId: string) => void,
): void {
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
