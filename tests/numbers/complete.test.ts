import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isComplete } from '../../src/numbers/complete.ts';
import type { DialPlan } from '../../src/numbers/dial-plan.ts';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { readNumber } from '../../src/numbers/read.ts';
import { examples } from './examples.ts';

const completeOf = (keyed: readonly string[], plan: DialPlan): string[] =>
  keyed.filter((text) => isComplete(text, plan));

describe('an entry that is complete', () => {
  it('has ten digits in North America, or eleven after 1, and cannot be longer', () => {
    const keyed = ['8016424655', '18016424655', '+18016424655', '01118016424655', '98016424655', '918016424655'];
    expect(completeOf(keyed, dialPlanOf({}))).toEqual(keyed);
    const begun = keyed.flatMap((text) => [text.slice(0, -1), text.slice(0, -4)]);
    expect(completeOf(begun, dialPlanOf({}))).toEqual([]);
    expect(completeOf(['80164246551', '2001', '101', '988', '411', ''], dialPlanOf({}))).toEqual(['2001']);
  });

  it('is not one that may be the beginning of a longer one after the outside-line digit', () => {
    const begun = ['9405550123', '9186424655'];
    expect(begun.map((text) => readNumber(text, dialPlanOf({})).callType)).toEqual(['national', 'national']);
    expect(completeOf(begun, dialPlanOf({}))).toEqual([]);
    expect(completeOf(begun, dialPlanOf({ outsideLine: '' }))).toEqual(begun);
    // Behind 9 nobody keys 00, so a premium number is one.
    expect(completeOf(['9005550123'], dialPlanOf({}))).toEqual(['9005550123']);
    // No area code is 655, so 9-1-655 cannot be meant.
    expect(completeOf(['9165550123'], dialPlanOf({}))).toEqual(['9165550123']);
  });

  it('is not a local number that may have an area code, nor an extension that may have more digits', () => {
    const plan = dialPlanOf({ areaCode: '801' });
    expect(readNumber('3855501', plan).callType).toBe('local');
    expect(completeOf(['3855501', '101'], plan)).toEqual([]);
    // No area code is 642.
    expect(completeOf(['6424655'], plan)).toEqual(['6424655']);
    expect(completeOf(['2001'], dialPlanOf({ extensionLengths: [3, 4, 6] }))).toEqual([]);
  });

  it('may have more digits if it is the beginning of a new range', () => {
    const plan = dialPlanOf({ newRanges: ['1427'] });
    expect(completeOf(['4271', '4275550123', '14275550123'], dialPlanOf({}))).toEqual(['4271']);
    expect(completeOf(['4271', '4275550123', '14275550123'], plan)).toEqual(['4275550123', '14275550123']);
  });

  it('is not a number in a country whose numbers have many lengths', () => {
    expect(completeOf(['0301234567', '+49301234567'], dialPlanOf({ country: 'DE' }))).toEqual([]);
    expect(completeOf(['01149301234567'], dialPlanOf({}))).toEqual([]);
    expect(completeOf(['011442079460958', '01133142345678'], dialPlanOf({}))).toEqual([
      '011442079460958',
      '01133142345678',
    ]);
  });

  it('is never the beginning of another entry, in countries of many kinds', () => {
    const homes = ['US', 'GB', 'DE', 'IT', 'BR', 'MX', 'AR', 'DK', 'AT', 'RU', 'SG', 'HK', 'AU', 'FR', 'JM'];
    const known = examples().filter(({ country }) => /^[A-Z]{2}$/.test(country));
    const entry = fc.constantFrom(...homes).chain((home) => {
      const plan = dialPlanOf({ country: home });
      const ways = known.flatMap(({ country, callingCode, national }) =>
        callingCode === plan.countryCode
          ? [national, plan.nationalPrefix + national, plan.outsideLine + national, `+${callingCode}${national}`]
          : country < 'D'
            ? plan.internationalPrefixes.map((prefix) => prefix + callingCode + national)
            : [],
      );
      return fc.record({
        plan: fc.constant(plan),
        keyed: fc.constantFrom(...ways),
        more: fc.stringMatching(/^\d{1,3}$/),
      });
    });
    let complete = 0;
    fc.assert(
      fc.property(entry, ({ plan, keyed, more }) => {
        for (let length = 1; length < keyed.length; length++) {
          if (readNumber(keyed, plan).callType !== null) expect(isComplete(keyed.slice(0, length), plan)).toBe(false);
        }
        if (!isComplete(keyed, plan)) return;
        complete += 1;
        expect(readNumber(keyed + more, plan).callType).toBeNull();
      }),
      { numRuns: 3000 },
    );
    expect(complete).toBeGreaterThan(500);
  });
});
