import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '../../../scripts/bench/options.ts';

describe('the command line of the bench', () => {
  it('names a case and what to measure', () => {
    const { name, json, options } = parseOptions(['delay', '--at-once', '10,100', '--rounds', '3', '--json']);
    expect({ name, json }).toEqual({ name: 'delay', json: true });
    expect(options).toMatchObject({ rounds: 3, lanes: [10, 100], seconds: null, calls: null });
  });

  it.each([
    [[], 'name one case'],
    [['a', 'b'], 'name one case'],
    [['delay', '--rounds', '0'], '--rounds 0: a whole number from 1 on'],
    [['delay', '--at-once', '1,x'], '--at-once x: a whole number from 1 on'],
    [['delay', '--fast'], "Unknown option '--fast'"],
  ])('%j is refused', (args, message) => expect(() => parseOptions(args)).toThrow(message));
});
