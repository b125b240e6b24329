import { expect, it } from '@jest/globals';
import { minutePrice } from '../../../src/reports/statements/fields.ts';

const minutes = (count: number): number => count * 60_000;

it.each([
  ['all of it charged', 600_000, 5, null, 120_000],
  ['some of it free', 360_000, 5, 2, 120_000],
  ['all of it free', 0, 5, 5, null],
  ['none of it billed', 0, 0, null, null],
])('the price a minute is that of the minutes that are charged: %s', (_, chargeMicros, billed, free, price) => {
  const call = { chargeMicros, billedMs: minutes(billed), includedMs: free === null ? null : minutes(free) };
  expect(minutePrice(call)).toBe(price);
});
