import type { Alerting } from '../notify/alerts.ts';
import { tellEmergency } from '../notify/emergency.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Clock } from '../words/clock.ts';
import { placeOfPhone, type Extension } from '../words/directory.ts';
import type { Log } from './log.ts';

/** Calls that FreeSWITCH had for a controller, and that none took. */
export type UnservedCalls = {
  /** One has a record now, by its CDR; answers at once. */
  take(record: CallRecord, phone: Extension | null): void;
  /** That there were some lately although this controller ran, in one line that says what to do; null: there were none. */
  problem(): string | null;
};

export type UnservedOptions = {
  log: Pick<Log, 'info'>;
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  alerting: Alerting;
};

/** As long after the last one as that is news. */
const latelyMs = 900_000;

/** People are told of an emergency call among them as of any other, only later. */
export function watchUnserved({ log, clock, alerting }: UnservedOptions): UnservedCalls {
  const startedMs = clock.nowMs();
  let [count, lastMs] = [0, -Infinity];
  const isLately = (): boolean => clock.monotonicMs() - lastMs < latelyMs;
  return {
    take(record, phone) {
      const { callId: call, outcome } = record;
      log.info('a call that no controller took is recorded by its CDR', { call, outcome });
      if (record.callType === 'emergency') tell(record, phone, alerting);
      // Whoever hangs up at once waits for no controller, and before its start there was none.
      if (outcome === 'abandoned' || record.startedAtMs < startedMs) return;
      count = isLately() ? count + 1 : 1;
      lastMs = clock.monotonicMs();
    },
    problem: () => (isLately() ? unservedText(count) : null),
  };
}

const unservedText = (count: number): string =>
  `${count === 1 ? 'a call' : `${count} calls`} reached FreeSWITCH in the last minutes and no controller, although this one runs: ` +
  'is its address in billing_controllers, may FreeSWITCH connect (esl.host, esl.allow, firewalls), and are there connections enough (esl.maxConnections)? billing-codes doctor says more';

function tell(record: CallRecord, phone: Extension | null, alerting: Alerting): void {
  const { callId, controller, startedAtMs: atMs, extension, callerName, calledNumber } = record;
  const place = placeOfPhone(phone);
  const notice = { callId, controller, atMs, extension, callerName, place, number: calledNumber ?? '' };
  tellEmergency(
    alerting,
    { ...notice, callBackNumber: null },
    'emergency call placed by FreeSWITCH without a controller',
  );
}
