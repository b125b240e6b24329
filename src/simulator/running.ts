import { applicationJson, endedBy, later } from './call.ts';
import type { Call, Run } from './call.ts';
import { completeLeg } from './complete.ts';
import { callerAck, sdpSlots } from './headers.ts';
import { dropKeys, tellKeying } from './keys.ts';
import { isUp } from './leg.ts';
import { applyTemplate, getVariable, setVariable } from './variables.ts';

export function dropKeysWhereParked(call: Call): void {
  if (call.stack.length === 0 && call.queue.length === 0 && call.socketUuid !== null) dropKeys(call);
}

/** The application is done; if something runs on top of it, FreeSWITCH comes back to it only after that. */
export function finish(call: Call, run: Run): void {
  run.over = true;
  run.onDigit = null;
  run.onHangup = null;
  run.onBreak = null;
  run.onCovered = null;
  run.onUncovered = null;
  if (call.stack.at(-1) !== run) return;
  call.stack.pop();
  call.core.events.fire(call.caller, 'CHANNEL_EXECUTE_COMPLETE', '', applicationJson(run, run.response));
  setVariable(call.caller.variables, 'current_loop', null);
  setVariable(call.caller.variables, 'total_loops', null);
  if (call.ackPending) {
    call.ackPending = false;
    applyTemplate(call.caller.variables, callerAck, { ...callerSlots(call), ...sdpSlots });
  }
  const below = call.stack.at(-1);
  if (below?.over === true) finish(call, below);
  else if (!isUp(call.caller)) unwind(call);
  else if (below !== undefined) {
    below.onUncovered?.();
    if (call.dtmf !== '') below.onDigit?.();
  }
  if (isUp(call.caller) && !call.pumping && (call.queue.length > 0 || call.stack.length === 0)) {
    call.pumping = true;
    queueMicrotask(() => call.pump());
  }
}

export function callerSlots(call: Call): Record<string, string> {
  const { caller } = call;
  return {
    id: caller.id,
    session: getVariable(caller.variables, 'session_id') ?? '',
    user: caller.user,
    display: caller.callerName,
    dialled: caller.destination,
  };
}

/** The caller's leg goes down: `caller` when the phone hung up, else from the side of FreeSWITCH. */
export function hangUp(call: Call, cause: string, by: 'caller' | 'switch', tellEnd = true): void {
  const { caller, core } = call;
  if (!isUp(caller)) return;
  const answered = caller.answerState === 'answered';
  if (by === 'caller' && answered) {
    setVariable(caller.variables, 'sip_term_status', '200');
    setVariable(caller.variables, 'proto_specific_hangup_cause', 'sip:200');
    setVariable(caller.variables, 'sip_term_cause', '16');
  }
  if (by === 'caller' && call.result.bridged && getVariable(caller.variables, 'bridge_to') !== null) {
    setVariable(caller.variables, 'last_bridge_role', 'originator');
  }
  caller.hangupCause = cause;
  caller.answerState = 'hangup';
  caller.stateNumber = 10;
  call.result.hangupCause = cause;
  if (tellEnd) endedBy(call, by, cause);
  core.events.fire(caller, 'CHANNEL_HANGUP');
  caller.times.hangup = core.clock.nowUs();
  if (by === 'caller') setVariable(caller.variables, 'sip_hangup_disposition', answered ? 'recv_bye' : 'recv_cancel');
  call.queue.length = 0;
  const top = call.stack.at(-1);
  // An application that is being started ends by itself; the others are told.
  if (top === undefined || top.onHangup !== null) unwind(call);
}

/** Ends what still runs, top first; then the leg. */
function unwind(call: Call): void {
  const top = call.stack.at(-1);
  if (top !== undefined) {
    const { onHangup } = top;
    top.onHangup = null;
    if (top.over) finish(call, top);
    else onHangup?.();
    return;
  }
  socketOver(call);
  tellKeying(call);
  for (const task of call.beforeComplete.splice(0)) task();
  if (call.script.noticeFirst !== true) {
    endLeg(call);
    return;
  }
  call.connection?.channelGone();
  later(call, call.core.paceMs, () => endLeg(call));
}

function endLeg(call: Call): void {
  const sent = getVariable(call.caller.variables, 'sip_hangup_disposition') === null ? sentByUs(call) : null;
  completeLeg(call.core, call.caller, sent);
  for (const task of call.afterComplete.splice(0)) task();
  for (const cancel of [...call.timers]) cancel();
  if (call.script.noticeFirst !== true) call.connection?.channelGone();
  call.result.endedAtMs = call.core.clock.nowUs() / 1000;
  const over = call.finish;
  call.finish = null;
  over?.();
}

function sentByUs(call: Call): 'send_bye' | 'send_refuse' {
  return call.caller.times.answered > 0 ? 'send_bye' : 'send_refuse';
}

/** CHANNEL_EXECUTE_COMPLETE of the `socket` application itself. */
export function socketOver(call: Call): void {
  if (call.socketUuid === null) return;
  const run = { app: 'socket', arg: call.socketData, uuid: call.socketUuid };
  call.socketUuid = null;
  call.core.events.fire(call.caller, 'CHANNEL_EXECUTE_COMPLETE', '', applicationJson(run, '_none_'));
}

/** Without its controller the `socket` application ends once nothing runs, and the dialplan goes on. */
export function leaveSocket(call: Call): void {
  const idle = call.stack.length === 0 && call.queue.length === 0;
  if (call.connection !== null || call.socketUuid === null || !idle || !isUp(call.caller)) return;
  socketOver(call);
  call.afterSocket();
}
