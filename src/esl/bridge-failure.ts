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
      return { outcome: 'busy', cause: disposition };
    case 'NO_ANSWER':
    case 'NO_USER_RESPONSE':
    case 'ALLOTTED_TIMEOUT':
    case 'PROGRESS_TIMEOUT':
    case 'RECOVERY_ON_TIMER_EXPIRE':
      return { outcome: 'no-answer', cause: disposition };
    case 'ORIGINATOR_CANCEL':
    case 'LOSE_RACE':
    // FreeSWITCH's own word while the originate is not over: the caller's hangup was seen first.
    case 'failure':
      return { outcome: 'cancelled', cause: 'ORIGINATOR_CANCEL' };
    case 'INVALID_GATEWAY':
    case 'GATEWAY_DOWN':
    case 'NETWORK_OUT_OF_ORDER':
    case 'DESTINATION_OUT_OF_ORDER':
    case 'INVALID_PROFILE':
    case 'INVALID_URL':
    case 'CHAN_NOT_IMPLEMENTED':
      return { outcome: 'failed', reason: 'gateway-down', cause: disposition };
    case 'UNALLOCATED_NUMBER':
    case 'NO_ROUTE_DESTINATION':
    case 'INVALID_NUMBER_FORMAT':
    case 'NUMBER_CHANGED':
    case 'USER_NOT_REGISTERED':
    case 'SUBSCRIBER_ABSENT':
      return { outcome: 'failed', reason: 'unallocated-number', cause: disposition };
    case 'CALL_REJECTED':
    case 'OUTGOING_CALL_BARRED':
    case 'INCOMING_CALL_BARRED':
    case 'BEARERCAPABILITY_NOTAUTH':
    case 'REJECT_ALL':
      return { outcome: 'failed', reason: 'rejected', cause: disposition };
    case 'NORMAL_CIRCUIT_CONGESTION':
    case 'SWITCH_CONGESTION':
    case 'NORMAL_TEMPORARY_FAILURE':
    case 'REQUESTED_CHAN_UNAVAIL':
    case 'NO_ROUTE_TRANSIT_NET':
      return { outcome: 'failed', reason: 'congestion', cause: disposition };
    default:
      return { outcome: 'failed', reason: 'other-failure', cause: disposition };
  }
}
