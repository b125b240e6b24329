/** Hangup causes by their Q.850 number; those above 127 are FreeSWITCH's own (switch_types.h). */
const numbers: Readonly<Record<string, number>> = {
  UNALLOCATED_NUMBER: 1,
  NO_ROUTE_DESTINATION: 3,
  NORMAL_CLEARING: 16,
  USER_BUSY: 17,
  NO_USER_RESPONSE: 18,
  NO_ANSWER: 19,
  CALL_REJECTED: 21,
  NUMBER_CHANGED: 22,
  REDIRECTION_TO_NEW_DESTINATION: 23,
  DESTINATION_OUT_OF_ORDER: 27,
  INVALID_NUMBER_FORMAT: 28,
  NORMAL_UNSPECIFIED: 31,
  NORMAL_CIRCUIT_CONGESTION: 34,
  NETWORK_OUT_OF_ORDER: 38,
  NORMAL_TEMPORARY_FAILURE: 41,
  SWITCH_CONGESTION: 42,
  OUTGOING_CALL_BARRED: 52,
  INCOMPATIBLE_DESTINATION: 88,
  RECOVERY_ON_TIMER_EXPIRE: 102,
  ORIGINATOR_CANCEL: 487,
  SYSTEM_SHUTDOWN: 701,
  MANAGER_REQUEST: 703,
  ALLOTTED_TIMEOUT: 802,
  MEDIA_TIMEOUT: 804,
  PROGRESS_TIMEOUT: 807,
  INVALID_GATEWAY: 808,
  GATEWAY_DOWN: 809,
  INVALID_URL: 810,
};
const byNumber = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));

/** A cause by name or number; what FreeSWITCH does not know clears normally (switch_channel_str2cause). */
export function causeNamed(text: string): string {
  if (/^\d/.test(text)) return byNumber.get(Number.parseInt(text, 10)) ?? 'NORMAL_CLEARING';
  const name = text.toUpperCase();
  return name in numbers ? name : 'NORMAL_CLEARING';
}

/** `hangup_cause_q850`: FreeSWITCH's own causes count as normal clearing. */
export function q850Of(cause: string): number {
  const number = numbers[cause] ?? 16;
  return number <= 127 ? number : 16;
}

export function numberOf(cause: string): number {
  return numbers[cause] ?? 16;
}

const sipAnswers: Readonly<Record<number, readonly [cause: string, phrase: string]>> = {
  // As our profile and dialplan refuse a redirect (manual-redirect, outbound_redirect_info; sofia.c 6946).
  302: ['REDIRECTION_TO_NEW_DESTINATION', 'Moved Temporarily'],
  403: ['CALL_REJECTED', 'Forbidden'],
  404: ['UNALLOCATED_NUMBER', 'Not Found'],
  408: ['RECOVERY_ON_TIMER_EXPIRE', 'Request Timeout'],
  410: ['NUMBER_CHANGED', 'Gone'],
  480: ['NO_USER_RESPONSE', 'Temporarily Unavailable'],
  484: ['INVALID_NUMBER_FORMAT', 'Address Incomplete'],
  486: ['USER_BUSY', 'Busy Here'],
  488: ['INCOMPATIBLE_DESTINATION', 'Not Acceptable Here'],
  500: ['NORMAL_TEMPORARY_FAILURE', 'Server Internal Error'],
  502: ['NETWORK_OUT_OF_ORDER', 'Bad Gateway'],
  503: ['NORMAL_TEMPORARY_FAILURE', 'Service Unavailable'],
  600: ['USER_BUSY', 'Busy Everywhere'],
  603: ['CALL_REJECTED', 'Decline'],
};

/** The cause that FreeSWITCH makes of a SIP answer (sofia_glue.c, sofia_glue_sip_cause_to_freeswitch). */
export function causeOfSip(status: number): { cause: string; phrase: string } {
  const [cause, phrase] = sipAnswers[status] ?? ['NORMAL_UNSPECIFIED', 'Failure'];
  return { cause, phrase };
}

/** `DIALSTATUS` after a failed originate (switch_ivr_originate.c). */
export function dialStatusOf(cause: string): string {
  switch (cause) {
    case 'ORIGINATOR_CANCEL':
      return 'CANCEL';
    case 'USER_BUSY':
      return 'BUSY';
    case 'NO_ANSWER':
      return 'NOANSWER';
    case 'DESTINATION_OUT_OF_ORDER':
      return 'INVALIDARGS';
    case 'CALL_REJECTED':
      return 'DONTCALL';
    default:
      return cause;
  }
}
