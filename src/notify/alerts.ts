import { randomUUID } from 'node:crypto';
import {
  alertLevels,
  type Alert,
  type AlertFields,
  type AlertLevel,
  type AlertWay,
  type NewAlert,
} from '../words/alert.ts';
import { oneLine } from '../words/clean-text.ts';
import type { Clock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';
import { createDeliveries, type AlertKeeper, type Delivery } from './deliveries.ts';
import { letterOf } from './letter.ts';
import { sendMail, type Mail } from './mail.ts';
import { postJson, type Webhook } from './webhook.ts';

/** Tells people: everything that somebody should hear of at once goes this way. */
export type Alerting = {
  /** Answers at once; it is logged, and its e-mails and webhook are under way. Never throws. */
  tell(alert: NewAlert, atMs?: number): void;
  /** Resolves when no try is under way any more, or after a few seconds: the rest is for the next run, and said so. */
  close(): Promise<void>;
};

/** Who is told, besides the log. */
export type AlertRecipients = {
  /** Addresses; none: no e-mail. */
  mailTo: readonly string[];
  /** Null: none. */
  webhook: Webhook | null;
  /** What is below goes to the log alone. */
  from: AlertLevel;
};

export type AlertingOptions = {
  mail: Mail;
  /** Those of emergency calls, and those of all other alerts. */
  emergency: AlertRecipients;
  others: AlertRecipients;
  controller: string;
  keeper: AlertKeeper;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  log: {
    warn(message: string, fields: Readonly<Record<string, unknown>>): void;
    error(message: string, fields: Readonly<Record<string, unknown>>): void;
  };
  /** How long after an alert its delivery is still tried, milliseconds. */
  keepMs: number;
  /** Pauses before further tries; the last one repeats; default: 1, 4, 15 s, 1, 5, 15 min. */
  pausesMs?: readonly number[];
  /** How long one try may take; default: 5 s. */
  tryMs?: number;
};

const usualPausesMs = [1_000, 4_000, 15_000, 60_000, 300_000, 900_000];

export function createAlerting(options: AlertingOptions): Alerting {
  const { controller, keeper, clock, log, keepMs, pausesMs = usualPausesMs } = options;
  const deliveries = createDeliveries({
    ...{ keeper, clock, pausesMs, keepMs },
    send: (delivery, signal) =>
      delivery.way === 'webhook' ? post(delivery, options, signal) : mail(delivery, options),
    failed: ({ alert, way }, error, ends) =>
      log.error(failedText(alert), {
        ...(alert.callId === null ? {} : { call: alert.callId }),
        ...{ way, alert: alert.id, error, ...(ends ? {} : { again: 'it is tried again' }) },
      }),
    notKept: ({ id }, error) =>
      log.error('an alert could not be kept: it is lost if it is not delivered before this controller stops', {
        ...{ alert: id, error },
      }),
  });
  return {
    tell(told, atMs = clock.nowMs()) {
      const { text, fields } = told;
      const alert: Alert = {
        ...{ ...told, id: randomUUID(), atMs, controller },
        ...{ text: oneLine(text, maximumText), fields: cleaned(fields) },
      };
      say(alert, log);
      deliveries.deliver(alert, waysOf(alert, options));
    },
    close: () => deliveries.close(),
  };
}

const maximumText = 600;

const failedText = ({ kind }: Alert): string =>
  kind === 'emergency-call' ? 'an emergency call notification failed' : 'an alert could not be delivered';

const recipientsOf = ({ kind }: Pick<Alert, 'kind'>, { emergency, others }: AlertingOptions): AlertRecipients =>
  kind === 'emergency-call' ? emergency : others;

function waysOf(alert: Alert, options: AlertingOptions): AlertWay[] {
  const { mailTo, webhook, from } = recipientsOf(alert, options);
  if (alert.kind !== 'test' && alertLevels.indexOf(alert.level) < alertLevels.indexOf(from)) return [];
  return [...(webhook === null ? [] : (['webhook'] as const)), ...(mailTo.length === 0 ? [] : (['e-mail'] as const))];
}

function say(alert: Alert, log: AlertingOptions['log']): void {
  const { kind, level, callId, text, fields, atMs, controller, id } = alert;
  const call = callId === null ? {} : { call: callId };
  const said = { ...call, at: new Date(atMs).toISOString(), ...fields, controller, alert: id };
  // An emergency call is nothing that went wrong here.
  if (level === 'critical' && kind !== 'emergency-call') log.error(text, said);
  else log.warn(text, said);
}

const cleaned = (fields: AlertFields): AlertFields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? oneLine(value, maximumText) : value,
    ]),
  );

/** What the webhook gets. */
function bodyOf({ id, kind, level, atMs, controller, callId, text, fields }: Alert): string {
  return JSON.stringify({
    ...{ ...fields, event: kind, id, level, at: new Date(atMs).toISOString() },
    ...{ controller, callId, text },
  });
}

async function post({ alert }: Delivery, options: AlertingOptions, signal: AbortSignal): Promise<void> {
  const { webhook } = recipientsOf(alert, options);
  // It was taken out of the configuration: nobody is left to tell.
  if (webhook === null) return;
  const { tryMs = 5_000, clock } = options;
  await postJson(webhook, { id: alert.id, body: bodyOf(alert), nowMs: clock.nowMs() }, { timeoutMs: tryMs, signal });
}

/** A recipient who does not get it, for whatever reason, keeps no other from getting it, and no other gets it again. */
async function mail(delivery: Delivery, options: AlertingOptions): Promise<void> {
  const { alert } = delivery;
  const { mailTo } = recipientsOf(alert, options);
  const { tryMs = 5_000 } = options;
  const patience = { connectionTimeout: tryMs, greetingTimeout: tryMs, socketTimeout: tryMs };
  const waiting = new Set(delivery.left ?? mailTo);
  const problems: string[] = [];
  const message = { shownTo: mailTo, messageId: `${alert.id}@billing-codes`, ...letterOf(alert) };
  for (const to of mailTo.filter((address) => waiting.has(address))) {
    const problem = await sendMail(options.mail, { to, ...message }, patience).then(
      (sent) => (sent.ok ? null : sent.problem),
      messageOf,
    );
    if (problem === null) waiting.delete(to);
    else problems.push(problem);
    delivery.left = [...waiting];
  }
  if (problems.length > 0) throw new Error([...new Set(problems)].join('; '));
}
