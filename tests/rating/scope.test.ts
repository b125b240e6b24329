import { describe, expect, it } from '@jest/globals';
import { findRate, rateInForce } from '../../src/rating/find-rate.ts';
import { price } from '../../src/rating/price.ts';
import type { Rate, RateTable } from '../../src/rating/rate.ts';
import { parseHolidays, parsePeakHours, scopesAt } from '../../src/rating/scope.ts';
import { noPeak, plainTerms } from '../support/rates.ts';

const peakHours = 'Mon-Fri 08:00-18:00';
const denver = { peakHours, holidays: '12-25,2026-11-26', timeZone: 'America/Denver' };
const nearest = (at: string, times = denver) => scopesAt(times, Date.parse(at))[0];

describe('scopesAt', () => {
  it.each([
    ['a Tuesday morning at the site', '2026-06-02T08:00:00-06:00', 'peak'],
    ['a moment before', '2026-06-02T07:59:59-06:00', 'off-peak'],
    ['the end of peak', '2026-06-02T18:00:00-06:00', 'off-peak'],
    ['a Saturday at noon', '2026-06-06T12:00:00-06:00', 'weekend'],
    ['a Sunday evening', '2026-06-07T20:00:00-06:00', 'weekend'],
    ['a holiday of every year, a Friday', '2026-12-25T12:00:00-07:00', 'weekend'],
    ['a holiday of this year, a Thursday', '2026-11-26T12:00:00-07:00', 'weekend'],
    ['the same day of another year', '2027-11-26T12:00:00-07:00', 'peak'],
    ['the night before a holiday, which is one in UTC already', '2026-12-24T17:30:00-07:00', 'peak'],
  ])('%s', (_what, at, scope) => {
    expect(nearest(at)).toBe(scope);
  });

  it('follows the clocks at the site when they change', () => {
    // In Denver, 08:00 is 15:00 UTC on Friday 6 March 2026, and 14:00 UTC on Monday 9 March.
    expect(['2026-03-06T14:30:00Z', '2026-03-09T14:30:00Z'].map((at) => nearest(at))).toEqual(['off-peak', 'peak']);
    expect(['2026-10-30T14:30:00Z', '2026-11-02T14:30:00Z'].map((at) => nearest(at))).toEqual(['peak', 'off-peak']);
  });

  it('knows no peak where the table has none', () => {
    expect(scopesAt(noPeak, Date.parse('2026-06-02T12:00:00Z'))).toEqual(['all']);
  });
});

it('reads peak hours and holidays as people type them, and refuses what is none', () => {
  expect(parsePeakHours('mon - fri 8:00-18:00; Sat 9:00-12:00')).toEqual({
    ...{ ok: true, value: 'Mon-Fri 08:00-18:00,Sat 09:00-12:00' },
  });
  expect(parsePeakHours('daytime').ok).toBe(false);
  expect(parseHolidays('2026-11-26, 12-25 12-25')).toEqual({ ok: true, value: '12-25,2026-11-26' });
  expect(parseHolidays('02-29')).toEqual({ ok: true, value: '02-29' });
  expect(['13-01', '2027-02-29', '25.12.', '1-1'].map((day) => parseHolidays(day).ok)).toEqual(Array(4).fill(false));
});

const table: RateTable = {
  ...{ id: 1, name: 'default', currency: 'EUR', roundingMode: 'half-up', roundingUnitMicros: 100 },
  ...{ markupBasisPoints: 1000, markupPerCallMicros: 50_000, ...denver },
};
const rate = (id: number, changes: Partial<Rate>): Rate => ({
  ...{ id, version: 1, tableId: 1, currency: 'EUR', prefix: '44', destination: 'UK', ...plainTerms },
  ...{ connectFeeMicros: 0, priceMicros: 60_000, firstIncrementMs: 0, nextIncrementMs: 1000, minimumChargeMicros: 0 },
  ...{ validFromMs: null, validUntilMs: null, ...changes },
});
const candidates = (rates: readonly Rate[], e164: string) =>
  rates.filter(({ prefix }) => e164.startsWith(`+${prefix}`));
const chosen = (rates: readonly Rate[], at: string, e164 = '+442079460000') =>
  rateInForce({ callingE164: null, table, e164, atMs: Date.parse(at) }, candidates(rates, e164))?.id ?? null;
