import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoDate, orderShownBy, type DateOrder } from '../../../src/rating/tariff/dates.ts';

describe('a date of a file', () => {
  it.each<[string, DateOrder | null, string]>([
    ['2026-01-31', null, '2026-01-31'],
    ['2026/1/31', null, '2026-01-31'],
    ['2026-01-31T08:00+02:00', null, '2026-01-31T08:00+02:00'],
    ['31/01/2026', null, '2026-01-31'],
    ['1/31/2026', null, '2026-01-31'],
    ['04/01/2026', 'day-first', '2026-01-04'],
    ['04/01/2026', 'month-first', '2026-04-01'],
    ['04-01-2026 08:30', 'day-first', '2026-01-04 08:30'],
    ['01/01/2026', null, '2026-01-01'],
    ['4.1.2026', null, '2026-01-04'],
    ['1 Apr 2027', null, '2027-04-01'],
    ['01-April-2027', null, '2027-04-01'],
    ['Apr 1, 2027', null, '2027-04-01'],
    ['soon', null, 'soon'],
  ])('%s, %s: %s', (text, order, expected) => expect(isoDate(text, order)).toEqual({ ok: true, value: expected }));

  it.each<[string, DateOrder | null, string]>([
    ['04/01/2026', null, '"04/01/2026" is 2026-01-04 with --dates day-first, and 2026-04-01 with --dates month-first'],
    ['31/01/2026', 'month-first', '"31/01/2026" is no date with the month first, as in the rest of its column'],
    ['1/31/2026', 'day-first', 'no date with the day first'],
  ])('%s, %s is refused', (text, order, why) => {
    const read = isoDate(text, order);
    expect(read.ok ? '' : read.problem).toContain(why);
  });

  it('is the day it was written for, in an order that it shows or that was said', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        day,
        fc.constantFrom<DateOrder>('day-first', 'month-first'),
        fc.constantFrom('/', '-'),
        (date, order, sign) => {
          const iso = date.toISOString().slice(0, 10);
          const [year = '', month = '', dayOfMonth = ''] = iso.split('-');
          const text = (order === 'day-first' ? [dayOfMonth, month, year] : [month, dayOfMonth, year]).join(sign);
          expect(isoDate(text, order)).toEqual({ ok: true, value: iso });
          const shown = orderShownBy(text);
          expect([order, null]).toContain(shown);
          const unsaid = isoDate(text, null);
          if (unsaid.ok) expect(unsaid.value).toBe(iso);
        },
      ),
    );
  });
});
