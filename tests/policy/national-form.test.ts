import { describe, expect, it } from '@jest/globals';
import { nationalForm } from '../../src/policy/national-form.ts';

const plan = (countryCode: string, nationalPrefix: string, ...internationalPrefixes: string[]) => ({
  ...{ countryCode, nationalPrefix, internationalPrefixes },
});

describe('a number as dialled within the country', () => {
  it.each([
    ['+18016424655', plan('1', '1', '011', '00'), '8016424655'],
    ['+442079460000', plan('1', '1', '011', '00'), '011442079460000'],
    ['+493012345', plan('49', '0', '00'), '03012345'],
    ['+18016424655', plan('49', '0', '00'), '0018016424655'],
    // Italy's zero is part of the number.
    ['+390612345678', plan('39', '', '00'), '0612345678'],
    ['+73012345678', plan('7', '8', '810'), '83012345678'],
  ])('%s', (e164, home, written) => expect(nationalForm(e164, home)).toBe(written));
});
