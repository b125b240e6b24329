import { bridgeIds, linkLegs } from './callee.ts';
import type { Callee } from './callee.ts';
import { endedBy, later, tell } from './call.ts';
import type { Call, Run } from './call.ts';
import { completeLeg, keepsCaller } from './complete.ts';
import type { SentHangup } from './complete.ts';
import { dialStatusOf } from './causes.ts';
import { finish, hangUp } from './running.ts';
import { farFlows, sdpSlots } from './headers.ts';
import { asOtherLeg, isUp } from './leg.ts';
import { cancelScheduled } from './schedule.ts';
import { applyTemplate, getVariable, isTrue, setVariable } from './variables.ts';

/** One run of `bridge` with a callee's leg. */
export type Bridging = {
  readonly call: Call;
  readonly run: Run;
  readonly callee: Callee;
  bridged: boolean;
  /** Stop what is planned for the far end. */
  readonly cancels: (() => void)[];
};

/** Plans something of the far end; Infinity: never. */
export function plan(bridging: Bridging, ms: number, task: () => void): void {
  if (ms < Infinity) bridging.cancels.push(later(bridging.call, ms, task));
}

export function stopTimers(bridging: Bridging): void {
  for (const cancel of bridging.cancels.splice(0)) cancel();
  cancelScheduled(bridging.call.core, bridging.callee.leg.id);
}

/** The two legs hear each other (switch_ivr_bridge.c, switch_ivr_multi_threaded_bridge). */
export function connectLegs(bridging: Bridging): void {
  const { call, callee } = bridging;
  const { caller, core } = call;
  const { leg } = callee;
  if (!isUp(leg) || !isUp(caller) || bridging.bridged) return;
  bridging.bridged = true;
  call.result.bridged = true;
  const answered = leg.answerState === 'answered';
  const { variables } = caller;
  const now = core.clock.nowUs();
  caller.times.bridged = now;
  leg.times.bridged = now;
  if (caller.answerState === 'answered') caller.callState = 'ACTIVE';
  leg.state = 'CS_EXCHANGE_MEDIA';
  leg.stateNumber = 5;
  setVariable(variables, 'originate_signal_bond', null);
  setVariable(variables, 'switch_m_sdp', sdpSlots.farSdp);
  if (answered) applyTemplate(variables, farFlows, {});
  setVariable(variables, 'originate_disposition', 'SUCCESS');
  setVariable(variables, 'DIALSTATUS', 'SUCCESS');
  setVariable(variables, 'originate_causes', `${leg.id};NONE`);
  setVariable(variables, 'signal_bond', leg.id);
  const { created, answered: answeredUs, progress, progressMedia } = leg.times;
  caller.otherLegJson = asOtherLeg(leg, 'originatee', { created, answered: answeredUs, progress, progressMedia });
  core.events.fire(caller, 'CHANNEL_BRIDGE', bridgeIds(call, leg));
  linkLegs(caller, leg, answered);
  linkLegs(leg, caller, answered);
  tell(call, { kind: 'bridged' });
}

export function hangUpCallee({ call, callee }: Bridging, cause: string): void {
  const { leg } = callee;
  leg.hangupCause = cause;
  leg.answerState = 'hangup';
  leg.stateNumber = 10;
  call.result.calleeHangupCause = cause;
  call.core.events.fire(leg, 'CHANNEL_HANGUP');
  leg.times.hangup = call.core.clock.nowUs();
}

export function completeCallee({ call, callee }: Bridging, sent: SentHangup, last?: () => void): void {
  const { leg } = callee;
  if (leg.times.answered > 0) call.result.billableMs = Math.floor((leg.times.hangup - leg.times.answered) / 1000);
  completeLeg(call.core, leg, sent, last);
}

