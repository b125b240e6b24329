import { randomUUID } from 'node:crypto';
import { applications, needsMedia } from './applications.ts';
import { applicationJson, later } from './call.ts';
import type { Call, Message, Run } from './call.ts';
import { causeNamed } from './causes.ts';
import { tellKeying } from './keys.ts';
import { isUp } from './leg.ts';
import type { Leg } from './leg.ts';
import { preAnswer } from './media.ts';
import { dropKeysWhereParked, hangUp, leaveSocket } from './running.ts';
import { expand } from './tokens.ts';
import { getVariable, setVariable } from './variables.ts';

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
    ...{ response: '_none_', over: false, onDigit: null, onHangup: null, onBreak: null },
    ...{ onCovered: null, onUncovered: null },
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
