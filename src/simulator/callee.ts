import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import type { Endpoint } from './dial-string.ts';
import type { FarEnd } from './far-end.ts';
import {
  calleeDialog,
  calleeEarlyMedia,
  calleeInvite,
  calleeMedia,
  calleeOriginator,
  calleeSetup,
  sdpSlots,
} from './headers.ts';
import { asOtherLeg, createLeg, field } from './leg.ts';
import type { Leg } from './leg.ts';
import { applyTemplate, getVariable, setVariable } from './variables.ts';
import type { Slots } from './variables.ts';

/** The leg that `bridge` creates, and what the SIP messages of the far end do to its variables. */
export type Callee = {
  readonly leg: Leg;
  readonly slots: Slots;
  readonly farEnd: FarEnd;
  /** A provisional or final answer has come. */
  inDialog: boolean;
};

export function createCallee(call: Call, endpoint: Endpoint, farEnd: FarEnd): Callee {
  const { core, caller } = call;
  const now = core.clock.nowUs();
  const host = endpoint.host === '' ? '127.0.0.1:5090' : endpoint.host;
  const address = `${endpoint.number}@${host}`;
  const callerNumber = endpoint.variables.get('origination_caller_id_number') ?? caller.callerNumber;
  const callerName = endpoint.variables.get('origination_caller_id_name') ?? caller.callerName;
  const leg = createLeg(
    {
      id: endpoint.variables.get('origination_uuid') ?? randomUUID(),
      direction: 'outbound',
      name: `sofia/${endpoint.profile ?? 'external'}/${endpoint.gateway === null ? address : endpoint.number}`,
      ...{ user: caller.user, callerName, callerNumber, destination: endpoint.number },
    },
    now,
  );
  leg.callee = { name: 'Outbound Call', number: endpoint.number };
  leg.callUuid = caller.id;
  leg.otherLegJson = asOtherLeg(caller, 'originator', {});
  core.sessions += 1;
  const slots = {
    ...sdpSlots,
    ...{ id: leg.id, session: `${core.sessions}`, channel: leg.name, address, host, number: endpoint.number },
    ...{ originator: caller.id, user: callerNumber, display: callerName },
  };
  applyTemplate(leg.variables, calleeSetup, slots);
  for (const entry of caller.variables.values()) {
    if (/^sip_h_/.test(entry.name)) setVariable(leg.variables, entry.name, entry.value);
  }
  applyTemplate(leg.variables, calleeOriginator, slots);
  for (const name of (getVariable(caller.variables, 'export_vars') ?? '').split(',')) {
    const value = getVariable(caller.variables, name);
    if (value !== null) setVariable(leg.variables, name.replace(/^(nolocal:|_nolocal_)/, ''), value);
  }
  for (const [name, value] of endpoint.variables) setVariable(leg.variables, name, value);
  applyTemplate(leg.variables, calleeInvite, slots);
  core.events.fire(leg, 'CHANNEL_CREATE');
  core.events.fire(leg, 'CHANNEL_ORIGINATE');
  return { leg, slots, farEnd, inDialog: false };
}

/** The far end has a To tag: with 180, 183 or 200. */
function enterDialog(call: Call, callee: Callee): void {
  if (callee.inDialog) return;
  callee.inDialog = true;
  const { userAgent } = callee.farEnd;
  if (userAgent !== undefined) {
    setVariable(callee.leg.variables, 'sip_user_agent', userAgent);
    callee.leg.callee = { name: callee.leg.destination, number: callee.leg.destination };
  }
  applyTemplate(callee.leg.variables, calleeDialog, callee.slots);
  call.caller.callee = callee.leg.callee;
}

export function calleeRings(call: Call, callee: Callee): void {
  const { leg } = callee;
  enterDialog(call, callee);
  const now = call.core.clock.nowUs();
  leg.times.progress = now;
  leg.callState = 'RINGING';
  leg.otherLegJson = asOtherLeg(call.caller, 'originator', { progress: now });
  call.caller.times.progress = now;
  if (call.caller.answerState === 'ringing') call.core.events.fire(call.caller, 'CHANNEL_PROGRESS');
  call.caller.callState = 'RING_WAIT';
  call.core.events.fire(leg, 'CHANNEL_PROGRESS');
}

export function calleePlays(call: Call, callee: Callee): void {
  const { leg } = callee;
  enterDialog(call, callee);
  const now = call.core.clock.nowUs();
  applyTemplate(leg.variables, calleeEarlyMedia, callee.slots);
  setVariable(leg.variables, 'endpoint_disposition', 'EARLY MEDIA');
  leg.hasMedia = true;
  leg.callState = 'EARLY';
  leg.answerState = 'early';
  leg.times.progressMedia = now;
  leg.otherLegJson = asOtherLeg(call.caller, 'originator', { progressMedia: now });
  call.caller.times.progressMedia = now;
  call.core.events.fire(leg, 'CHANNEL_PROGRESS_MEDIA');
}

export function calleeAnswers(call: Call, callee: Callee): void {
  const { leg } = callee;
  enterDialog(call, callee);
  if (!leg.hasMedia) applyTemplate(leg.variables, calleeMedia, callee.slots);
  leg.hasMedia = true;
  leg.answerState = 'answered';
  leg.times.answered = call.core.clock.nowUs();
  call.core.events.fire(leg, 'CHANNEL_ANSWER');
  leg.callState = 'ACTIVE';
  setVariable(leg.variables, 'endpoint_disposition', 'ANSWER');
}

/** The variables that tell each leg about its partner, from CHANNEL_BRIDGE on. */
export function linkLegs(leg: Leg, other: Leg, answered: boolean): void {
  if (leg.direction === 'outbound') setVariable(leg.variables, 'call_uuid', other.id);
  setVariable(leg.variables, 'bridge_to', other.id);
  setVariable(leg.variables, 'last_bridge_to', other.id);
  setVariable(leg.variables, 'bridge_channel', other.name);
  setVariable(leg.variables, 'bridge_uuid', other.id);
  setVariable(leg.variables, 'signal_bond', other.id);
  if (!answered) return;
  const shown = leg.direction === 'inbound' ? leg.callee : { name: other.callerName, number: other.callerNumber };
  setVariable(leg.variables, 'last_sent_callee_id_name', shown?.name ?? null);
  setVariable(leg.variables, 'last_sent_callee_id_number', shown?.number ?? null);
}

export function bridgeIds(call: Call, callee: Leg): string {
  return field('Bridge-A-Unique-ID', call.caller.id) + field('Bridge-B-Unique-ID', callee.id);
}
