import { cdrOf } from './cdr.ts';
import { numberOf, q850Of } from './causes.ts';
import type { Core } from './call.ts';
import { mediaCounters } from './headers.ts';
import { field } from './leg.ts';
import type { Leg } from './leg.ts';
import { applyTemplate, getVariable, isTrue, setVariable } from './variables.ts';
import type { Variables } from './variables.ts';

/** How SIP ended the leg: `recv_bye` and `recv_refuse` stand among the variables before, the others come here. */
export type SentHangup = 'send_bye' | 'send_cancel' | 'send_refuse' | null;

/** The leg is over: its call data are worked out and CHANNEL_HANGUP_COMPLETE goes out (switch_channel.c, switch_channel_set_timestamps). */
export function completeLeg(core: Core, leg: Leg, sent: SentHangup, last: () => void = () => undefined): void {
  const cause = leg.hangupCause ?? 'NORMAL_CLEARING';
  const set = (name: string, value: string | number): void => setVariable(leg.variables, name, `${value}`);
  set('hangup_cause', cause);
  set('hangup_cause_q850', q850Of(cause));
  set('digits_dialed', leg.digitsDialed === '' ? 'none' : leg.digitsDialed);
  stampVariables(leg, set);
  if (leg.lastApp !== null) {
    set('last_app', leg.lastApp.name);
    if (leg.lastApp.arg !== '') set('last_arg', leg.lastApp.arg);
  }
  set('caller_id', `"${leg.callerName}" <${leg.callerNumber}>`);
  durationVariables(leg, set);
  if (sent !== null) set('sip_hangup_disposition', sent);
  if (sent === 'send_cancel') {
    set('sip_invite_failure_status', 487);
    set('sip_invite_failure_phrase', 'CANCEL');
  }
  if (leg.hasMedia) applyTemplate(leg.variables, mediaCounters, {});
  last();
  leg.state = 'CS_REPORTING';
  leg.callState = 'HANGUP';
  leg.stateNumber = 11;
  const callId = core.channels.get(leg.id)?.call.caller.id ?? leg.id;
  core.channels.delete(leg.id);
  core.onCdr?.(cdrOf(leg, callId, core.name));
  core.events.fire(leg, 'CHANNEL_HANGUP_COMPLETE', field('Hangup-Cause', cause));
}

type Setter = (name: string, value: string | number) => void;

const stamp = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');

function stampVariables(leg: Leg, set: Setter): void {
  const { created, answered, bridged, progress, progressMedia, hangup } = leg.times;
  set('start_stamp', stamp(created));
  set('profile_start_stamp', stamp(created));
  if (answered > 0) set('answer_stamp', stamp(answered));
  if (bridged > 0) set('bridge_stamp', stamp(bridged));
  if (progress > 0) set('progress_stamp', stamp(progress));
  if (progressMedia > 0) set('progress_media_stamp', stamp(progressMedia));
  set('end_stamp', stamp(hangup));
  const epoch = (name: string, us: number): void => {
    set(`${name}_epoch`, Math.floor(us / 1e6));
    set(`${name}_uepoch`, us);
  };
  epoch('start', created);
  epoch('profile_start', created);
  epoch('answer', answered);
  epoch('bridge', bridged);
  epoch('last_hold', 0);
  set('hold_accum_seconds', 0);
  set('hold_accum_usec', 0);
  set('hold_accum_ms', 0);
  epoch('resurrect', 0);
  epoch('progress', progress);
  epoch('progress_media', progressMedia);
  epoch('end', hangup);
}

/** Seconds and milliseconds are differences of truncated times, so that 6.48 s can show as 7. */
function durationVariables(leg: Leg, set: Setter): void {
  const { created, answered, bridged, progress, progressMedia, hangup } = leg.times;
  const units = [
    { name: 'sec', prefix: '', us: 1e6 },
    { name: 'msec', prefix: 'm', us: 1e3 },
    { name: 'usec', prefix: 'u', us: 1 },
  ];
  for (const { name, prefix, us } of units) {
    const between = (from: number, to: number): number =>
      from === 0 || to === 0 ? 0 : Math.floor(to / us) - Math.floor(from / us);
    set(`${prefix}duration`, between(created, hangup));
    set(`bill${name}`, between(answered, hangup));
    set(`progress${name}`, between(created, progress));
    set(`answer${name}`, between(created, answered));
    set(`wait${name}`, between(created, bridged));
    set(`progress_media${name}`, between(created, progressMedia));
    set(`flow_bill${name}`, answered === 0 ? 0 : between(created, hangup));
  }
}

/** Whether `continue_on_fail` or `failure_causes` keeps the caller after a failed bridge (switch_channel_handle_cause). */
export function keepsCaller(cause: string, variables: Variables): boolean {
  const goesOn = getVariable(variables, 'continue_on_fail');
  const failureCauses = getVariable(variables, 'failure_causes');
  const listed = (list: string): boolean =>
    list.split(',').some((item) => [cause, `${numberOf(cause)}`].includes(item.trim().toUpperCase()));
  if (failureCauses !== null && !listed(failureCauses)) return true;
  if (goesOn !== null) return isTrue(goesOn) || listed(goesOn);
  // With neither variable, these causes always go on.
  return failureCauses === null && ['NO_ANSWER', 'NO_USER_RESPONSE', 'ORIGINATOR_CANCEL'].includes(cause);
}
