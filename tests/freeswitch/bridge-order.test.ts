import { expect, it } from '@jest/globals';
import { ringSecondsOf } from '../../src/freeswitch/bridge-order.ts';
import { loadConfig } from '../../src/config/load.ts';
import { switchSettings } from '../../src/controller/call-settings.ts';
import { callTypes } from '../../src/words/call-type.ts';

const settings = switchSettings(
  loadConfig({
    file: null,
    env: {},
    flags: {
      ...{
        'call.ringSeconds': '30',
        'call.emergencyRingSeconds': '500',
        'routes.external': 'sofia/gateway/a/{number}',
      },
      'routes.emergency': 'sofia/gateway/b/{number}, sofia/gateway/c/{number}',
    },
  }),
);
const ring = (callType: (typeof callTypes)[number], route: number): number =>
  ringSecondsOf({ number: { keyed: '1', dial: '1', e164: null, callType }, route }, settings);

it('an emergency call goes on ringing by its last way out, and by no other', () => {
  expect([0, 1, 2].map((route) => ring('emergency', route))).toEqual([30, 30, 500]);
});

it('no other call rings for longer than is set', () => {
  for (const callType of callTypes) if (callType !== 'emergency') expect(ring(callType, 0)).toBe(30);
});
