import { describe, expect, it } from '@jest/globals';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { countries, namesOf, numberingOf } from '../../src/numbers/metadata.ts';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { readNumber } from '../../src/numbers/read.ts';
import type { CallType } from '../../src/words/call-type.ts';
import { examples, type ExampleKind } from './examples.ts';

/** What a caller in the country itself is told that such a number is. */
const typesAtHome: Record<ExampleKind, readonly CallType[]> = {
  'fixed-line': ['national'],
  // National, where nobody can tell a mobile from a fixed line.
  mobile: ['mobile', 'national'],
  'toll-free': ['toll-free'],
  premium: ['premium'],
  'shared-cost': ['premium'],
  personal: ['premium'],
  voip: ['national'],
  pager: ['premium'],
  company: ['national'],
  voicemail: ['mobile'],
};
const typesAbroad = (kind: ExampleKind): CallType =>
  typesAtHome[kind].includes('premium') ? 'premium' : 'international';

/** The two libraries are released apart: an example of a range that the shipped one does not know yet, or no more, is no example. */
const known = examples().filter(
  ({ callingCode, national }) => parsePhoneNumberFromString(`+${callingCode}${national}`)?.isValid() === true,
);
const ofCountries = known.filter(({ country }) => /^[A-Z]{2}$/.test(country));
const ofNetworks = known.filter(({ country }) => !/^[A-Z]{2}$/.test(country));
/** Botswana's example of VoIP is a mobile number for the shipped library. */
const isDisputed = ({ country, kind }: (typeof known)[number]): boolean => country === 'BW' && kind === 'voip';

describe('the examples of libphonenumber', () => {
  it('cover every country and nearly every kind of number in it', () => {
    expect(new Set(ofCountries.map(({ country }) => country)).size).toBe(countries().length);
    expect(known.length).toBeGreaterThan(1100);
    expect(examples().length - known.length).toBeLessThan(10);
  });
});

describe.each(countries())('a number of %s', (country) => {
  const own = ofCountries.filter((example) => example.country === country && !isDisputed(example));

  it('is read in every way that it is keyed there, with its type', () => {
    const plan = dialPlanOf({ country });
    for (const { kind, callingCode, national } of own) {
      const ways = ['+', ...plan.internationalPrefixes].map((prefix) => prefix + callingCode + national);
      ways.push(plan.nationalPrefix + national);
      if (plan.nationalPrefix === '' || callingCode === '1') ways.push(national);
      for (const keyed of ways) {
        const { e164, callType } = readNumber(keyed, plan);
        expect({ keyed, kind, e164 }).toEqual({ keyed, kind, e164: `+${callingCode}${national}` });
        expect({ keyed, kind, callType }).toEqual({ keyed, kind, callType: expect.any(String) });
        expect(typesAtHome[kind]).toContain(callType);
      }
    }
  });

  it('is international everywhere else, or premium if it is expensive', () => {
    for (const from of ['US', 'DE', 'RU', 'JP', 'GB', 'BR'].filter((name) => name !== country)) {
      const plan = dialPlanOf({ country: from });
      for (const { kind, callingCode, national } of own) {
        for (const prefix of ['+', ...plan.internationalPrefixes]) {
          const { e164, callType } = readNumber(prefix + callingCode + national, plan);
          expect({ from, kind, e164 }).toEqual({ from, kind, e164: `+${callingCode}${national}` });
          // Toll-free and premium ranges of a shared calling code belong to all its countries.
          const isShared =
            callingCode === plan.countryCode && numberingOf(from).kinds.some(({ whole }) => whole.test(national));
          if (!isShared)
            expect({ from, kind, national, callType }).toEqual({ from, kind, national, callType: typesAbroad(kind) });
        }
      }
    }
  });
});

describe('a number that belongs to no country', () => {
  it.each(ofNetworks)('is premium, unless it is international freephone: +$callingCode $kind', (example) => {
    const { callType } = readNumber(`+${example.callingCode}${example.national}`, dialPlanOf({ country: 'US' }));
    expect(callType).toBe(example.callingCode === '800' ? 'international' : 'premium');
  });
});

/** A geographic number of each, from its regulator's area codes, by hand. */
const northAmerica: Record<string, string> = {
  AG: '2684601234',
  AI: '2644971234',
  AS: '6846331234',
  BB: '2464301234',
  BM: '4412951234',
  BS: '2423221234',
  CA: '4165551234',
  DM: '7674481234',
  DO: '8095551234',
  GD: '4734401234',
  GU: '6714721234',
  JM: '8769221234',
  KN: '8694651234',
  KY: '3459491234',
  LC: '7584521234',
  MP: '6702341234',
  MS: '6644911234',
  PR: '7877221234',
  SX: '7215421234',
  TC: '6499461234',
  TT: '8686221234',
  VC: '7844561234',
  VG: '2844941234',
  VI: '3407741234',
};

