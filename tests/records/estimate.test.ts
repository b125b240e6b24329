import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guessOfCaller } from '../../src/freeswitch/cdr/ending.ts';
import { estimated } from '../../src/records/estimate.ts';
import { readJsonCdr } from '../../src/freeswitch/cdr/json-cdr.ts';
import { openRecord } from '../store/records.ts';
import { hour, year } from '../support/jumping-clock.ts';

const t0 = Date.UTC(2026, 10, 25);
/** Of the controller's clock, which may be anywhere; the answer and the sign of life are of FreeSWITCH's. */
const off = fc.constantFrom(0, hour, -hour, year, -year);

describe('the estimate of a call whose end nobody saw', () => {
  it('uses only FreeSWITCH’s clock, whatever the controller’s says', () => {
    fc.assert(
      fc.property(off, off, fc.nat(hour), fc.boolean(), (startOff, bridgeOff, talkedMs, isInRecord) => {
        const record = openRecord('call', {
          ...{ startedAtMs: t0 + startOff, decidedAtMs: t0 + startOff, bridgedAtMs: t0 + bridgeOff },
          answeredAtMs: isInRecord ? t0 : null,
        });
        const heartbeat = { callId: 'call', answeredAtMs: isInRecord ? null : t0, heardAtMs: t0 + talkedMs };
        expect(estimated(record, heartbeat)).toMatchObject({
          ...{ answeredAtMs: t0, endedAtMs: t0 + talkedMs, billableMs: talkedMs, closedBy: 'heartbeat' },
        });
      }),
    );
  });

  it('bills nothing if the sign of life is older than the answer', () => {
    const record = openRecord('call', { answeredAtMs: t0, bridgedAtMs: t0 + year });
    const heartbeat = { callId: 'call', answeredAtMs: null, heardAtMs: t0 - hour };
    expect(estimated(record, heartbeat)).toMatchObject({ answeredAtMs: t0, endedAtMs: t0, billableMs: 0 });
    expect(estimated(record, null, { answeredAtMs: t0 + 5 })).toMatchObject({ endedAtMs: t0 + 5, billableMs: 0 });
  });
});

describe('the guess from a caller’s CDR alone', () => {
  const us = (ms: number): string => String((t0 + ms) * 1000);
  const caller = (changes: Record<string, string> = {}) => {
    const variables = {
      ...{ uuid: 'call', direction: 'inbound', hangup_cause: 'NORMAL_CLEARING', start_uepoch: us(0) },
      ...{ answer_uepoch: us(100), bridge_uepoch: us(4_000), end_uepoch: us(10_000), billusec: '9900000' },
      ...changes,
    };
    const read = readJsonCdr(JSON.stringify({ variables }), false, Infinity);
    if (read.kind !== 'leg') throw new Error(read.kind);
    return read.leg;
  };

  it('counts from an answer only if that is within the leg', () => {
    expect(guessOfCaller(caller(), t0 + 5_000)).toMatchObject({ answeredAtMs: t0 + 5_000, billableMs: 5_000 });
    for (const elsewhere of [hour, -hour, year, -year]) {
      expect(guessOfCaller(caller(), t0 + 5_000 + elsewhere)).toMatchObject({
        ...{ answeredAtMs: t0 + 4_000, endedAtMs: t0 + 10_000, billableMs: 6_000 },
      });
    }
    expect(guessOfCaller(caller({ bridge_uepoch: us(hour) }), null)).toMatchObject({ billableMs: 0 });
  });

  it('leaves out the silence at its end', () => {
    const silent = caller({ hangup_cause: 'MEDIA_TIMEOUT', billing_media_timeout_seconds: '5' });
    expect(guessOfCaller(silent, t0 + 4_000).billableMs).toBeCloseTo(1_000, -1);
  });
});
