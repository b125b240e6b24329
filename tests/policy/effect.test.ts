import { describe, expect, it } from '@jest/globals';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { uselessBlock } from '../../src/policy/effect.ts';

describe('a blocked prefix without effect', () => {
  it.each([
    ['US', '44207', '+44207'],
    ['US', '91900', '1900'],
    ['US', '11900', '+11900'],
    ['GB', '49301', '+49301'],
    ['DE', '1900555', '+1900555'],
  ])('at a site in %s is refused, with what to write instead: %s', (country, prefix, instead) => {
    const refusal = uselessBlock(prefix, dialPlanOf({ country }));
    expect(refusal).toContain(`"${prefix}" blocks nothing`);
    expect(refusal).toContain(`write ${instead}`);
  });

  it.each(['+999', '88212345', '011011', '+1911', '20021', '+4400'])('is refused: %s', (prefix) => {
    expect(uselessBlock(prefix, dialPlanOf({}))).toMatch(/blocks nothing/);
  });

  it('is not one with which a number, an extension or a service begins', () => {
    for (const prefix of [
      '1',
      '1900',
      '900',
      '+44',
      '+44020',
      '+440',
      '011',
      '0',
      '9',
      '44',
      '20',
      '1876',
      '+8816',
      '988',
      '4420',
    ]) {
      expect(uselessBlock(prefix, dialPlanOf({}))).toBeNull();
    }
    expect(uselessBlock('14275', dialPlanOf({}))).toContain('blocks nothing');
    expect(uselessBlock('14275', dialPlanOf({ newRanges: ['1427'] }))).toBeNull();
    for (const prefix of ['49', '4930', '030', '+4930', '0049', '116', '1', '0180']) {
      expect(uselessBlock(prefix, dialPlanOf({ country: 'DE' }))).toBeNull();
    }
  });
});
