import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { momentMs } from '../../src/freeswitch/figures.ts';
import { answeredAtMs, legEndOf } from '../../src/freeswitch/leg-end.ts';
import type { EventHeaders } from '../../src/freeswitch/wire/headers.ts';

const s = 1_000_000;
const t0 = 1_795_487_186 * s;
const told =
  (headers: Record<string, string>): EventHeaders =>
  (name) =>
    headers[name];

const ended = {
  'Hangup-Cause': 'NORMAL_CLEARING',
  variable_answer_uepoch: `${t0}`,
  variable_end_uepoch: `${t0 + 9_020_700}`,
  variable_billusec: '9020700',
};
const endOf = (changes: Record<string, string>, startedAt?: string) =>
  legEndOf(told({ ...ended, ...changes }), startedAt);

describe('the end of a leg', () => {
  it('comes from FreeSWITCH’s microseconds', () => {
    expect(endOf({})).toEqual({
      kind: 'told',
      end: { cause: 'NORMAL_CLEARING', answeredAtMs: t0 / 1000, endedAtMs: t0 / 1000 + 9020, billableMs: 9020 },
    });
  });

  it('of a leg that was never answered bills nothing, and is the time of the event if no other is given', () => {
    const headers = { 'Hangup-Cause': 'USER_BUSY', variable_end_uepoch: '0', 'Event-Date-Timestamp': `${t0}` };
    expect(legEndOf(told(headers))).toEqual({
      kind: 'told',
      end: { cause: 'USER_BUSY', answeredAtMs: null, endedAtMs: t0 / 1000, billableMs: 0 },
    });
  });

  it.each([
    [
      '317 years',
      { variable_end_uepoch: '9999999999999999', variable_billusec: '8204512813000000' },
      /its end_uepoch is impossible: 2286-/,
    ],
    [
      'an end before the answer',
      { variable_end_uepoch: `${t0 - s}` },
      /it ended \(2026-.*\) before it was answered \(2026-/,
    ],
    ['an end of 1970', { variable_end_uepoch: '3000000' }, /its end_uepoch is impossible: 1970-01-01/],
    ['an answer of 1970', { variable_answer_uepoch: '1' }, /its answer_uepoch is impossible: 1970-01-01/],
    [
      'more billed than talked',
      { variable_billusec: '3603000000' },
      /3603000000 .* are billed .*, but from answer to end there are 9020700/,
    ],
    ['billed, never answered', { variable_answer_uepoch: '0' }, /are billed \(billusec\), but it was never answered/],
    [
      'too many digits',
      { variable_billusec: '90207000000000000' },
      /its billusec is not a number of microseconds: "90207000000000000"/,
    ],
    ['something negative', { variable_billusec: '-5' }, /its billusec is not a number of microseconds: "-5"/],
    [
      'an answer that is text',
      { variable_answer_uepoch: 'now\n' },
      /its answer_uepoch is not a number of microseconds: "now"/,
    ],
    ['sixteen years', { variable_answer_uepoch: `${Date.UTC(2010, 5) * 1000}` }, /more than a year/],
  ])('is not believed with %s, with the reason in one line', (_, changes, why) => {
    const end = endOf(changes);
    expect(end).toMatchObject({ kind: 'impossible', cause: 'NORMAL_CLEARING', why: expect.stringMatching(why) });
    expect(JSON.stringify(end)).not.toContain('\\n');
  });

  it('is not believed if the leg was answered before it began', () => {
    expect(endOf({}, `${t0 + 1}`)).toMatchObject({ kind: 'impossible', why: expect.stringMatching(/before it began/) });
    expect(endOf({}, `${t0}`)).toMatchObject({ kind: 'told' });
  });

  it('is not believed without a time', () => {
    expect(legEndOf(told({}))).toEqual({ kind: 'impossible', cause: 'UNKNOWN', why: 'it has no end (end_uepoch)' });
  });
});

describe('a leg that fell silent', () => {
  const silent = { 'Hangup-Cause': 'MEDIA_TIMEOUT', variable_billing_media_timeout_seconds: '5' };

  it('is billed to its last sign of life', () => {
    expect(endOf(silent)).toMatchObject({ kind: 'told', end: { billableMs: 4020 } });
    expect(endOf({ ...silent, variable_billing_media_timeout_seconds: '60' })).toMatchObject({
      end: { billableMs: 0 },
    });
  });

  it('is billed like that if it was the other side that disappeared', () => {
    const told = { ...silent, 'Hangup-Cause': 'NORMAL_CLEARING', variable_last_bridge_hangup_cause: 'MEDIA_TIMEOUT' };
    expect(endOf(told)).toMatchObject({ kind: 'told', end: { billableMs: 4020 } });
  });

  it('is billed in full if it ended by another cause, or its silence is not known', () => {
    expect(endOf({ ...silent, 'Hangup-Cause': 'NORMAL_CLEARING' })).toMatchObject({ end: { billableMs: 9020 } });
    expect(endOf({ 'Hangup-Cause': 'MEDIA_TIMEOUT' })).toMatchObject({ end: { billableMs: 9020 } });
    expect(endOf({ ...silent, variable_billing_media_timeout_seconds: '-5' })).toMatchObject({
      end: { billableMs: 9020 },
    });
  });
});

describe('whatever is in the headers', () => {
  const figure = fc.oneof(
    fc.constantFrom('', '0', `${t0}`, `${t0 + s}`, '9999999999999999', '-1', '1e15', ' 1'),
    fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String),
    fc.string(),
  );
  const headers = fc.record(
    {
      'Hangup-Cause': fc.constantFrom('MEDIA_TIMEOUT', 'NORMAL_CLEARING'),
      variable_answer_uepoch: figure,
      variable_end_uepoch: figure,
      variable_billusec: figure,
      variable_billing_media_timeout_seconds: figure,
      'Event-Date-Timestamp': figure,
      'Caller-Channel-Answered-Time': figure,
      'Caller-Channel-Hangup-Time': figure,
    },
    { requiredKeys: [] },
  );

  it('an end that is believed is not before its answer, and bills nothing negative and no more than the time between', () => {
    fc.assert(
      fc.property(headers, fc.option(figure, { nil: undefined }), (given, startedAt) => {
        const end = legEndOf(told(given), startedAt);
        if (end.kind === 'impossible') return;
        const { answeredAtMs: from, endedAtMs, billableMs } = end.end;
        expect(endedAtMs).toBeGreaterThanOrEqual(Date.UTC(2010, 0));
        expect(endedAtMs).toBeLessThan(Date.UTC(2100, 0));
        expect(billableMs).toBeGreaterThanOrEqual(0);
        expect(billableMs).toBeLessThanOrEqual(from === null ? 0 : endedAtMs - from + 1);
      }),
      { numRuns: 20_000 },
    );
  });

  it('a moment is plausible, or null', () => {
    fc.assert(
      fc.property(figure, (text) => {
        const ms = momentMs(text);
        if (ms !== null) expect(new Date(ms).getUTCFullYear()).toBeGreaterThanOrEqual(2010);
        expect(answeredAtMs(told({ 'Caller-Channel-Answered-Time': text }))).toBe(ms);
      }),
    );
  });
});
