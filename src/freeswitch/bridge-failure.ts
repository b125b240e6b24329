import type { BridgeFailure } from '../call/state.ts';

/** What tells causes apart that FreeSWITCH has one word for. */
export type FailedLeg = {
  /** The far end rang, or sent sound. */
  rang: boolean;
  /** Of SIP's answer; null: not known. */
  sipStatus: number | null;
};

/** Our account there is refused, not the call: sofia_glue.c, sip_cause_to_freeswitch has CALL_REJECTED for these and for 603. */
const refusesUs: readonly (number | null)[] = [401, 402, 407];
const saysRefused = (sipStatus: number | null): boolean => refusesUs.includes(sipStatus);

/**
 * What this server cannot do, or not for us, whoever is called (RFC 3261, section 21; RFC 3312 for 580): method, URI scheme, extensions or
 * version not supported, a loop on its way, an offer that it does not take, a message too large for it.
 */
const cannot: readonly (number | null)[] = [405, 416, 420, 421, 482, 483, 488, 501, 505, 513, 580];
const saysCannot = (sipStatus: number | null): boolean => cannot.includes(sipStatus);

const unknownLeg: FailedLeg = { rang: true, sipStatus: null };

/**
 * What a failed bridge's `originate_disposition` means (causes: ITU-T Q.850; names: FreeSWITCH switch_channel.c, CAUSE_CHART).
 * null: it did not fail. With early media `SUCCESS` does not mean that anybody answered. Where nothing is known of the leg, who was
 * called is taken to have had a part in it.
 */
export function bridgeFailure(disposition: string, leg: FailedLeg = unknownLeg): BridgeFailure | null {
  const { rang, sipStatus } = leg;
  if (disposition === 'SUCCESS' || disposition === '') return null;
  switch (disposition) {
    case 'USER_BUSY':
      return { outcome: 'busy', cause: disposition, ofGateway: false };
    case 'NO_ANSWER':
    case 'NO_USER_RESPONSE':
    case 'ALLOTTED_TIMEOUT':
      return { outcome: 'no-answer', cause: disposition, ofGateway: false };
    // 408, 504, or no answer at all to an INVITE: the gateway's, unless something rang.
    case 'RECOVERY_ON_TIMER_EXPIRE':
      return { outcome: 'no-answer', cause: disposition, ofGateway: !rang };
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
      return { outcome: 'failed', reason: 'rejected', cause: disposition, ofGateway: saysRefused(sipStatus) };
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
      return {
        outcome: 'failed',
        reason: 'other-failure',
        cause: disposition,
        ofGateway: !rang && saysCannot(sipStatus),
      };
  }
}

/** What the end of a callee's leg that was never answered means; null: nothing but that it is over. */
export function legFailure(cause: string): BridgeFailure | null {
  return cause === 'NORMAL_CLEARING' || cause === 'UNKNOWN' ? null : bridgeFailure(cause);
}
