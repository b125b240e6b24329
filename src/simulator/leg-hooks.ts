import { answerApi } from './api.ts';
import type { Bridging } from './bridged.ts';
import { causeNamed } from './causes.ts';
import { heartbeat, heartbeatOnAnswer, tellExecuted } from './media.ts';
import { cancelScheduled, schedule } from './schedule.ts';
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
    if (name.startsWith(`api_on_${moment}`)) answerApi(call.core, value);
  }
  if (moment === 'answer') heartbeatOnAnswer(call, callee.leg);
}

function execute(bridging: Bridging, value: string, end: (cause: string) => void): void {
  const { call, callee } = bridging;
  const [app, arg = '', cause = 'ALLOTTED_TIMEOUT'] = separate(value.replace('::', ' '), ' ');
  if (app === undefined) return;
  tellExecuted(call, callee.leg, app, value.slice(app.length).replace(/^(?:::| )/, ''));
  switch (app) {
    case 'sched_hangup':
      schedule({ call, leg: callee.leg }, arg, () => end(causeNamed(cause)));
      break;
    case 'sched_cancel':
      cancelScheduled(call.core, callee.leg.id);
      break;
    case 'enable_heartbeat':
      heartbeat(call, callee.leg, Number.parseInt(arg, 10) || 60);
      break;
  }
}
