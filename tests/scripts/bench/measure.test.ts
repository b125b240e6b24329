import { describe, expect, it } from '@jest/globals';
import { percentileOf, ratioOf, showNumber, showSpread, spreadOf } from '../../../scripts/bench/measure.ts';

describe('figures', () => {
  it('are the median of all rounds, with minimum and maximum', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ median: 20, least: 10, most: 30 });
    expect(spreadOf([1, 2])).toEqual({ median: 1.5, least: 1, most: 2 });
    expect(showSpread(spreadOf([]))).toBe('–');
  });

  it('are compared within a round', () => {
    // The second round was slow for both.
    expect(ratioOf([100, 50, 90], [200, 100, 180])).toEqual({ median: 0.5, least: 0.5, most: 0.5 });
  });

  it('have percentiles interpolated between neighbours', () => {
    const sorted = Array.from({ length: 101 }, (_, index) => index);
    expect(percentileOf(sorted, 99)).toBe(99);
    expect(percentileOf([0, 10], 50)).toBe(5);
    expect(percentileOf([7], 99)).toBe(7);
    expect(percentileOf([], 50)).toBeNaN();
  });

  it.each([
    [12_345.6, '12,346'],
    [100, '100'],
    [12.345, '12.3'],
    [1.2345, '1.23'],
    [0.12345, '0.123'],
    [-20.31, '-20.3'],
  ])('%d is shown as %s', (value, text) => expect(showNumber(value)).toBe(text));
});
