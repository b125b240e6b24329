import { siteTimeOf, zoneNamed } from '../words/zone.ts';
import { writingIn } from '../reports/writing.ts';
import type { ReportDesk } from '../reports/desk.ts';
import type { ReportRequest } from '../reports/request.ts';
import type { SharedStore } from '../store/sqlite/shared-store.ts';
import { programVersion } from '../config/version.ts';
import { createKept } from '../web/access/kept.ts';
import { identityProvider } from '../web/access/provider.ts';
import { createRateLimit } from '../web/access/rate-limit.ts';
import { createSignInLimit } from '../web/access/sign-in-limit.ts';
import { newSecret } from '../web/access/secrets.ts';
import { createTurns } from '../web/in-turn.ts';
import type { ConsoleParts, ControllerPort, GuidePort } from '../web/parts.ts';
import { createUploads } from '../web/uploads.ts';
import { systemClock } from '../words/clock.ts';
import { canMail } from './alerts.ts';
import { sessionSettings } from './call-settings.ts';
import { dialerOf } from './console-dial.ts';
import type { ConsoleRecord } from './console-record.ts';
import type { ConsoleThreadData } from './console-messages.ts';
import { remembering } from './remembering.ts';
import { providerSettings } from './console-provider.ts';
import { explainCall } from './explaining.ts';

/** Between the password and the code of the second factor, and while one is set up. */
const signingInMs = 300_000;
const settingUpMs = 900_000;
const atATime = 2_000;
const unsentMs = 1_800_000;
const unsentAtATime = 100;

/** Requests of the API from one address that have no good token. */
const unknownPerMinute = 60;

/** A report that took long is shown to whoever asks for the same within this time. */
const pageMs = 60_000;
/** By what it is of, not by when it was asked for. */
const keyOfPage = (request: ReportRequest): string =>
  JSON.stringify({ ...request, zone: request.zone.name, askedAtMs: 0 }, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

type ConsoleGround = {
  local: SharedStore;
  record: Pick<ConsoleRecord, 'store' | 'change' | 'restoreRates' | 'importRates' | 'away' | 'once'>;
  controller: ControllerPort;
  guide: GuidePort;
  deliveries: ConsoleParts['deliveries'];
  sums: ConsoleParts['sums'];
  reports: ReportDesk;
  problem: (text: string) => void;
};

/** All that the pages work with. */
export async function consoleParts(
  { config, settings }: Pick<ConsoleThreadData, 'config' | 'settings'>,
  { local, record, controller, guide, deliveries, sums, reports, problem }: ConsoleGround,
): Promise<ConsoleParts> {
  const { timeZone, ...report } = config.site;
  const zone = zoneNamed(timeZone);
  const time = siteTimeOf(zone);
  const session = sessionSettings(config);
  const provider = providerSettings(config);
  const isFirstRun = (await local.listUsers()).length === 0;
  return {
    controllerName: config.controller.name,
    ...{ people: local, alerts: local, controller, guide, settings, cost: session, problem },
    ...{
      store: record.store,
      change: record.change,
      restoreRates: record.restoreRates,
      importRates: record.importRates,
      away: record.away,
      once: record.once,
    },
    explain: (call) => explainCall(config, local, call),
    site: { report, zone, time, writing: writingIn(report.locale, zone) },
    reports: {
      ...reports,
      page: remembering((request: ReportRequest) => reports.page(request), {
        clock: systemClock,
        longestMs: pageMs,
        keyOf: keyOfPage,
      }),
    },
    sums: remembering(sums, { clock: systemClock }),
    ...{ deliveries, canMail: canMail(config) },
    remindedForMs: config.reminders.at === '' ? null : config.reminders.deadlineDays * 86_400_000,
    plan: session.plan,
    clock: systemClock,
    dial: dialerOf(config, session.plan),
    sessions: { idleMs: config.console.idleMinutes * 60_000, absoluteMs: config.console.sessionHours * 3_600_000 },
    signIn: createSignInLimit(systemClock),
    provider: provider === null ? null : identityProvider(provider),
    secondFactor: config.console.secondFactor,
    signingIn: createKept(systemClock, { keptMs: signingInMs, most: atATime }),
    newFactors: createKept(systemClock, { keptMs: settingUpMs, most: atATime }),
    codeTries: createSignInLimit(systemClock),
    requests: {
      known: createRateLimit(systemClock, config.console.apiRequestsPerMinute),
      unknown: createRateLimit(systemClock, unknownPerMinute),
    },
    version: programVersion(),
    uploads: createUploads(systemClock),
    unsent: createKept(systemClock, { keptMs: unsentMs, most: unsentAtATime }),
    inTurn: createTurns(),
    firstRun: { secret: isFirstRun ? newSecret() : null },
  };
}
