import type { SessionSettings } from '../call/session.ts';
import type { Config } from '../config/schema.ts';
import type { SwitchSettings } from '../freeswitch/outbound/leg.ts';
import { parseRoute, type Route } from '../freeswitch/route.ts';
import { parseLevelDemand } from '../policy/levels.ts';
import { dialPlanOf } from '../numbers/plan.ts';

/** What a call has to know of the configuration. */
export function sessionSettings(config: Config): SessionSettings {
  const { entry } = config;
  return {
    controller: config.controller.name,
    tries: entry.tries,
    unknownExtension: entry.unknownExtension,
    directWithoutCode: entry.directWithoutCode,
    codeLater: entry.codeLater,
    minimumLevels: entry.minimumLevels.map(parseLevelDemand).flatMap((read) => (read.ok ? [read.value] : [])),
    twoCodes: entry.twoCodes,
    sayBalance: entry.sayBalance,
    confirmPrice: entry.confirmPrice,
    freeCallTypes: config.rating.freeCallTypes,
    timeZone: config.site.timeZone,
    plan: dialPlanOf(config.dialPlan),
    callerNumber: callerNumberOf(config),
    warnMs: config.limits.warnSeconds * 1000,
  };
}

/** What FreeSWITCH has to be told of the configuration, and how long it may take. */
export function switchSettings(config: Config): SwitchSettings {
  const { entry, call } = config;
  return {
    firstDigitMs: entry.firstDigitMs,
    digitMs: entry.digitMs,
    completeMs: entry.completeMs,
    maxDigits: entry.maxDigits,
    routes: routesOf(config),
    ringSeconds: call.ringSeconds,
    emergencyRingSeconds: call.emergencyRingSeconds,
    gatewaySeconds: call.gatewaySeconds,
    maxTalkSeconds: call.maxTalkSeconds === 0 ? null : call.maxTalkSeconds,
    warnSeconds: config.limits.warnSeconds === 0 ? null : config.limits.warnSeconds,
    settleMs: call.settleMs,
    settleAfterTalkMs: call.settleAfterTalkMs,
    silenceMs: call.silenceMs,
  };
}

export function callerNumberOf({
  callerNumber: { site, emergency, sources },
}: Config): SessionSettings['callerNumber'] {
  const orNone = (number: string): string | null => (number === '' ? null : number);
  return { site: orNone(site), emergency: orNone(emergency), sources };
}

function routesOf({ routes }: Config): SwitchSettings['routes'] {
  const { external, emergency, ...others } = routes;
  const named = Object.entries(others).map(([type, own]) => [type, routesFrom(own, external)]);
  return {
    ...Object.fromEntries(named),
    // A second way out, whatever the first one was made for.
    emergency: routesFrom([...emergency, ...external], external),
  } as SwitchSettings['routes'];
}

/** Each once, in this order. */
function routesFrom(own: readonly string[], otherwise: readonly string[]): Route[] {
  const texts = new Set(own.length === 0 ? otherwise : own);
  return [...texts].map(parseRoute).filter((route) => route !== null);
}