/** The callee hung up, or FreeSWITCH hung up the callee's leg: its events come first. */
export function calleeGone(bridging: Bridging, cause: string, by: 'callee' | 'switch'): void {
  const { call, run, callee } = bridging;
  const { leg } = callee;
  const { userAgent } = callee.farEnd;
  const answered = leg.answerState === 'answered';
  const sentBye = by === 'callee' && answered;
  const reason = sentBye && userAgent !== undefined ? 'Q.850;cause=16;text="NORMAL_CLEARING"' : null;
  stopTimers(bridging);
  if (sentBye) {
    if (reason !== null) setVariable(leg.variables, 'sip_reason', reason);
    setVariable(leg.variables, 'sip_term_status', '200');
    setVariable(leg.variables, 'proto_specific_hangup_cause', 'sip:200');
    setVariable(leg.variables, 'sip_term_cause', '16');
  }
  if (by === 'callee') setVariable(leg.variables, 'last_bridge_role', 'originatee');
  endedBy(call, by, cause);
  hangUpCallee(bridging, cause);
  setVariable(leg.variables, 'bridge_to', null);
  if (sentBye) {
    if (userAgent !== undefined) setVariable(leg.variables, 'sip_user_agent', userAgent);
    setVariable(leg.variables, 'sip_hangup_disposition', 'recv_bye');
  }
  const { calleeCompletes = 'at-once' } = callee.farEnd;
  const isLate = by === 'switch' && calleeCompletes !== 'at-once';
  const complete = (): void => {
    // By then the bridge has noted who ended it.
    if (isLate) setVariable(leg.variables, 'last_bridge_role', 'originatee');
    completeCallee(bridging, by === 'callee' ? null : answered ? 'send_bye' : 'send_cancel');
  };
  if (!isLate) complete();
  const callersTurn = (): void => {
    if (run.over) return;
    const { variables } = call.caller;
    setVariable(variables, 'bridge_to', null);
    if (reason !== null) setVariable(variables, 'sip_reason', reason);
    if (sentBye) setVariable(variables, 'sip_hangup_phrase', 'OK');
    setVariable(variables, 'last_bridge_hangup_cause', cause);
    const proto = getVariable(leg.variables, 'proto_specific_hangup_cause');
    if (proto !== null) setVariable(variables, 'last_bridge_proto_specific_hangup_cause', proto);
    unbridge(bridging);
    run.onHangup = null;
    const goesOn = answered ? !isTrue(getVariable(variables, 'hangup_after_bridge')) : keepsCaller(cause, variables);
    if (isLate && goesOn) complete();
    else if (isLate) (calleeCompletes === 'before-callers' ? call.beforeComplete : call.afterComplete).push(complete);
    if (!goesOn) hangUp(call, cause, 'switch', false);
    finish(call, run);
  };
  const cancel = later(call, call.core.paceMs, callersTurn);
  run.onHangup = () => {
    cancel();
    callersTurn();
  };
}

function unbridge({ call, callee }: Bridging): void {
  setVariable(call.caller.variables, 'bridge_hangup_cause', callee.leg.hangupCause);
  call.core.events.fire(call.caller, 'CHANNEL_UNBRIDGE', bridgeIds(call, callee.leg));
}

/** The caller's leg is down already; the callee's follows. */
export function callerGone(bridging: Bridging): void {
  const { call, run, callee, bridged } = bridging;
  const { leg } = callee;
  const { variables } = call.caller;
  const answered = leg.answerState === 'answered';
  stopTimers(bridging);
  if (!isUp(leg)) {
    finish(call, run);
    return;
  }
  const proto = getVariable(variables, 'proto_specific_hangup_cause');
  setVariable(leg.variables, 'bridge_to', null);
  if (proto !== null) setVariable(leg.variables, 'sip_hangup_phrase', 'OK');
  setVariable(leg.variables, 'last_bridge_hangup_cause', call.caller.hangupCause);
  if (proto !== null) setVariable(leg.variables, 'last_bridge_proto_specific_hangup_cause', proto);
  hangUpCallee(bridging, answered ? 'NORMAL_CLEARING' : 'ORIGINATOR_CANCEL');
  const sent = answered ? 'send_bye' : 'send_cancel';
  const { calleeCompletes = answered ? 'at-once' : 'before-callers' } = callee.farEnd;
  if (calleeCompletes === 'at-once') completeCallee(bridging, sent);
  else {
    // By then the bridge has taken its marks off the callee's leg.
    const last = (): void => {
      if (!bridged) return;
      setVariable(leg.variables, 'bridge_hangup_cause', call.caller.hangupCause);
      setVariable(leg.variables, 'call_uuid', leg.id);
      leg.callUuid = leg.id;
    };
    const queue = calleeCompletes === 'before-callers' ? call.beforeComplete : call.afterComplete;
    queue.push(() => completeCallee(bridging, sent, last));
  }
  if (bridged) {
    setVariable(variables, 'bridge_to', null);
    unbridge(bridging);
  } else {
    setVariable(variables, 'originate_disposition', 'ORIGINATOR_CANCEL');
    setVariable(variables, 'DIALSTATUS', dialStatusOf('ORIGINATOR_CANCEL'));
    setVariable(variables, 'originate_causes', `${leg.id};ORIGINATOR_CANCEL`);
    setVariable(variables, 'originate_failed_cause', 'ORIGINATOR_CANCEL');
  }
  finish(call, run);
}
