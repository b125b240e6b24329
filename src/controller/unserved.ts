import type { Alerting } from '../notify/alerts.ts';
import { tellEmergency } from '../notify/emergency.ts';
import type { LocalStore } from '../store/sqlite/store.ts';
import type { CallRecord } from '../words/call-record.ts';
import type { Log } from './log.ts';

type Ground = { store: Pick<LocalStore, 'findExtension'>; log: Pick<Log, 'info'> };

/** Tells of calls that no controller had, once their records are made: of an emergency call, as of any other, only later. */
export const tellingUnserved =
  ({ store, log }: Ground, alerting: Alerting) =>
  (record: CallRecord): void => {
    log.info('a call that no controller took is recorded by its CDR', { call: record.callId, outcome: record.outcome });
    if (record.callType === 'emergency') void placeOf(record, store).then((place) => tell(record, place, alerting));
  };

/** Without it, people are told all the same. */
const placeOf = (record: CallRecord, store: Ground['store']): Promise<string | null> =>
  store.findExtension(record.extension).then(
    (phone) => (phone === null || phone.place === '' ? null : phone.place),
    () => null,
  );

function tell(record: CallRecord, place: string | null, alerting: Alerting): void {
  const { callId, controller, startedAtMs: atMs, extension, callerName, calledNumber } = record;
  const notice = { callId, controller, atMs, extension, callerName, place, number: calledNumber ?? '' };
  tellEmergency(
    alerting,
    { ...notice, callBackNumber: null },
    'emergency call placed by FreeSWITCH without a controller',
  );
}
