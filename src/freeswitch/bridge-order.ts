import type { CallRecord } from '../words/call-record.ts';
import { factsOf } from '../call/live-record.ts';
import type { Allowed } from '../call/state.ts';
import type { EmergencyNotice } from '../notify/emergency.ts';
import { callerNumber, type CallerNumberSettings } from '../policy/caller-number.ts';
import type { Extension } from '../words/directory.ts';
import type { CallType } from '../words/call-type.ts';
import type { DialPlan } from '../numbers/plan.ts';
import type { Bridge } from './outbound/call-commands.ts';
import type { Route } from './route.ts';

export type PlacingSettings = {
  /** Ways out by call type, the preferred one first. */
  routes: Readonly<Record<CallType, readonly [Route, ...Route[]]>>;
  callerNumber: CallerNumberSettings;
  ringSeconds: number;
  /** How long a gateway may take until the far end rings, where there is another one. */
  gatewaySeconds: number;
  /** Longest conversation; null: no limit. */
  maxTalkSeconds: number | null;
};

export function routeOf(settings: PlacingSettings, callType: CallType, route: number): Route {
  const [first, ...others] = settings.routes[callType];
  return others[route - 1] ?? first;
}

/** All that FreeSWITCH has to be told to place the call by this route. `record` is the open one of this attempt. */
export function bridgeOrder(
  {
    record,
    allowed,
    route,
    phone,
    plan,
  }: {
    record: CallRecord & { calleeLegId: string };
    allowed: Allowed;
    route: number;
    phone: Extension | null;
    plan: DialPlan;
  },
  settings: PlacingSettings,
): Omit<Bridge, 'id'> {
  const { number, payer } = allowed;
  const isEmergency = number.callType === 'emergency';
  const account = payer.kind === 'account' ? payer.account : null;
  const shown = callerNumber({ callType: number.callType, account, extension: phone }, settings.callerNumber);
  return {
    callId: record.callId,
    calleeLegId: record.calleeLegId,
    target: { route: routeOf(settings, number.callType, route), number: number.dial, e164: number.e164, plan },
    limits: {
      ringSeconds: settings.ringSeconds,
      // Where no other gateway is to be tried, a slow one is better than none.
      gatewaySeconds: route + 1 < settings.routes[number.callType].length ? settings.gatewaySeconds : null,
      maxTalkSeconds: isEmergency ? null : settings.maxTalkSeconds,
    },
    extension: record.extension,
    callerName: record.callerName,
    shown: { ...shown, neverHidden: isEmergency },
    facts: factsOf(record),
  };
}

/** What people are told of an emergency call. `atMs`: UTC milliseconds. */
export function emergencyNotice(
  { callId, controller, extension, callerName }: CallRecord,
  number: string,
  phone: Extension | null,
  atMs: number,
  settings: PlacingSettings,
): EmergencyNotice {
  return {
    ...{ callId, controller, atMs, extension, callerName, number },
    place: phone === null || phone.place === '' ? null : phone.place,
    callBackNumber: callerNumber({ callType: 'emergency', account: null, extension: phone }, settings.callerNumber)
      .number,
  };
}
