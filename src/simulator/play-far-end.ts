import { connectLegs, plan } from './bridged.ts';
import type { Bridging } from './bridged.ts';
import { calleeAnswers, calleePlays, calleeRings } from './callee.ts';
import type { Callee } from './callee.ts';
import { tell } from './call.ts';
import { causeOfSip, numberOf } from './causes.ts';
import type { FarEnd, HangsUp } from './far-end.ts';
import { runHooks } from './leg-hooks.ts';
import type { Moment } from './leg-hooks.ts';
import { answerCaller, preAnswer } from './media.ts';
import { callerHangsUp } from './phone.ts';
import { getVariable, setVariable } from './variables.ts';

export type ExistingFarEnd = Exclude<FarEnd, { kind: 'gateway-down' }>;

/** How the callee's leg comes down. */
export type Endings = {
  /** The far end refused, with this cause. */
  readonly refuse: (cause: string) => void;
  readonly end: (cause: string, by: 'callee' | 'switch') => void;
};

/** Lets the far end ring, answer, refuse and hang up as the script has it. */
export function playFarEnd(bridging: Bridging, farEnd: ExistingFarEnd, endings: Endings): void {
  const { call } = bridging;
  const { paceMs } = call.core;
  switch (farEnd.kind) {
    case 'answers':
      if (farEnd.earlyMedia === true) earlyMedia(bridging, endings);
      else if (farEnd.afterMs > paceMs) ring(bridging);
      plan(bridging, Math.max(paceMs, farEnd.afterMs), () => answer(bridging, farEnd, endings));
      break;
    case 'refuses': {
      const { status, afterMs = 0 } = farEnd;
      if (afterMs > paceMs) ring(bridging);
      plan(bridging, Math.max(paceMs, afterMs), () => endings.refuse(takeRefusal(bridging, status)));
      break;
    }
    case 'rings':
      ring(bridging);
      plan(bridging, farEnd.callerGivesUpAfterMs ?? Infinity, () => callerHangsUp(call));
      break;
    case 'early-media':
      earlyMedia(bridging, endings);
      plan(bridging, paceMs * 2 + farEnd.lastsMs, () => {
        if (farEnd.hangsUp === 'caller') callerHangsUp(call);
        else endings.end(takeRefusal(bridging, farEnd.status ?? 480), 'callee');
      });
      break;
  }
}

function ring({ call, callee }: Bridging): void {
  calleeRings(call, callee);
  tell(call, { kind: 'ringing' });
}

function earlyMedia(bridging: Bridging, endings: Endings): void {
  const { call, callee } = bridging;
  const { paceMs } = call.core;
  plan(bridging, paceMs, () => {
    calleePlays(call, callee);
    runAt(bridging, 'pre_answer', endings);
    runAt(bridging, 'media', endings);
    preAnswer(call);
  });
  plan(bridging, paceMs * 2, () => connectLegs(bridging));
}

function answer(bridging: Bridging, { talkMs, hangsUp }: ExistingFarEnd & { kind: 'answers' }, endings: Endings): void {
  const { call, callee } = bridging;
  const { leg } = callee;
  const hadMedia = leg.hasMedia;
  calleeAnswers(call, callee);
  call.result.answered = true;
  tell(call, { kind: 'answered' });
  answerCaller(call);
  runAt(bridging, 'answer', endings);
  if (!hadMedia) runAt(bridging, 'media', endings);
  plan(bridging, talkMs, () => hangUp(bridging, hangsUp, endings));
  if (bridging.bridged) return;
  // After 180 the bridge comes with the answer; a 200 out of the blue takes one more frame.
  if (leg.times.progress > 0) connectLegs(bridging);
  else plan(bridging, call.core.paceMs, () => connectLegs(bridging));
}

function hangUp(bridging: Bridging, who: HangsUp, { end }: Endings): void {
  switch (who) {
    case 'caller':
      callerHangsUp(bridging.call);
      break;
    case 'callee':
      end('NORMAL_CLEARING', 'callee');
      break;
    case 'nobody':
      // The called side is gone: FreeSWITCH notices when nothing has come from it for so long (rtp-timeout-sec).
      plan(bridging, mediaTimeoutMs(bridging.callee), () => end('MEDIA_TIMEOUT', 'switch'));
      break;
  }
}

const runAt = (bridging: Bridging, moment: Moment, { end }: Endings): void =>
  runHooks(bridging, moment, (cause) => end(cause, 'switch'));

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
