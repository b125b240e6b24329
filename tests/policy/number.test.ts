import { describe, expect, it } from '@jest/globals';
import { emergencyIn, readNumber } from '../../src/numbers/read.ts';
import { spellingsOf } from '../../src/numbers/spellings.ts';
import type { CallType } from '../../src/words/call-type.ts';
import type { DialPlan } from '../../src/numbers/dial-plan.ts';
import { northAmerica } from '../support/north-america.ts';
import { berlin, denmark, london, moscow, saltLake } from './plans.ts';

function read(keyed: string, plan: DialPlan): string {
  const { e164, callType } = readNumber(keyed, plan);
  return callType === null ? 'unknown' : `${callType} ${e164 ?? ''}`.trim();
}

const readings: [name: string, plan: DialPlan, [keyed: string, expected: string][]][] = [
  [
    'North America',
    saltLake,
    [
      ['8016424655', 'local +18016424655'],
      ['18016424655', 'local +18016424655'],
      ['01118016424655', 'local +18016424655'],
      ['0018016424655', 'local +18016424655'],
      ['+18016424655', 'local +18016424655'],
      ['+118016424655', 'local +18016424655'],
      ['6424655', 'local +18016424655'],
      ['2125550123', 'national +12125550123'],
      ['18005550123', 'toll-free +18005550123'],
      ['9005550123', 'premium +19005550123'],
      ['442071234567', 'unknown'],
      ['011442071234567', 'international +442071234567'],
      ['01102071234567', 'unknown'],
      ['011011442071234567', 'unknown'],
      ['0000442071234567', 'unknown'],
      ['118016424655', 'unknown'],
      ['1801642465', 'unknown'],
      ['0801642465', 'unknown'],
      ['08016424655', 'unknown'],
      ['+1801642465', 'unknown'],
      ['1424655', 'unknown'],
      ['0111234', 'unknown'],
    ],
  ],
  [
    'a national prefix 0',
    london,
    [
      ['02079460958', 'local +442079460958'],
      ['2079460958', 'local +442079460958'],
      ['79460958', 'local +442079460958'],
      ['442079460958', 'local +442079460958'],
      ['+442079460958', 'local +442079460958'],
      ['+4402079460958', 'local +442079460958'],
      ['004402079460958', 'local +442079460958'],
      ['08001111', 'toll-free +448001111'],
      ['07400123456', 'mobile +447400123456'],
      ['4402079460958', 'local +442079460958'],
      ['07781123456', 'international +447781123456'],
      ['01534440123', 'international +441534440123'],
      ['07012345678', 'premium +447012345678'],
      ['01614960123', 'national +441614960123'],
      ['0018016424655', 'international +18016424655'],
      ['00118016424655', 'international +18016424655'],
      ['00442', 'unknown'],
      ['+44002079460958', 'unknown'],
      ['0002079460958', 'unknown'],
      ['+02079460958', 'unknown'],
    ],
  ],
  [
    'no national prefix',
    denmark,
    [
      ['32123456', 'national +4532123456'],
      ['4532123456', 'national +4532123456'],
      ['45123456', 'national +4545123456'],
      ['20123456', 'national +4520123456'],
      ['004532123456', 'national +4532123456'],
      ['032123456', 'unknown'],
    ],
  ],
  [
    'numbers of any length',
    berlin,
    [
      ['0301234567', 'local +49301234567'],
      ['1234567', 'local +49301234567'],
      ['0341123', 'national +49341123'],
      ['341123', 'national +49341123'],
      ['49301234567', 'local +49301234567'],
      ['0491234567', 'national +49491234567'],
      ['+490301234567', 'local +49301234567'],
      ['1234', 'internal'],
      ['0301', 'internal'],
      ['030123', 'national +4930123'],
      ['010130301234567', 'local +49301234567'],
      ['0101300442079460958', 'international +442079460958'],
      ['03', 'unknown'],
    ],
  ],
  [
    'a national prefix that numbers may begin with',
    moscow,
    [
      ['88001234567', 'toll-free +78001234567'],
      ['8001234567', 'toll-free +78001234567'],
      ['78001234567', 'toll-free +78001234567'],
      ['+788001234567', 'toll-free +78001234567'],
      ['810442071234567', 'international +442071234567'],
    ],
  ],
];

