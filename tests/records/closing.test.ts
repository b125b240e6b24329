import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { supersedes, withOpening, withSoundTimes } from '../../src/records/closing.ts';
import { closers } from '../../src/words/call-record.ts';
import { openRecord } from '../store/records.ts';

const reached = { calleeLegId: 'leg', answeredAtMs: null, callType: 'national' as const };
const closed = fc.record({
  ...{ calleeLegId: fc.constant('leg'), callType: fc.constantFrom('national' as const, 'emergency' as const) },
  answeredAtMs: fc.constantFrom(null, 1),
  closedBy: fc.constantFrom(...closers),
  estimated: fc.boolean(),
  endedAtMs: fc.integer({ min: 1, max: 5 }),
});
const open = { ...reached, closedBy: null, estimated: false, endedAtMs: null };

describe('what replaces a closed record', () => {
  it('never goes in circles: of two records at most one replaces the other, and none replaces itself', () => {
    fc.assert(
      fc.property(closed, closed, (one, other) => {
        expect(supersedes(one, other) && supersedes(other, one)).toBe(false);
        expect(supersedes(one, one)).toBe(false);
      }),
    );
  });

  it('is the same whatever the order in which closers come', () => {
    fc.assert(
      fc.property(fc.array(closed, { minLength: 1, maxLength: 6 }), (arrivals) => {
        const last = (items: typeof arrivals) =>
          items.reduce((stored, next) => (supersedes(next, stored) ? next : stored));
        const quality = ({ closedBy, estimated, endedAtMs }: (typeof arrivals)[number]): string =>
          closedBy === 'event'
            ? 'event'
            : JSON.stringify([closedBy, estimated || closedBy === 'controller', endedAtMs]);
        const [forwards, backwards] = [last(arrivals), last([...arrivals].reverse())];
        if (forwards.estimated || forwards.closedBy === 'controller')
          expect(quality(backwards)).toBe(quality(forwards));
        else expect(backwards.closedBy).toBe(forwards.closedBy);
      }),
    );
  });

  it('never replaces an event’s record; any other gives way to a call that is up again', () => {
    for (const closedBy of closers) {
      const stored = { ...reached, closedBy, estimated: closedBy !== 'event', endedAtMs: 1 };
      expect(supersedes(open, stored)).toBe(closedBy !== 'event');
      expect(supersedes({ ...stored, closedBy: 'event', estimated: false }, stored)).toBe(closedBy !== 'event');
      expect(supersedes(stored, open)).toBe(true);
    }
  });

  it('never replaces a conversation by what another leg came to', () => {
    const guess = { ...reached, closedBy: 'controller', estimated: true, endedAtMs: 1, answeredAtMs: 1 } as const;
    const end = { ...reached, closedBy: 'event', estimated: false, endedAtMs: 2 } as const;
    expect(supersedes({ ...open, calleeLegId: 'other' }, guess)).toBe(false);
    expect(supersedes({ ...open, calleeLegId: null }, guess)).toBe(false);
    expect(supersedes({ ...end, calleeLegId: 'other' }, guess)).toBe(false);
    expect(supersedes({ ...end, calleeLegId: 'other', answeredAtMs: 1 }, guess)).toBe(false);
    expect(supersedes({ ...end, calleeLegId: 'leg' }, guess)).toBe(true);
    // FreeSWITCH’s CDR may not name the leg.
    expect(supersedes({ ...end, closedBy: 'json-cdr', calleeLegId: null, answeredAtMs: 1 }, guess)).toBe(true);
  });

  it('never replaces an emergency call that was placed by one that is none, and reached nobody', () => {
    const guess = { ...reached, callType: 'emergency', closedBy: 'controller', estimated: true, endedAtMs: 1 } as const;
    expect(supersedes({ ...open, calleeLegId: null, callType: null }, guess)).toBe(false);
    expect(supersedes({ ...guess, ...{ calleeLegId: null, callType: null, closedBy: 'event' } }, guess)).toBe(false);
    expect(supersedes({ ...open, calleeLegId: 'other', callType: 'emergency' }, guess)).toBe(true);
  });
});

describe('a record rebuilt from a CDR', () => {
  const rebuilt = openRecord('call', { calleeLegId: 'leg', endedAtMs: 9, closedBy: 'json-cdr', callerName: 'Ann' });
  const opening = openRecord('call', {
    ...{
      calleeLegId: 'leg',
      code: '12345',
      accountName: 'Smith',
      rule: 'no restriction',
      decidedAtMs: 1,
      bridgedAtMs: 2,
    },
    callerName: 'Bob',
  });

  it('takes only what a CDR does not say from the open record of the same attempt', () => {
    const { code, accountName, rule, decidedAtMs, bridgedAtMs } = opening;
    expect(withOpening(rebuilt, opening)).toEqual({ ...rebuilt, code, accountName, rule, decidedAtMs, bridgedAtMs });
    expect(withOpening({ ...rebuilt, code: '9' }, opening).code).toBe('9');
  });

  it('takes nothing from another attempt of the same caller: another account may have paid for it', () => {
    expect(withOpening(rebuilt, { ...opening, calleeLegId: 'other' })).toEqual(rebuilt);
    expect(withOpening({ ...rebuilt, calleeLegId: null }, { ...opening, calleeLegId: null }).code).toBe('');
  });
});

describe('whatever closes a record', () => {
  const time = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 1_795_000_000_000, max: 1_796_000_000_000 }),
  );
  const maybe = fc.option(time);
  const anyRecord = fc
    .record({
      startedAtMs: time,
      answeredAtMs: maybe,
      endedAtMs: maybe,
      billableMs: fc.oneof(time, fc.double({ min: -9, max: 9, noNaN: true })),
    })
    .map((times) => openRecord('call', times));

  it('it ends no earlier than it was answered, and bills no more than the time between, nothing negative and nothing unanswered', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const { answeredAtMs, endedAtMs, billableMs, ...others } = withSoundTimes(record);
        expect(Number.isInteger(billableMs) && billableMs >= 0).toBe(true);
        if (answeredAtMs === null || endedAtMs === null) expect(billableMs === 0).toBe(true);
        else {
          expect(endedAtMs).toBeGreaterThanOrEqual(answeredAtMs);
          expect(billableMs).toBeLessThanOrEqual(endedAtMs - answeredAtMs + 1);
        }
        expect(record).toMatchObject({ ...others, answeredAtMs });
        expect(withSoundTimes(withSoundTimes(record))).toEqual(withSoundTimes(record));
      }),
      { numRuns: 5000 },
    );
  });

  it('it is unchanged if its times are possible, apart from a millisecond of rounding', () => {
    const record = openRecord('call', { answeredAtMs: 1000, endedAtMs: 10_020, billableMs: 9021 });
    expect(withSoundTimes(record)).toBe(record);
    expect(withSoundTimes({ ...record, billableMs: 9022 })).toMatchObject({ billableMs: 9021 });
  });

  it('it keeps its billable time if answer and end are from clocks an hour apart', () => {
    const record = openRecord('call', { answeredAtMs: 3_600_000, endedAtMs: 3_000, billableMs: 3_000 });
    expect(withSoundTimes(record)).toMatchObject({ endedAtMs: 3_603_000, billableMs: 3_000 });
  });
});
