import type { DialPlan } from '../numbers/dial-plan.ts';
import { nationalForm } from '../policy/national-form.ts';
import { endIsNear } from './phrases.ts';
import { endpointWith, type CallerNumberForm, type NumberForm, type Route } from './route.ts';

/**
 * Builds the argument of `bridge`. Whatever reaches it is checked against an allow-list, because in a dial string
 * `{}[]<>|,:&^'\` and white space are syntax (switch_ivr_originate.c), and a caller keys or sends part of what goes in.
 */
export type BridgeTarget = {
  route: Route;
  /** As keyed. */
  number: string;
  /** With `+`; null: it has none, and goes out as keyed whatever the route says. */
  e164: string | null;
  /** What is within the country, and what abroad. */
  plan: Pick<DialPlan, 'countryCode' | 'nationalPrefix' | 'internationalPrefixes'>;
};

export class DialStringError extends Error {
  override readonly name = 'DialStringError';
}

const numberText = /^[0-9+*#]{1,40}$/;
/** FreeSWITCH's own names, and SIP headers (`sip_h_Privacy`). */
const variableName = /^[a-z][A-Za-z0-9_-]*$/;
const variableValue = /^[A-Za-z0-9_.:+*#-]*$/;

/** Of a conversation. */
export type TalkLimits = {
  /** How long the two sides may talk; null: as long as they like. */
  maxTalkSeconds: number | null;
  /** When the caller is told that the end is near, from the answer on; null: never. */
  warnAfterSeconds: number | null;
};

/** Inside FreeSWITCH, whatever becomes of us. */
export type CallLimits = TalkLimits & {
  /** How long the far end may ring. */
  ringSeconds: number;
  /** How long a gateway may take until the far end rings, or sound comes; null: as long as it may ring. */
  gatewaySeconds: number | null;
};

/** `{origination_uuid=LEG-ID,…}sofia/gateway/carrier/8016424655`. Throws a `DialStringError` and never builds a doubtful one. */
export function bridgeArgument(
  target: BridgeTarget,
  { callId, legId }: { callId: string; legId: string },
  variables: Readonly<Record<string, string>>,
  limits: CallLimits,
): string {
  const endpoint = bareEndpoint(target);
  const settings = Object.entries({ origination_uuid: legId, ...variables }).map(([name, value]) =>
    setting(name, value),
  );
  return `{${[...settings, ...limitSettings(limits, callId, legId)].join(',')}}${endpoint}`;
}

/** `sofia/gateway/carrier/8016424655`. Throws a `DialStringError` and never builds a doubtful one. */
export function bareEndpoint(target: BridgeTarget): string {
  const number = calledNumber(target);
  if (!numberText.test(number))
    throw new DialStringError('the number has characters that are not allowed in a dial string');
  return endpointWith(target.route, number);
}

/**
 * `originate_timeout` ends ringing without media. With early media it does nothing any more: there the callee's leg is to be hung
 * up a second later (sched_hangup counts in whole seconds, and may come up to one early), which the answer takes back. What runs
 * on an event runs in the order in which it was set (switch_channel.c, switch_channel_api_on). As commands, not as applications:
 * FreeSWITCH tells no controller of them, each of which would be an event of 7 KB.
 */
function limitSettings(limits: CallLimits, callId: string, legId: string): string[] {
  const { ringSeconds, gatewaySeconds, maxTalkSeconds, warnAfterSeconds } = limits;
  const ring = Math.floor(ringSeconds);
  const settings = [
    setting('originate_timeout', String(ring)),
    `api_on_originate='sched_hangup +${ring + 1} ${legId} NO_ANSWER'`,
    `api_on_answer_1='sched_del ${legId}'`,
  ];
  // `progress_timeout` would end a call that rings, too: it asks whether the caller was told so (switch_ivr_originate.c, sent_ring).
  if (gatewaySeconds !== null) settings.push(setting('leg_progress_timeout', String(Math.floor(gatewaySeconds))));
  if (maxTalkSeconds !== null) {
    settings.push(`api_on_answer_2='sched_hangup +${Math.floor(maxTalkSeconds)} ${legId} ALLOTTED_TIMEOUT'`);
  }
  if (warnAfterSeconds !== null) settings.push(`api_on_answer_3='${warning(warnAfterSeconds, callId)}'`);
  return settings;
}

/** Tells the caller, over the conversation, that its end is near. A command of FreeSWITCH's api. */
export const warning = (afterSeconds: number, callId: string): string =>
  `sched_broadcast +${afterSeconds} ${callId} ${endIsNear} aleg`;

function calledNumber({ route, number, e164, plan }: BridgeTarget): string {
  return e164 === null ? number : (written(e164, route.numberAs, plan) ?? number);
}

/** A number in E.164 as a gateway wants it; null: in none of these ways. */
export function written(e164: string, form: NumberForm | CallerNumberForm, plan: BridgeTarget['plan']): string | null {
  switch (form) {
    case '+e164':
      return e164;
    case 'e164':
      return e164.slice(1);
    case 'national':
      return nationalForm(e164, plan);
    case 'number':
    case 'none':
      return null;
  }
}

/** `name=value`, of names and values that mean nothing to FreeSWITCH's parsers. */
export function setting(name: string, value: string): string {
  if (!variableName.test(name)) throw new DialStringError(`"${name}" is not a variable name`);
  if (!variableValue.test(value)) throw new DialStringError(`the value of ${name} has characters that are syntax`);
  return `${name}=${value}`;
}