describe('at a site in the United States', () => {
  const plan = dialPlanOf({});

  it('every other country of the numbering plan is international, however it is keyed', () => {
    expect(Object.keys(northAmerica).sort()).toEqual(
      namesOf('1')
        .filter((name) => name !== 'US')
        .sort(),
    );
    for (const [country, national] of Object.entries(northAmerica)) {
      for (const keyed of [
        national,
        `1${national}`,
        `+1${national}`,
        `0111${national}`,
        `9${national}`,
        `91${national}`,
      ]) {
        expect({ country, keyed, callType: readNumber(keyed, plan).callType }).toEqual({
          country,
          keyed,
          callType: 'international',
        });
      }
    }
  });

  it('countries listed by the site are national', () => {
    const withTerritories = dialPlanOf({ nationalCountries: ['PR', 'VI'] });
    expect(readNumber('17877221234', withTerritories).callType).toBe('national');
    expect(readNumber('13407741234', withTerritories).callType).toBe('national');
    expect(readNumber('18769221234', withTerritories).callType).toBe('international');
  });

  it('a range newer than the metadata is refused until the site lists it', () => {
    expect(readNumber('12565550123', plan).callType).toBe('national');
    expect(readNumber('14275550123', plan).callType).toBeNull();
    const newer = dialPlanOf({ newRanges: ['1427', '99999'] });
    expect(readNumber('14275550123', newer)).toMatchObject({ callType: 'national', e164: '+14275550123' });
    expect(readNumber('4275550123', newer)).toMatchObject({ callType: 'national', e164: '+14275550123' });
    expect(readNumber('1427555012', newer).callType).toBeNull();
    expect(readNumber('01199999123456', newer)).toMatchObject({ callType: 'international', e164: '+99999123456' });
  });
});

describe('calling codes that countries share', () => {
  const cases: [home: string, keyed: string, callType: CallType, e164: string][] = [
    ['RU', '87172123456', 'international', '+77172123456'],
    ['RU', '84951234567', 'national', '+74951234567'],
    ['KZ', '87172123456', 'national', '+77172123456'],
    ['KZ', '84951234567', 'international', '+74951234567'],
    ['GB', '01481723123', 'international', '+441481723123'],
    ['GB', '01534440123', 'international', '+441534440123'],
    ['GB', '01624756123', 'international', '+441624756123'],
    ['GB', '07781123456', 'international', '+447781123456'],
    ['JE', '01534440123', 'national', '+441534440123'],
    ['JE', '02079460958', 'international', '+442079460958'],
    ['IT', '0669812345', 'international', '+390669812345'],
    ['VA', '0669812345', 'national', '+390669812345'],
    ['NO', '79123456', 'international', '+4779123456'],
    ['FI', '018123456', 'international', '+35818123456'],
    ['AU', '0891621234', 'international', '+61891621234'],
    ['AU', '0891641234', 'international', '+61891641234'],
  ];
  it.each(cases)('from %s, %s is %s', (home, keyed, callType, e164) => {
    expect(readNumber(keyed, dialPlanOf({ country: home }))).toMatchObject({ callType, e164 });
  });
});

describe('spellings that people use', () => {
  const cases: [home: string, keyed: string, expected: string][] = [
    ['MX', '5512345678', 'national +525512345678 5512345678'],
    ['MX', '+5215512345678', 'national +525512345678 +525512345678'],
    ['MX', '0445512345678', 'national +525512345678 5512345678'],
    ['MX', '0455512345678', 'national +525512345678 5512345678'],
    ['MX', '015512345678', 'national +525512345678 5512345678'],
    ['US', '0115215512345678', 'international +525512345678 011525512345678'],
    // 21 is Embratel: neither Rio's area code nor a country code behind it.
    ['BR', '02111987654321', 'mobile +5511987654321 02111987654321'],
    ['BR', '0211133334444', 'national +551133334444 0211133334444'],
    ['BR', '02133334444', 'national +552133334444 02133334444'],
    ['BR', '002118016424655', 'international +18016424655 002118016424655'],
    ['BR', '005511987654321', 'unknown'],
    ['BR', '0018016424655', 'unknown'],
    ['US', '+552111987654321', 'unknown'],
    ['IT', '0612345678', 'national +390612345678 0612345678'],
    ['IT', '899123456', 'premium +39899123456 899123456'],
    ['IT', '39899123456', 'premium +39899123456 39899123456'],
    ['US', '01139899123456', 'premium +39899123456 01139899123456'],
    ['US', '01139612345678', 'unknown'],
    ['IT', '3931234567', 'mobile +393931234567 3931234567'],
    ['DE', '010130301234567', 'national +49301234567 0301234567'],
    ['DE', '0100130301234567', 'national +49301234567 0301234567'],
    ['DE', '0101300442079460958', 'international +442079460958 00442079460958'],
    ['DE', '01013', 'unknown'],
    ['DE', '01013110', 'unknown'],
    ['US', '101028818016424655', 'national +18016424655 18016424655'],
    ['US', '1010288011442079460958', 'international +442079460958 011442079460958'],
    ['US', '910102889005550123', 'premium +19005550123 9005550123'],
    ['US', '10102880', 'unknown'],
    ['US', '1010288911', 'unknown'],
    ['GB', '4402079460958', 'national +442079460958 4402079460958'],
    ['US', '0114402079460958', 'international +442079460958 011442079460958'],
    ['AR', '0111551234567', 'mobile +5491151234567 0111551234567'],
    ['US', '01154111551234567', 'international +5491151234567 0115491151234567'],
    ['US', '0115491151234567', 'international +5491151234567 0115491151234567'],
    ['US', '98016424655', 'national +18016424655 8016424655'],
    ['US', '9011442079460958', 'international +442079460958 011442079460958'],
    ['US', '9005550123', 'premium +19005550123 9005550123'],
    ['US', '99005550123', 'premium +19005550123 9005550123'],
    ['US', '998016424655', 'unknown'],
    ['US', '988', 'service 988'],
    ['US', '9411', 'internal 9411'],
    ['GB', '111', 'service 111'],
    ['DE', '116117', 'service 116117'],
    ['AU', '000', 'emergency 000'],
  ];
  it.each(cases)('in %s, %s is %s', (home, keyed, expected) => {
    const { callType, e164, dial } = readNumber(keyed, dialPlanOf({ country: home }));
    expect([callType ?? 'unknown', e164, dial].filter((part) => part !== null).join(' ')).toBe(expected);
  });
});
