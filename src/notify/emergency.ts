import type { Clock } from '../words/clock.ts';
import type { EmergencyNotice } from '../words/emergency-notice.ts';
import { createDeliveries, type Send } from './deliveries.ts';
import { sendMail, type Mail } from './mail.ts';
import { oneLine } from '../words/clean-text.ts';
import { postJson, type Webhook } from './webhook.ts';

/** Tells people that an emergency call was placed. */
export type EmergencyNotifier = {
  /** Answers at once; log, e-mail and webhook are under way. Never throws. */
  placed(notice: EmergencyNotice): void;
  /** Resolves when nothing is under way any more, or after a few seconds: then the rest is given up, and said so. */
  close(): Promise<void>;
};

export type EmergencyNotifierOptions = {
  mail: Mail;
  /** Addresses; none: no e-mail. */
  mailTo: readonly string[];
  /** null: none. */
  webhook: Webhook | null;
  clock: Pick<Clock, 'after'>;
  log: {
    warn(message: string, fields: Readonly<Record<string, unknown>>): void;
    error(message: string, fields: Readonly<Record<string, unknown>>): void;
  };
  /** Pauses before further tries; default: 1, 4 and 15 s. */
  pausesMs?: readonly number[];
  /** How long one try may take; default: 5 s. */
  tryMs?: number;
};

export function createEmergencyNotifier(options: EmergencyNotifierOptions): EmergencyNotifier {
  const { mail, mailTo, webhook, clock, log, pausesMs = [1_000, 4_000, 15_000], tryMs = 5_000 } = options;
  const deliveries = createDeliveries({ clock, pausesMs });
  const patience = { connectionTimeout: tryMs, greetingTimeout: tryMs, socketTimeout: tryMs };

  function deliver({ callId }: EmergencyNotice, way: string, send: Send): void {
    deliveries.deliver(send, (error) =>
      log.error('an emergency call notification failed', { call: callId, way, error }),
    );
  }

  /** A recipient who is refused keeps no other from getting it, and no other gets it again. */
  function mailing(notice: EmergencyNotice): Send {
    const left = new Set(mailTo);
    return async () => {
      const refusals: string[] = [];
      for (const to of left) {
        const sent = await sendMail(mail, { to, shownTo: mailTo, ...letterOf(notice) }, patience);
        if (sent.ok) left.delete(to);
        else refusals.push(sent.problem);
      }
      if (refusals.length > 0) throw new Error(refusals.join('; '));
    };
  }

  return {
    placed(notice) {
      const said = cleaned(notice);
      const { atMs, callId, ...fields } = said;
      log.warn('emergency call placed', { call: callId, at: new Date(atMs).toISOString(), ...fields });
      if (webhook !== null) {
        deliver(said, 'webhook', (signal) => postJson(webhook, bodyOf(said), { timeoutMs: tryMs, signal }));
      }
      if (mailTo.length > 0) deliver(said, 'e-mail', mailing(said));
    },
    close: () => deliveries.close(),
  };
}

function cleaned(notice: EmergencyNotice): EmergencyNotice {
  const { extension, callerName, place, number, callBackNumber } = notice;
  return {
    ...notice,
    extension: oneLine(extension),
    callerName: oneLine(callerName),
    place: place === null ? null : oneLine(place),
    number: oneLine(number),
    callBackNumber: callBackNumber === null ? null : oneLine(callBackNumber),
  };
}

/** What the webhook gets. */
function bodyOf({ atMs, ...notice }: EmergencyNotice): Record<string, unknown> {
  return { event: 'emergency-call', at: new Date(atMs).toISOString(), ...notice };
}

function letterOf(notice: EmergencyNotice): { subject: string; text: string } {
  const { atMs, callId, controller, extension, callerName, place, number, callBackNumber } = notice;
  const where = place === null || place === '' ? '' : `, ${place}`;
  const lines: [string, string][] = [
    ['Number called', number],
    ['Extension', extension],
    ['Caller', callerName === '' ? '-' : callerName],
    ['Place', place === null || place === '' ? 'not in the directory' : place],
    ['Call-back number', callBackNumber ?? 'not known'],
    ['Time', new Date(atMs).toISOString()],
    ['Controller', controller],
    ['Call id', callId],
  ];
  return {
    subject: `Emergency call: ${number} from extension ${extension}${where}`,
    text: lines.map(([name, value]) => `${name}: ${value}\n`).join(''),
  };
}
