import type { EmergencyNotice } from '../words/emergency-notice.ts';
import type { Alerting } from './alerts.ts';

/** Tells people that an emergency call was placed. Answers at once and never throws. */
export function tellEmergency(alerting: Alerting, notice: EmergencyNotice, text = 'emergency call placed'): void {
  const { callId, atMs, extension, callerName, place, number, callBackNumber } = notice;
  alerting.tell(
    {
      ...{ kind: 'emergency-call', level: 'critical', callId, text },
      fields: { extension, callerName, place, number, callBackNumber },
    },
    atMs,
  );
}
