import { randomUUID } from 'node:crypto';
import { callerMedia, sdpSlots } from './headers.ts';
import { applicationJson, later, tell } from './call.ts';
import type { Call } from './call.ts';
import { isUp } from './leg.ts';
import type { Leg } from './leg.ts';
import { applyTemplate, getVariable, setVariable } from './variables.ts';

function bringUpMedia(call: Call): void {
  applyTemplate(call.caller.variables, callerMedia, {});
  setVariable(call.caller.variables, 'endpoint_disposition', 'EARLY MEDIA');
  call.caller.hasMedia = true;
  call.caller.callState = 'EARLY';
}

/** 183 with media, where the caller's leg has none yet. */
export function preAnswer(call: Call): void {
  const { caller, core } = call;
  if (caller.hasMedia || !isUp(caller)) return;
  bringUpMedia(call);
  setVariable(caller.variables, 'rtp_local_sdp_str', sdpSlots.switchSdp);
  caller.times.progressMedia = core.clock.nowUs();
  caller.answerState = 'early';
  core.events.fire(caller, 'CHANNEL_PROGRESS_MEDIA');
}

/** 200 to the caller. */
export function answerCaller(call: Call): void {
  const { caller, core } = call;
  if (caller.answerState === 'answered' || !isUp(caller)) return;
  if (!caller.hasMedia) bringUpMedia(call);
  setVariable(caller.variables, 'rtp_local_sdp_str', sdpSlots.switchSdp);
  const now = core.clock.nowUs();
  caller.times.answered = now;
  if (caller.times.progressMedia === 0) caller.times.progressMedia = now;
  caller.answerState = 'answered';
  core.events.fire(caller, 'CHANNEL_ANSWER');
  caller.callState = 'ACTIVE';
  setVariable(caller.variables, 'endpoint_disposition', 'ANSWER');
  call.ackPending = true;
  heartbeatOnAnswer(call, caller);
  const onAnswer = getVariable(caller.variables, 'execute_on_answer_heartbeat') ?? '';
  const [, seconds] = /^enable_heartbeat (\d+)/.exec(onAnswer) ?? [];
  if (seconds === undefined) return;
  tellExecuted(call, caller, 'enable_heartbeat', seconds);
  heartbeat(call, caller, Number(seconds));
}

/** An application that `execute_on_answer` ran on a leg: its events come like those of any other. */
export function tellExecuted(call: Call, leg: Leg, app: string, arg: string): void {
  const run = { app, arg, uuid: randomUUID() };
  leg.lastApp = { name: app, arg };
  setVariable(leg.variables, 'current_application_data', arg);
  setVariable(leg.variables, 'current_application', app);
  call.core.events.fire(leg, 'CHANNEL_EXECUTE', '', applicationJson(run, null));
  call.core.events.fire(leg, 'CHANNEL_EXECUTE_COMPLETE', '', applicationJson(run, '_none_'));
}

/** A prompt begins to play. */
export function hear(call: Call, file: string): void {
  call.result.heard.push({ atMs: Math.round((call.core.clock.nowUs() - call.caller.times.created) / 1000), file });
  tell(call, { kind: 'heard', file });
}

/** `enable_heartbeat_events`: seconds, set before the answer (switch_channel.c, switch_channel_perform_mark_answered). */
export function heartbeatOnAnswer(call: Call, leg: Leg): void {
  const seconds = Number.parseInt(getVariable(leg.variables, 'enable_heartbeat_events') ?? '', 10);
  if (seconds > 0) heartbeat(call, leg, seconds);
}

/** SESSION_HEARTBEAT of a leg, every so many seconds while it is up. */
export function heartbeat(call: Call, leg: Leg, seconds: number): void {
  const beat = (): void => {
    if (!isUp(leg)) return;
    call.core.events.fire(leg, 'SESSION_HEARTBEAT');
    later(call, seconds * 1000, beat);
  };
  later(call, seconds * 1000, beat);
}