const [peak, night, sunday] = ['2026-06-02T12:00:00-06:00', '2026-06-02T22:00:00-06:00', '2026-06-07T12:00:00-06:00'];

describe('a rate of its scope', () => {
  const [all, atPeak, offPeak, weekend] = [
    rate(1, {}),
    rate(2, { scope: 'peak' }),
    rate(3, { scope: 'off-peak' }),
    rate(4, { scope: 'weekend' }),
  ];
  it.each([
    ['each for its time', [all, atPeak, offPeak, weekend], [2, 3, 4]],
    ['off-peak at weekends, where there is no other', [all, atPeak, offPeak], [2, 3, 3]],
    ['for all calls, where there is none for the time', [all, atPeak], [2, 1, 1]],
    ['none, rather than one for another time', [atPeak], [2, null, null]],
  ])('%s', (_what, rates, ids) => {
    expect([peak, night, sunday].map((at) => chosen(rates, at))).toEqual(ids);
    expect([peak, night, sunday].map((at) => chosen(rates.toReversed(), at))).toEqual(ids);
  });

  it('gives way to a newer one for all calls, and to a longer prefix', () => {
    const newer = rate(5, { validFromMs: Date.parse('2026-06-01') });
    expect(chosen([all, atPeak, newer], peak)).toBe(5);
    expect(chosen([atPeak, rate(6, { prefix: '4420' })], peak)).toBe(6);
  });
});

describe('a rate for everything else', () => {
  it('is for numbers that no other rate is for', () => {
    const rates = [rate(1, { prefix: '' }), rate(2, {})];
    expect(chosen(rates, peak)).toBe(2);
    expect(chosen(rates, peak, '+4930123456')).toBe(1);
  });
});

describe('a closed code', () => {
  it('is chosen by the same rules as an open one, and has no price', () => {
    const rates = [rate(1, {}), rate(2, { prefix: '447', status: 'closed' })];
    const question = { table, callingE164: null, e164: '+447700900123', atMs: Date.parse(peak) };
    expect(rateInForce(question, rates)).toMatchObject({ id: 2, status: 'closed' });
    expect(findRate(question, rates)).toEqual({ kind: 'none', why: 'no-rate' });
    const other = '+442079460000';
    expect(findRate({ ...question, e164: other }, candidates(rates, other))).toMatchObject({
      kind: 'rate',
      rate: { id: 1 },
    });
  });
});

describe('grace', () => {
  const priced = (billableMs: number) =>
    price(
      { answered: true, billableMs, callType: 'international' },
      { kind: 'rate', rate: rate(1, { graceMs: 5000, connectFeeMicros: 10_000 }), table },
    );
  it('costs nothing, no fee and no markup', () => {
    expect(priced(5000)).toMatchObject({
      ...{ kind: 'priced', costMicros: 0, chargeMicros: 0, billedMs: 0 },
      arithmetic: '5 s ≤ 5 s of grace = 0.00',
    });
  });
  it('charges all of a longer call', () => {
    expect(priced(5001)).toMatchObject({ kind: 'priced', costMicros: 16_000, billedMs: 6000 });
  });
});

describe('prices by state', () => {
  const rates = [
    rate(1, { prefix: '1801', scope: 'interstate' }),
    rate(2, { prefix: '1801', scope: 'intrastate' }),
    rate(3, { prefix: '1801', scope: 'indet' }),
    rate(4, { prefix: '1', scope: 'all' }),
  ];
  const by = (callingE164: string | null, e164 = '+18015550100') =>
    rateInForce({ table, e164, callingE164, atMs: Date.parse(peak) }, candidates(rates, e164))?.id;

  it.each([
    ['+18015550199', 2],
    // Utah has more than one area code.
    ['+14355550199', 2],
    ['+12125550199', 1],
    // Canada, a toll-free number, none, and a number of another country.
    ['+14165550199', 3],
    ['+18005550199', 3],
    [null, 3],
    ['+442079460000', 3],
  ])('decide by the number that calls: %s', (calling, id) => {
    expect(by(calling)).toBe(id);
  });

  it('go before a rate for all calls, which other numbers have', () => {
    expect(by('+12125550199', '+12125550100')).toBe(4);
  });
});
