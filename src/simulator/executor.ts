import { randomUUID } from 'node:crypto';
import { applications, needsMedia } from './applications.ts';
import { applicationJson, endedBy, later } from './call.ts';
import type { Call, Message, Run } from './call.ts';
import { causeNamed } from './causes.ts';
import { completeLeg } from './complete.ts';
import { callerAck, sdpSlots } from './headers.ts';
import { isUp } from './leg.ts';
import type { Leg } from './leg.ts';
import { preAnswer } from './media.ts';
import { dropKeys, tellKeying } from './prompt.ts';
import { expand } from './tokens.ts';
import { applyTemplate, getVariable, setVariable } from './variables.ts';

/**
 * Runs what `sendmsg` asks for, one after another. The channel looks at its queue once a frame (20 ms), and also while a
 * running application reads frames: such a message runs at once, on top of that application, unless it was sent with
 * `event-lock: true` (switch_ivr.c, switch_ivr_parse_event and switch_ivr_parse_all_events).
 */
export function enqueue(call: Call, leg: Leg, message: Message): void {
  if (leg !== call.caller) {
    onCallee(call, leg, message);
    return;
  }
  call.queue.push(message);
  if (call.pumping) return;
  call.pumping = true;
  if (call.core.paceMs === 0) queueMicrotask(() => pump(call));
  else later(call, call.core.paceMs, () => pump(call));
}

/** The queue is looked at: everything that does not wait runs in this frame. */
export function pump(call: Call): void {
  call.pumping = false;
  while (isUp(call.caller) && !call.stack.some((run) => run.lock)) {
    const message = call.queue.shift();
    if (message === undefined) break;
    take(call, message);
  }
  dropKeysWhereParked(call);
  leaveSocket(call);
}

export function dropKeysWhereParked(call: Call): void {
  if (call.stack.length === 0 && call.queue.length === 0 && call.socketUuid !== null) dropKeys(call);
}

function take(call: Call, message: Message): void {
  const header = (name: string): string => message.headers.get(name) ?? '';
  switch (header('call-command').toLowerCase()) {
    case 'execute': {
      const arg = header('execute-app-arg') === '' ? header('_body') : header('execute-app-arg');
      execute(call, header('execute-app-name'), arg, {
        uuid: header('event-uuid') === '' ? randomUUID() : header('event-uuid'),
        lock: header('event-lock').toLowerCase() === 'true',
        loops: header('loops') === '' ? '1' : header('loops'),
      });
      return;
    }
    case 'hangup': {
      const cause = header('hangup-cause');
      hangUp(call, cause === '' ? 'NORMAL_CLEARING' : causeNamed(cause), 'switch');
      return;
    }
  }
}

function execute(call: Call, name: string, arg: string, how: { uuid: string; lock: boolean; loops: string }): void {
  const { caller, core } = call;
  const application = applications[name];
  const { variables } = caller;
  setVariable(variables, 'current_loop', '1');
  setVariable(variables, 'total_loops', how.loops);
  if (application === undefined) {
    // FreeSWITCH knows no mercy here (switch_core_session_execute_application_get_flags).
    hangUp(call, 'DESTINATION_OUT_OF_ORDER', 'switch');
    return;
  }
  if (name === 'bridge') tellKeying(call);
  if (needsMedia(name)) preAnswer(call);
  const expanded = expand(arg, (variable) => getVariable(variables, variable));
  const run: Run = {
    ...{ app: name, arg: expanded, uuid: how.uuid, lock: how.lock },
    ...{ response: '_none_', over: false, onDigit: null, onHangup: null, onCovered: null, onUncovered: null },
  };
  caller.lastApp = { name, arg: expanded };
  setVariable(variables, 'current_application', name);
  setVariable(variables, 'current_application_data', expanded);
  setVariable(variables, 'current_application_response', null);
  core.events.fire(caller, 'CHANNEL_EXECUTE', '', applicationJson(run, null));
  setVariable(variables, 'current_application', name);
  call.stack.at(-1)?.onCovered?.();
  call.stack.push(run);
  application(call, run);
}

/** The application is done; if something runs on top of it, FreeSWITCH comes back to it only after that. */
export function finish(call: Call, run: Run): void {
  run.over = true;
  run.onDigit = null;
  run.onHangup = null;
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
    queueMicrotask(() => pump(call));
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

/** On the callee's leg only a hangup is of use to a controller. */
function onCallee(call: Call, leg: Leg, message: Message): void {
  const command = message.headers.get('call-command')?.toLowerCase();
  const app = message.headers.get('execute-app-name')?.toLowerCase();
  if (command !== 'hangup' && !(command === 'execute' && app === 'hangup')) return;
  const cause = message.headers.get(command === 'hangup' ? 'hangup-cause' : 'execute-app-arg') ?? '';
  later(call, call.core.paceMs, () =>
    call.core.channels.get(leg.id)?.kill(cause === '' ? 'NORMAL_CLEARING' : causeNamed(cause)),
  );
}
