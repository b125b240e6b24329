import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { alertingOf } from '../../controller/alerts.ts';
import type { AlertStore } from '../../store/ports/alerts.ts';
import type { AlertDelivery, KeptAlert } from '../../words/alert.ts';
import { systemClock } from '../../words/clock.ts';
import { messageOf } from '../../words/thrown.ts';
import { localCommand, type Output } from '../store-command.ts';
import { tableLines } from '../table.ts';
import { print, printJson, UsageError } from '../usage.ts';

export type AlertsContext = Output & { store: AlertStore; config: Config };

export const alertsHelp = `Usage: billing-codes alerts COMMAND …

  list [--call ID] [--limit N] [--json]   the latest alerts, and who got them
  test                                    sends a test alert to alerts.mailTo and alerts.webhook, and says what they answered

Who is told, by which settings, and what a webhook gets: docs/alerts.md.

Exit codes: 0 done, 1 the test did not arrive, 2 wrong usage or settings.
`;

async function list(args: string[], { store, stdout }: AlertsContext): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { call: { type: 'string' }, limit: { type: 'string' }, json: { type: 'boolean' } },
  });
  const { call, limit = '20' } = values;
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError('--limit must be a whole number, 1 or more');
  const alerts = await store.listAlerts({ ...(call === undefined ? {} : { callId: call }), limit: Number(limit) });
  if (values.json === true) printJson(stdout, alerts.map(jsonOf));
  else if (alerts.length === 0) print(stdout, 'No alerts.');
  else print(stdout, tableLines([['AT', 'LEVEL', 'CONTROLLER', 'ALERT', 'CALL', 'DELIVERED'], ...alerts.map(row)]));
  return 0;
}

const momentText = (atMs: number): string => new Date(atMs).toISOString();

function deliveryText({ way, tries, deliveredAtMs, givenUpAtMs, error }: AlertDelivery): string {
  if (deliveredAtMs !== null) return way;
  if (givenUpAtMs !== null) return `${way}: given up, ${error ?? ''}`;
  return tries === 0 ? `${way}: waiting` : `${way}: tried ${tries === 1 ? 'once' : `${tries} times`}, ${error ?? ''}`;
}

const row = ({ atMs, level, controller, text, callId, deliveries }: KeptAlert): string[] => [
  ...[momentText(atMs), level, controller, text, callId ?? ''],
  deliveries.length === 0 ? 'log' : deliveries.map(deliveryText).join('; '),
];

const jsonOf = ({ atMs, deliveries, ...alert }: KeptAlert) => ({
  ...alert,
  at: momentText(atMs),
  deliveries: deliveries.map(({ way, tries, deliveredAtMs, givenUpAtMs, error }) => ({
    ...{ way, tries, error },
    deliveredAt: deliveredAtMs === null ? null : momentText(deliveredAtMs),
    givenUpAt: givenUpAtMs === null ? null : momentText(givenUpAtMs),
  })),
});

/** Longer than a try may take. */
const patienceMs = 20_000;
const lookMs = 50;

async function test(args: string[], { store, config, stdout, stderr }: AlertsContext): Promise<number> {
  parseArgs({ args, options: {} });
  const alert = await told(config, store);
  if (alert === null) throw new UsageError('nobody would be told: neither alerts.mailTo nor alerts.webhook is set');
  for (const delivery of alert.deliveries) {
    const arrived = delivery.deliveredAtMs !== null;
    print(arrived ? stdout : stderr, arrived ? `${delivery.way}: delivered` : deliveryText(delivery));
  }
  return alert.deliveries.every(({ deliveredAtMs }) => deliveredAtMs !== null) ? 0 : 1;
}

/** The test alert with what became of it; null: it has nowhere to go. */
async function told(config: Config, store: AlertStore): Promise<KeptAlert | null> {
  const silent = { warn: () => undefined, error: () => undefined };
  let id = '';
  // What waits for a running controller is that one's to deliver.
  const alerting = alerts(
    config,
    silent,
  )({
    ...store,
    keepAlert: (alert, ways) => {
      id = ways.length === 0 ? '' : alert.id;
      return store.keepAlert(alert, ways);
    },
    undelivered: () => Promise.resolve([]),
  });
  alerting.tell({ kind: 'test', level: 'warning', callId: null, text: 'a test: alerts arrive here', fields: {} });
  const deadlineMs = systemClock.monotonicMs() + patienceMs;
  let found: KeptAlert | undefined;
  while (id !== '' && systemClock.monotonicMs() < deadlineMs) {
    found = (await store.listAlerts({ limit: 100 })).find((one) => one.id === id);
    if (found?.deliveries.every((one) => one.deliveredAtMs !== null || one.givenUpAtMs !== null) === true) break;
    await sleep(lookMs);
  }
  await alerting.close();
  return found ?? null;
}

function alerts(config: Config, log: Parameters<typeof alertingOf>[1]) {
  try {
    return alertingOf(config, log, systemClock, { pausesMs: [], keepMs: 0 });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** `billing-codes alerts …`. */
export const { command: alertsCommand, run } = localCommand<AlertsContext>({
  ...{ name: 'alerts', help: alertsHelp },
  subcommands: new Map([
    ['list', list],
    ['test', test],
  ]),
  contextOf: (store, config, output) => ({ ...output, store, config }),
});
