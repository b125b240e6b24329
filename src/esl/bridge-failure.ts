import type { BridgeFailure } from '../call/state.ts';

/**
 * What a failed bridge's `originate_disposition` means (causes: ITU-T Q.850; names: FreeSWITCH switch_channel.c, CAUSE_CHART).
 * null: it did not fail. With early media `SUCCESS` does not mean that anybody answered.
 */
export function bridgeFailure(disposition: string): BridgeFailure | null {
  switch (disposition) {
    case 'SUCCESS':
    case '':
      return null;
    case 'USER_BUSY':
      return { outcome: 'busy', cause: disposition, ofGateway: false };
    case 'NO_ANSWER':
    case 'NO_USER_RESPONSE':
    case 'ALLOTTED_TIMEOUT':
    case 'RECOVERY_ON_TIMER_EXPIRE':
      return { outcome: 'no-answer', cause: disposition, ofGateway: false };
    case 'ORIGINATOR_CANCEL':
    case 'LOSE_RACE':
    // FreeSWITCH's own word while the originate is not over: the caller's hangup was seen first.
    case 'failure':
      return { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL', ofGateway: false };
    // Not even ringing within `leg_progress_timeout` (dial-string.ts).
    case 'PROGRESS_TIMEOUT':
    case 'INVALID_GATEWAY':
    case 'GATEWAY_DOWN':
    case 'NETWORK_OUT_OF_ORDER':
    case 'DESTINATION_OUT_OF_ORDER':
    case 'INVALID_PROFILE':
    case 'INVALID_URL':
    case 'CHAN_NOT_IMPLEMENTED':
      return { outcome: 'failed', reason: 'gateway-down', cause: disposition, ofGateway: true };
    case 'UNALLOCATED_NUMBER':
    case 'NO_ROUTE_DESTINATION':
    case 'INVALID_NUMBER_FORMAT':
    case 'NUMBER_CHANGED':
    case 'USER_NOT_REGISTERED':
    case 'SUBSCRIBER_ABSENT':
      return { outcome: 'failed', reason: 'unallocated-number', cause: disposition, ofGateway: false };
    case 'CALL_REJECTED':
    case 'OUTGOING_CALL_BARRED':
    case 'INCOMING_CALL_BARRED':
    case 'BEARERCAPABILITY_NOTAUTH':
    case 'REJECT_ALL':
    // A 302: no call is redirected (freeswitch-conf, manual-redirect).
    case 'REDIRECTION_TO_NEW_DESTINATION':
      return { outcome: 'failed', reason: 'rejected', cause: disposition, ofGateway: false };
    case 'NORMAL_CIRCUIT_CONGESTION':
    case 'SWITCH_CONGESTION':
    case 'NORMAL_TEMPORARY_FAILURE':
    case 'REQUESTED_CHAN_UNAVAIL':
    case 'NO_ROUTE_TRANSIT_NET':
      return { outcome: 'failed', reason: 'congestion', cause: disposition, ofGateway: true };
    default:
      return { outcome: 'failed', reason: 'other-failure', cause: disposition, ofGateway: false };
  }
}

/** What the end of a callee's leg that was never answered means; null: nothing but that it is over. */
export function legFailure(cause: string): BridgeFailure | null {
  return cause === 'NORMAL_CLEARING' || cause === 'UNKNOWN' ? null : bridgeFailure(cause);
}
