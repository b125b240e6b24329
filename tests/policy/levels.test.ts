import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readNumber } from '../../src/numbers/read.ts';
import { demandOf, levelTooLow, parseLevelDemand, type LevelDemand } from '../../src/policy/levels.ts';
import { callTypes } from '../../src/words/call-type.ts';
import { northAmerica } from '../support/north-america.ts';

const demandsOf = (...texts: string[]): LevelDemand[] =>
  texts.map((text) => {
    const read = parseLevelDemand(text);
    if (!read.ok) throw new Error(read.problem);
    return read.value;
  });
const plan = northAmerica;
const demanded = (keyed: string, ...texts: string[]): number | null => {
  const number = readNumber(keyed, plan);
  if (number.callType === null) throw new Error(`${keyed} is no number`);
  return demandOf(number, demandsOf(...texts), plan)?.level ?? null;
};

describe('a level that is demanded', () => {
  it.each<[string, string[], number | null]>([
    ['01137167001234', ['international=100'], 100],
    ['01137167001234', ['international=100', '+37167=200'], 200],
    ['01137167001234', ['+37167=200', 'international=100'], 200],
    ['01137167001234', ['international=100', '+37167=50'], 100],
    ['011442079460123', ['international=100', '+37167=200'], 100],
    ['8016424655', ['international=100'], null],
    ['8016424655', ['national=1'], 1],
    ['8016424655', ['1801=20'], 20],
    ['8016424655', ['801=20'], 20],
    ['8016424655', [], null],
    ['19005551234', ['premium=255'], 255],
    ['911', ['service=255', '911=255'], null],
  ])('for %s by %j is %p', (keyed, texts, level) => {
    expect(demanded(keyed, ...texts)).toBe(level);
  });

  it.each(['international', 'international=0', 'international=256', '=5', 'abroad=5', 'emergency=5', '+44 = 5 5', ''])(
    'is not read from "%s"',
    (text) => {
      expect(parseLevelDemand(text).ok).toBe(false);
    },
  );

  it('lets exactly the accounts call that have as much, whatever else is demanded', () => {
    const demand = fc.tuple(
      fc.constantFrom(...callTypes.filter((type) => type !== 'emergency'), '+44', '801', '1900'),
      fc.integer({ min: 1, max: 255 }),
    );
    const numbers = fc.constantFrom('8016424655', '011442079460123', '19005551234', '18005550123', '300');
    fc.assert(
      fc.property(
        fc.array(demand, { maxLength: 6 }),
        numbers,
        fc.integer({ min: 0, max: 255 }),
        (texts, keyed, level) => {
          const number = readNumber(keyed, plan);
          if (number.callType === null) return;
          const demands = demandsOf(...texts.map(([of, at]) => `${of}=${at}`));
          const each = demands.flatMap((one) => demandOf(number, [one], plan)?.level ?? []);
          const found = demandOf(number, demands, plan);
          expect(found?.level ?? 0).toBe(Math.max(0, ...each));
          expect(levelTooLow({ authorizationLevel: level }, found) === null).toBe(each.every((one) => level >= one));
        },
      ),
    );
  });
});