describe('a keyed number', () => {
  describe.each(readings)('with %s', (_, plan, cases) => {
    it.each(cases)('%s is read as %s', (keyed, expected) => {
      expect(read(keyed, plan)).toBe(expected);
    });
  });

  it('in a foreign country loses a trunk prefix that networks accept', () => {
    expect(read('0114402079460958', northAmerica)).toBe('international +442079460958');
    expect(read('+360612345678', northAmerica)).toBe('international +3612345678');
    expect(read('+5215512345678', northAmerica)).toBe('international +525512345678');
    expect(read('+784951234567', northAmerica)).toBe('international +74951234567');
  });

  it('in a foreign country keeps digits that are not a trunk prefix', () => {
    expect(read('+390612345678', northAmerica)).toBe('international +390612345678');
    expect(read('+78001234567', northAmerica)).toBe('international +78001234567');
    expect(read('+521234567890', northAmerica)).toBe('unknown');
  });

  it('in North America, keyed elsewhere, loses a single 1 after the country code', () => {
    expect(read('+118016424655', london)).toBe('international +18016424655');
    expect(read('+1118016424655', london)).toBe('unknown');
  });

  it('after the longer of two international prefixes is read with that prefix if it gives a number', () => {
    const plan: DialPlan = { ...denmark, internationalPrefixes: ['00', '001'] };
    expect(read('001442079460958', plan)).toBe('international +442079460958');
    expect(read('00442079460958', plan)).toBe('international +442079460958');
  });

  it('is an emergency number only when it is exactly one', () => {
    expect(read('911', northAmerica)).toBe('emergency');
    for (const keyed of ['9110', '91', '1911', '99911', '9119', '011911', '*77911', '77*9110', '']) {
      expect(read(keyed, northAmerica)).not.toBe('emergency');
    }
  });

  it.each(['911', '+911', '9911', '911*', '911#', '*911', '**911#', '#9911*', '*+911'])(
    'that can only mean an emergency number is one, and dials it bare: %s',
    (keyed) => {
      expect(emergencyIn(keyed, northAmerica)).toBe('911');
      expect(readNumber(keyed, northAmerica)).toEqual({ keyed, dial: '911', e164: null, callType: 'emergency' });
    },
  );

  it('is dialled without the outside-line digit if it is an emergency number, even if the list includes that digit', () => {
    const plan = { ...northAmerica, emergencyNumbers: ['911', '9911'] };
    expect(emergencyIn('9911', plan)).toBe('911');
  });

  it('of an extension’s length is internal, even if it begins like an international or national prefix', () => {
    for (const keyed of ['101', '8015', '011', '0114', '001', '1801']) {
      expect(read(keyed, northAmerica)).toBe('internal');
    }
    expect(read('+101', northAmerica)).toBe('unknown');
    expect(read('10101', northAmerica)).toBe('unknown');
  });

  it('that is also a whole national number is not internal', () => {
    expect(read('32123456', { ...denmark, extensionLengths: [8] })).toBe('national +4532123456');
  });

  it.each(['', '+', '*778016424655', '8016424655#', '801*6424655', '801 642 4655', '80164246+55', '８０１', '911\n'])(
    'with anything but digits and a leading + is unknown: %j',
    (keyed) => {
      expect(readNumber(keyed, northAmerica)).toEqual({ keyed, dial: null, e164: null, callType: null });
    },
  );

  it('has at most E.164’s 15 digits', () => {
    expect(read('+4930' + '1'.repeat(11), northAmerica)).toBe('international +4930' + '1'.repeat(11));
    expect(read('+4930' + '1'.repeat(12), northAmerica)).toBe('unknown');
    expect(read('9'.repeat(1_000_000), berlin)).toBe('unknown');
  });

  it('goes into the dial string as it was keyed', () => {
    expect(readNumber('01118016424655', northAmerica)).toEqual({
      keyed: '01118016424655',
      dial: '01118016424655',
      e164: '+18016424655',
      callType: 'national',
    });
  });

  it('takes its call type from the longest prefix, whatever its spelling', () => {
    const plan: DialPlan = {
      ...saltLake,
      localPrefixes: ['801642', '385'],
      mobilePrefixes: ['8016'],
      premiumPrefixes: ['900', '801976'],
    };
    const types: [string, CallType][] = [
      ['6424655', 'local'],
      ['8016424655', 'local'],
      ['3855550123', 'local'],
      ['8016554655', 'mobile'],
      ['9761234', 'premium'],
      ['8015554655', 'national'],
    ];
    for (const [keyed, callType] of types) expect(readNumber(keyed, plan).callType).toBe(callType);
  });
});

describe('the spellings of a destination', () => {
  function spellings(keyed: string, plan: DialPlan): string[] {
    const number = readNumber(keyed, plan);
    if (number.callType === null) throw new Error(`${keyed} is unknown`);
    return spellingsOf(number, plan).sort();
  }

  it('are all that a caller could key', () => {
    expect(spellings('6424655', saltLake)).toEqual(
      [
        '6424655',
        '8016424655',
        '18016424655',
        '+18016424655',
        '+118016424655',
        '01118016424655',
        '011118016424655',
        '0018016424655',
        '00118016424655',
      ].sort(),
    );
    expect(spellings('00442079460958', northAmerica)).toEqual(
      [
        '+442079460958',
        '+4402079460958',
        '011442079460958',
        '0114402079460958',
        '00442079460958',
        '004402079460958',
      ].sort(),
    );
  });

  it('of an extension or emergency number are that number alone', () => {
    expect(spellings('101', northAmerica)).toEqual(['101']);
    expect(spellings('911', northAmerica)).toEqual(['911']);
  });

  it('leave out what the dial plan would read as something else', () => {
    expect(spellings('0491234567', berlin)).toContain('491234567');
    expect(spellings('45123456', denmark)).toContain('4545123456');
  });
});
