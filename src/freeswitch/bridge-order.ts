import type { BridgeOrder } from '../call/ports.ts';
import type { CallType } from '../words/call-type.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import { factsOf } from './facts.ts';
import type { TalkLimits } from './dial-string.ts';
import type { Bridge } from './outbound/call-commands.ts';
import type { Route } from './route.ts';

export type PlacingSettings = {
  /** Ways out by call type, the preferred one first. */
  routes: Readonly<Record<CallType, readonly [Route, ...Route[]]>>;
  ringSeconds: number;
  /** How long an emergency call may ring by its last way out. */
  emergencyRingSeconds: number;
  /** How long a gateway may take until the far end rings, where there is another one. */
  gatewaySeconds: number;
  /** Longest conversation; null: no limit. */
  maxTalkSeconds: number | null;
  /** How long before its end by other limits a conversation is told of it; null: it is not. */
  warnSeconds: number | null;
};

/** All that FreeSWITCH has to be told to place the call by this route. */
export function bridgeOf(
  { record, number, route, shown, longestTalkMs }: BridgeOrder,
  plan: DialPlan,
  settings: PlacingSettings,
): Omit<Bridge, 'id'> {
  const isEmergency = number.callType === 'emergency';
  const [first, ...others] = settings.routes[number.callType];
  return {
    callId: record.callId,
    calleeLegId: record.calleeLegId,
    target: { route: others[route - 1] ?? first, number: number.dial, e164: number.e164, plan },
    limits: {
      ringSeconds: ringSecondsOf({ number, route }, settings),
      // Where no other gateway is to be tried, a slow one is better than none.
      gatewaySeconds: route < others.length ? settings.gatewaySeconds : null,
      ...(isEmergency ? { maxTalkSeconds: null, warnAfterSeconds: null } : talkLimits(longestTalkMs, settings)),
    },
    extension: record.extension,
    callerName: record.callerName,
    shown: { ...shown, neverHidden: isEmergency },
    facts: factsOf(record),
  };
}

/** Where an emergency call rings and there is no other way out, it goes on ringing: to end it helps nobody. */
export function ringSecondsOf(
  { number, route }: Pick<BridgeOrder, 'number' | 'route'>,
  { routes, ringSeconds, emergencyRingSeconds }: Omit<PlacingSettings, 'gatewaySeconds'>,
): number {
  const isLast = route + 1 >= routes[number.callType].length;
  return number.callType === 'emergency' && isLast ? Math.max(ringSeconds, emergencyRingSeconds) : ringSeconds;
}

/** The caller is told of an end that comes sooner than that of every call. */
export function talkLimits(
  longestTalkMs: number | null,
  settings: Pick<PlacingSettings, 'maxTalkSeconds' | 'warnSeconds'>,
): TalkLimits {
  const maxTalkSeconds = shorter(settings.maxTalkSeconds, longestTalkMs);
  const { warnSeconds } = settings;
  const isSooner = maxTalkSeconds !== null && maxTalkSeconds !== settings.maxTalkSeconds;
  const warnAfterSeconds = isSooner && warnSeconds !== null ? maxTalkSeconds - warnSeconds : 0;
  return { maxTalkSeconds, warnAfterSeconds: warnAfterSeconds > 0 ? warnAfterSeconds : null };
}

/** In whole seconds, and never none: `+0` would end a conversation before it began. */
function shorter(maxTalkSeconds: number | null, longestTalkMs: number | null): number | null {
  if (longestTalkMs === null) return maxTalkSeconds;
  const seconds = Math.max(1, Math.floor(longestTalkMs / 1000));
  return maxTalkSeconds === null ? seconds : Math.min(maxTalkSeconds, seconds);
}
