import { answerApi } from './api.ts';
import { later, secondsFromNow } from './call.ts';
import type { Bridging } from './bridged.ts';
import { causeNamed } from './causes.ts';
import { heartbeat, heartbeatOnAnswer, tellExecuted } from './media.ts';
import { separate } from './tokens.ts';

/** What a leg's variables can be waiting for, in the order in which it comes. */
export type Moment = 'originate' | 'pre_answer' | 'media' | 'answer';

/**
 * Runs what the variables of the callee's leg ask for: of `execute_on_answer`, `execute_on_answer_2`, … each an application
 * (switch_channel.c, switch_channel_execute_on), of `api_on_answer…` a command (switch_channel_api_on), in the order in which they
 * were set. `end` hangs the leg up.
 */
export function runHooks(bridging: Bridging, moment: Moment, end: (cause: string) => void): void {
  const { call, callee } = bridging;
  for (const { name, value } of [...callee.leg.variables.values()]) {
    if (name.startsWith(`execute_on_${moment}`)) execute(bridging, value, end);
  }
  for (const { name, value } of [...callee.leg.variables.values()]) {
    if (name.startsWith(`api_on_${moment}`)) command(bridging, value, end);
  }
  if (moment === 'answer') heartbeatOnAnswer(call, callee.leg);
}

/** `sched_hangup +SECONDS ID CAUSE` and `sched_del ID` of mod_commands.c, for the leg itself; every other one answers as to anybody. */
function command(bridging: Bridging, value: string, end: (cause: string) => void): void {
  const [name, first = '', second, cause = 'ALLOTTED_TIMEOUT'] = value.split(' ');
  const legId = bridging.callee.leg.id;
  if (name === 'sched_hangup' && second === legId) scheduleHangup(bridging, first, cause, end);
  else if (name === 'sched_del' && first === legId) cancelScheduled(bridging);
  else answerApi(bridging.call.core, value);
}

function scheduleHangup(bridging: Bridging, after: string, cause: string, end: (cause: string) => void): void {
  const ms = secondsFromNow(bridging.call.core.clock, Number.parseInt(after.slice(1), 10) || 0);
  bridging.scheduled.push(later(bridging.call, ms, () => end(causeNamed(cause))));
}

/** All that was scheduled in the leg's name. */
function cancelScheduled(bridging: Bridging): void {
  for (const cancel of bridging.scheduled.splice(0)) cancel();
}

function execute(bridging: Bridging, value: string, end: (cause: string) => void): void {
  const { call, callee } = bridging;
  const [app, arg = '', cause = 'ALLOTTED_TIMEOUT'] = separate(value.replace('::', ' '), ' ');
  if (app === undefined) return;
  tellExecuted(call, callee.leg, app, value.slice(app.length).replace(/^(?:::| )/, ''));
  switch (app) {
    case 'sched_hangup':
      scheduleHangup(bridging, arg, cause, end);
      break;
    case 'sched_cancel':
      cancelScheduled(bridging);
      break;
    case 'enable_heartbeat':
      heartbeat(call, callee.leg, Number.parseInt(arg, 10) || 60);
      break;
  }
}
