import { describe, expect, it } from '@jest/globals';
import { bridgeFailure } from '../../src/freeswitch/bridge-failure.ts';

const known = (rang: boolean, sipStatus: number | null = null) => ({ rang, sipStatus });
const isOfGateway = (cause: string, leg = known(false)) => bridgeFailure(cause, leg)?.ofGateway;

/** FreeSWITCH 1.10.12's word for each end of an INVITE, as a real one said it (sofia_glue.c, sip_cause_to_freeswitch). */
describe('a failed bridge is the gateway’s fault', () => {
  it.each([
    ['no such gateway', 'INVALID_GATEWAY'],
    ['known to be down, by ping', 'GATEWAY_DOWN'],
    ['no ringing within leg_progress_timeout', 'PROGRESS_TIMEOUT'],
    ['500, 503, or nothing listens on its port', 'NORMAL_TEMPORARY_FAILURE'],
    ['502', 'NETWORK_OUT_OF_ORDER'],
    ['all circuits busy', 'NORMAL_CIRCUIT_CONGESTION'],
    ['switch congestion', 'SWITCH_CONGESTION'],
  ])('%s', (_, cause) => {
    expect(isOfGateway(cause)).toBe(true);
    expect(isOfGateway(cause, known(true))).toBe(true);
  });

  it.each([
    ['486', 'USER_BUSY'],
    ['480', 'NO_USER_RESPONSE'],
    ['404', 'UNALLOCATED_NUMBER'],
    ['410', 'NUMBER_CHANGED'],
    ['484', 'INVALID_NUMBER_FORMAT'],
    ['604', 'NO_ROUTE_DESTINATION'],
    ['rang to its end', 'NO_ANSWER'],
    ['the caller has left', 'ORIGINATOR_CANCEL'],
  ])('not if the called party or the caller caused it: %s', (_, cause) => {
    expect(isOfGateway(cause)).toBe(false);
    expect(isOfGateway(cause, known(true))).toBe(false);
  });

  it('if nothing answered before any ringing (408, 504), but not if it rang or that is unknown', () => {
    expect(isOfGateway('RECOVERY_ON_TIMER_EXPIRE', known(false, 504))).toBe(true);
    expect(isOfGateway('RECOVERY_ON_TIMER_EXPIRE', known(true, 408))).toBe(false);
    expect(bridgeFailure('RECOVERY_ON_TIMER_EXPIRE')).toMatchObject({ outcome: 'no-answer', ofGateway: false });
  });

  it('if it cannot do what is asked before anything rang, but not if nobody takes the call anywhere (606)', () => {
    const causes: [number, string][] = [
      [405, 'SERVICE_UNAVAILABLE'],
      [420, 'INTERWORKING'],
      [482, 'EXCHANGE_ROUTING_ERROR'],
      [483, 'EXCHANGE_ROUTING_ERROR'],
      [488, 'INCOMPATIBLE_DESTINATION'],
      [501, 'SERVICE_NOT_IMPLEMENTED'],
      [505, 'INTERWORKING'],
      [580, 'NORMAL_UNSPECIFIED'],
    ];
    for (const [status, cause] of causes) {
      expect({ status, of: isOfGateway(cause, known(false, status)) }).toEqual({ status, of: true });
      expect(isOfGateway(cause, known(true, status))).toBe(false);
      expect(isOfGateway(cause)).toBe(false);
    }
    expect(isOfGateway('INCOMPATIBLE_DESTINATION', known(false, 606))).toBe(false);
  });

  it('if it refuses our account, but not if the call is rejected', () => {
    for (const status of [401, 402, 407]) expect(isOfGateway('CALL_REJECTED', known(false, status))).toBe(true);
    for (const status of [403, 603, null]) expect(isOfGateway('CALL_REJECTED', known(false, status))).toBe(false);
  });
});
