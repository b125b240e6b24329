import { describe, expect, it } from '@jest/globals';
import { emergencyMeant } from '../../src/call/entry.ts';
import { shownOf } from '../../src/call/effects.ts';
import { isComplete } from '../../src/numbers/complete.ts';
import type { DialPlanSettings } from '../../src/numbers/dial-plan.ts';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { emergencyIn, readNumber, type CalledNumber } from '../../src/numbers/read.ts';
import { spellingsOf } from '../../src/numbers/spellings.ts';

const read = (settings: DialPlanSettings, keyed: string) => readNumber(keyed, dialPlanOf(settings));

describe('what is keyed before a number for one call alone', () => {
  it.each([
    ['GB', '14102079460000', '+442079460000', '02079460000'],
    ['GB', '141 00 1 212 642 4655', '+12126424655', '0012126424655'],
    ['US', '*678016424655', '+18016424655', '8016424655'],
    ['US', '9*671 801 642 4655', '+18016424655', '18016424655'],
    ['US', '1167 011 44 20 7946 0000', '+442079460000', '011442079460000'],
    ['US', '*67 1010288 1 801 642 4655', '+18016424655', '18016424655'],
    ['IE', '141 01 677 8899', '+35316778899', '016778899'],
    ['FR', '3651 01 42 68 53 00', '+33142685300', '0142685300'],
    ['ES', '067 912 345 678', '+34912345678', '912345678'],
    ['AU', '1831 02 9876 5432', '+61298765432', '0298765432'],
    ['NZ', '0197 09 379 4500', '+6493794500', '093794500'],
    ['JP', '184 03 1234 5678', '+81312345678', '0312345678'],
    ['HK', '133 2123 4567', '+85221234567', '21234567'],
  ])('at a site in %s, %s hides the caller, and %s is called', (country, typed, e164, dial) => {
    const number = read({ country }, typed.replaceAll(' ', ''));
    expect(number).toMatchObject({ e164, dial, hidesCaller: true });
    const allowed = { number, payer: { kind: 'nobody' } } as unknown as Parameters<typeof shownOf>[0];
    const settings = { site: '+12125550100', emergency: null, sources: ['site'] as const };
    expect(shownOf(allowed, null, settings)).toEqual({ number: '+12125550100', anonymous: true });
  });

  it.each([
    ['GB', '1470 020 7946 0000', '+442079460000'],
    ['US', '*82 801 642 4655', '+18016424655'],
    ['JP', '186 090 1234 5678', '+819012345678'],
  ])('at a site in %s, %s shows the caller as ever', (country, typed, e164) => {
    const number = read({ country }, typed.replaceAll(' ', ''));
    expect(number.e164).toBe(e164);
    expect('hidesCaller' in number).toBe(false);
  });

  it.each([
    ['JP', '0033 010 44 20 7946 0000', '+442079460000', '010442079460000'],
    ['JP', '001 010 1 212 642 4655', '+12126424655', '01012126424655'],
    ['JP', '0061 03 1234 5678', '+81312345678', '0312345678'],
    ['KR', '082 02 123 4567', '+8221234567', '021234567'],
    ['KR', '082 2 123 4567', '+8221234567', '08221234567'],
    ['CN', '17951 010 1234 5678', '+861012345678', '01012345678'],
    ['CN', '17909 00 44 20 7946 0000', '+442079460000', '00442079460000'],
    ['CN', '12593 138 1234 5678', '+8613812345678', '1259313812345678'],
  ])('at a site in %s, the carrier of %s chooses nobody else: %s', (country, typed, e164, dial) => {
    const number = read({ country }, typed.replaceAll(' ', ''));
    expect({ e164: number.e164, dial: number.dial }).toEqual({ e164, dial });
  });

  it('leaves extensions, services and unknown numbers what they are', () => {
    expect(read({ country: 'GB' }, '1411').callType).toBe('internal');
    expect(read({ country: 'GB' }, '14112').callType).toBeNull();
    expect(read({ country: 'US' }, '*67').callType).toBeNull();
    expect(read({ country: 'US' }, '*21*8016424655').callType).toBeNull();
    expect(read({ country: 'DE' }, '*67030123456').callType).toBeNull();
  });

  it('keeps no emergency call: 141999, *67911, 184110', () => {
    const emergencies: [string, string, string][] = [
      ['GB', '141999', '999'],
      ['GB', '1470112', '112'],
      ['US', '*67911', '911'],
      ['US', '1167911', '911'],
      ['US', '9*67911', '911'],
      ['JP', '184110', '110'],
      ['JP', '186119', '119'],
      ['ES', '067112', '112'],
      ['AU', '1831000', '000'],
    ];
    for (const [country, keyed, number] of emergencies) {
      const plan = dialPlanOf({ country });
      expect({ keyed, number: emergencyIn(keyed, plan) }).toEqual({ keyed, number });
    }
    // Five digits may be an extension there.
    const five = dialPlanOf({ country: 'GB', extensionLengths: [6] });
    expect(emergencyIn('141999', five)).toBeNull();
  });
});

describe('an emergency number', () => {
  it('is meant behind the codes of a network as well: *31#112, #31#110', () => {
    const plan = dialPlanOf({ country: 'DE' });
    const meant = (dialled: string) => emergencyMeant(dialled, (text) => emergencyIn(text, plan));
    expect(['*31#112', '#31#110', '*31#030112', '112#5'].map(meant)).toEqual(['112', '110', null, null]);
  });

  it.each([
    ['JP', '118'],
    ['CN', '122'],
    ['NG', '112'],
  ])('of %s is %s, which libphonenumber does not say', (country, keyed) => {
    expect(read({ country }, keyed)).toMatchObject({ callType: 'emergency', dial: keyed });
  });
});

describe('a mobile of one’s own area in Argentina', () => {
  it('is keyed with 15 alone', () => {
    const plan = dialPlanOf({ country: 'AR', areaCode: '11' });
    const number = readNumber('1512345678', plan);
    expect(number).toMatchObject({ e164: '+5491112345678', callType: 'mobile', dial: '1512345678' });
    expect(isComplete('1512345678', plan)).toBe(true);
    expect(isComplete('151234567', plan)).toBe(false);
    expect(spellingsOf(number as CalledNumber, plan)).toContain('1512345678');
    expect(read({ country: 'AR', areaCode: '2966' }, '15412345').e164).toBe('+5492966412345');
    expect(read({ country: 'AR' }, '1512345678').callType).toBeNull();
  });
});
