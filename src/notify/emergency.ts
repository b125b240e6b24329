import type { Clock } from '../words/clock.ts';
import type { EmergencyNotice } from '../words/emergency-notice.ts';
import { sendMail, type Mail } from './mail.ts';
import { oneLine } from '../words/clean-text.ts';
import { messageOf } from '../words/thrown.ts';
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

/** How long a stop waits for what is under way. */
const lastWordsMs = 3_000;
/** Deliveries at a time: somebody who dials an emergency number without end must not fill the memory. */
const maximumUnderWay = 200;

export function createEmergencyNotifier(options: EmergencyNotifierOptions): EmergencyNotifier {
  const { mail, mailTo, webhook, clock, log, pausesMs = [1_000, 4_000, 15_000], tryMs = 5_000 } = options;
  const underWay = new Set<Promise<void>>();
  const ending = new AbortController();
  const patience = { connectionTimeout: tryMs, greetingTimeout: tryMs, socketTimeout: tryMs };

  function placed(notice: EmergencyNotice): void {
    const said = cleaned(notice);
    const { atMs, callId, ...fields } = said;
    log.warn('emergency call placed', { call: callId, at: new Date(atMs).toISOString(), ...fields });
    if (webhook !== null) {
      const { signal } = ending;
      deliver(said, 'webhook', () => postJson(webhook, bodyOf(said), { timeoutMs: tryMs, signal }));
    }
    if (mailTo.length > 0) {
      deliver(said, 'e-mail', () => sendMail(mail, { to: mailTo, ...letterOf(said) }, patience));
    }
  }

  function deliver({ callId }: EmergencyNotice, way: string, send: () => Promise<void>): void {
    const giveUp = (error: string): void =>
      log.error('nobody could be told of an emergency call this way', { call: callId, way, error });
    if (ending.signal.aborted || underWay.size >= maximumUnderWay) {
      giveUp(ending.signal.aborted ? 'the controller is stopping' : `${underWay.size} others are under way`);
      return;
    }
    const delivery = tryAgain(send)
      .catch((error: unknown) => giveUp(messageOf(error)))
      .finally(() => underWay.delete(delivery));
    underWay.add(delivery);
  }

  async function tryAgain(send: () => Promise<void>): Promise<void> {
    for (const pauseMs of pausesMs) {
      try {
        await within(send(), ending.signal);
        return;
      } catch (error) {
        if (ending.signal.aborted) throw error;
      }
      await pause(pauseMs);
    }
    await within(send(), ending.signal);
  }

  function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cancel = clock.after(ms, () => resolve(undefined));
    return within(promise, ending.signal).finally(cancel);
  }

  return {
    placed,
    async close() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const cancel = clock.after(lastWordsMs, () => resolve(undefined));
      await Promise.race([Promise.all(underWay), promise]);
      cancel();
      ending.abort(new Error('the controller is stopping'));
      await Promise.all(underWay);
    },
  };
}

function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
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
    ['Call-back number', callBackNumber ?? 'none is known'],
    ['Time', new Date(atMs).toISOString()],
    ['Controller', controller],
    ['Call id', callId],
  ];
  return {
    subject: `Emergency call: ${number} from extension ${extension}${where}`,
    text: lines.map(([name, value]) => `${name}: ${value}\n`).join(''),
  };
}
