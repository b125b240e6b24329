import { alerts } from './schema/alerts.ts';
import { backup } from './schema/backup.ts';
import { call, callerNumber, entry, rating, routes } from './schema/calls.ts';
import { webConsole } from './schema/console.ts';
import { dialPlan } from './schema/dial-plan.ts';
import { cdr, esl, freeswitch } from './schema/freeswitch.ts';
import { guessing } from './schema/guessing.ts';
import { limits } from './schema/limits.ts';
import { drain, http, log, traces } from './schema/service.ts';
import { oidc } from './schema/oidc.ts';
import { reminders } from './schema/reminders.ts';
import { retention } from './schema/retention.ts';
import { controller, data, emergency, mail, reports, site } from './schema/site.ts';
import { offline, sqlserver } from './schema/sqlserver.ts';
import { watch, watchSite } from './schema/watch.ts';
import { webhooks } from './schema/webhooks.ts';
import type { Setting } from './setting.ts';

/**
 * Every setting there is, in the order in which help lists them. A setting's key in a file is its place here; `load.ts` makes
 * the names of environment variables and flags from it.
 */
export const schema = {
  controller,
  site,
  mail,
  emergency,
  alerts,
  webhooks,
  reports,
  reminders,
  data,
  backup,
  retention,
  esl,
  entry,
  guessing,
  limits,
  watch,
  watchSite,
  call,
  routes,
  callerNumber,
  dialPlan,
  rating,
  sqlserver,
  offline,
  freeswitch,
  cdr,
  console: webConsole,
  oidc,
  http,
  traces,
  drain,
  log,
} as const;

type Values<S> = { [K in keyof S]: S[K] extends Setting<infer T> ? T : Values<S[K]> };

/** The effective configuration. */
export type Config = Values<typeof schema>;
