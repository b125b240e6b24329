import { describe, expect, it } from '@jest/globals';
import { authorize } from '../../src/policy/authorize.ts';
import type { Decision } from '../../src/policy/authorize.ts';
import { unrestricted } from '../../src/words/directory.ts';
import type { Restriction } from '../../src/words/directory.ts';
import { readNumber } from '../../src/numbers/read.ts';
import type { DialPlan } from '../../src/numbers/dial-plan.ts';
import { northAmerica } from '../support/north-america.ts';
import { berlin, london, moscow, saltLake } from './plans.ts';

type Call = { account?: Partial<Restriction> | null; extension?: Partial<Restriction> | null; plan?: DialPlan };

function restrictedBy(restriction: Partial<Restriction> | null): { restriction: Restriction } | null {
  return restriction === null ? null : { restriction: { ...unrestricted, ...restriction } };
}

function decide(keyed: string, { account = {}, extension = {}, plan = northAmerica }: Call): Decision {
  const number = readNumber(keyed, plan);
  return authorize({ account: restrictedBy(account), extension: restrictedBy(extension), number, plan });
}

/** `allowed` or the reason. */
function verdict(keyed: string, call: Call): string {
  const decision = decide(keyed, call);
  return decision.allowed ? 'allowed' : decision.reason;
}

function allowedOf(keyed: readonly string[], call: Call): string[] {
  return keyed.filter((number) => decide(number, call).allowed);
}

describe('without restrictions', () => {
  it('every known number is allowed', () => {
    for (const keyed of ['101', '8016424655', '011442079460958']) {
      expect(decide(keyed, {})).toEqual({ allowed: true, rule: 'no restriction' });
      expect(decide(keyed, { account: null, extension: null })).toEqual({ allowed: true, rule: 'no restriction' });
    }
  });

  it('an unknown number is invalid', () => {
    expect(decide('80164', { account: null, extension: null })).toEqual({
      allowed: false,
      reason: 'number-invalid',
      rule: 'dial plan: no such number',
    });
  });
});

describe('an emergency call', () => {
  it('is allowed whatever the restrictions', () => {
    const nothing: Partial<Restriction> = {
      minimumDigits: 10,
      maximumDigits: 2,
      blockedPrefixes: ['9', '911'],
      allowedNumbers: ['101'],
      allowedCallTypes: ['internal'],
    };
    expect(decide('911', { account: nothing, extension: nothing })).toEqual({ allowed: true, rule: 'emergency call' });
    expect(decide('9115550123', { account: nothing, extension: nothing }).allowed).toBe(false);
  });
});

describe('minimum and maximum digits', () => {
  const account = { minimumDigits: 7, maximumDigits: 11 };

  it('refuse with a rule that names them', () => {
    expect(decide('101', { account })).toEqual({
      allowed: false,
      reason: 'number-too-short',
      rule: 'account: at least 7 digits, not 3',
    });
    expect(decide('011442079460958', { account: {}, extension: account })).toEqual({
      allowed: false,
      reason: 'number-too-long',
      rule: 'extension: at most 11 digits, not 12',
    });
  });

  it('count a national number without prefix, and a number abroad with its country code', () => {
    const exactly = (digits: number) => ({ account: { minimumDigits: digits, maximumDigits: digits } });
    for (const keyed of ['8016424655', '18016424655', '01118016424655', '+18016424655', '6424655']) {
      expect(verdict(keyed, { ...exactly(10), plan: saltLake })).toBe('allowed');
    }
    for (const keyed of ['011442079460958', '+4402079460958']) expect(verdict(keyed, exactly(12))).toBe('allowed');
    expect(verdict('101', exactly(3))).toBe('allowed');
  });

  it('are checked before the dial plan, and count an unknown number without its prefixes', () => {
    const five = { account: { minimumDigits: 5, maximumDigits: 5 } };
    for (const keyed of ['80164', '180164', '+180164', '011180164', '*80164']) {
      expect(verdict(keyed, five)).toBe('number-invalid');
      expect(verdict(keyed, { account: { minimumDigits: 6 } })).toBe('number-too-short');
      expect(verdict(keyed, { account: { maximumDigits: 4 } })).toBe('number-too-long');
    }
    for (const keyed of ['020', '+44020', '0044020', '+4420']) {
      expect(decide(keyed, { account: { minimumDigits: 7 }, plan: { ...london, extensionLengths: [] } })).toMatchObject(
        {
          rule: 'account: at least 7 digits, not 2',
        },
      );
    }
    // Japan's 81 begins with Moscow's national prefix 8.
    expect(decide('+8112', { account: { minimumDigits: 7 }, plan: moscow })).toMatchObject({
      rule: 'account: at least 7 digits, not 4',
    });
  });
});

describe('allowed call types', () => {
  it('refuse the others and name the rule', () => {
    const extension: Partial<Restriction> = { allowedCallTypes: ['internal', 'toll-free'] };
    expect(allowedOf(['101', '18005550123', '8016424655', '9005550123', '011442079460958'], { extension })).toEqual([
      '101',
      '18005550123',
    ]);
    expect(decide('8016424655', { extension })).toEqual({
      allowed: false,
      reason: 'call-type-not-allowed',
      rule: 'extension: call type national not allowed',
    });
  });
});

describe('a blocked prefix', () => {
  const spellings = ['9005550123', '19005550123', '01119005550123', '0019005550123', '+19005550123', '+119005550123'];

  it.each(['900', '1900', '+1900', '0111900', '001900', '+11900', '9005550123', '0111900555'])(
    'hits in every spelling, typed as %s',
    (prefix) => {
      for (const keyed of spellings) {
        expect(decide(keyed, { account: { blockedPrefixes: ['809', prefix] } })).toEqual({
          allowed: false,
          reason: 'number-blocked',
          rule: `account: blocked prefix ${prefix}`,
        });
      }
    },
  );

  it('does not block other numbers', () => {
    const account = { blockedPrefixes: ['1900', '+44', '976'] };
    const others = ['8019005550', '19015550123', '01149209760958', '+97677123456', '101'];
    expect(allowedOf(others, { account })).toEqual(others);
  });

  it('of a country matches numbers keyed with a trunk 0 after the country code, and may be typed with it', () => {
    for (const prefix of ['+44', '01144', '0044', '+4420', '+44020', '01144020']) {
      for (const keyed of [
        '011442079460958',
        '0114402079460958',
        '+442079460958',
        '+4402079460958',
        '004402079460958',
      ]) {
        expect(verdict(keyed, { account: { blockedPrefixes: [prefix] } })).toBe('number-blocked');
      }
    }
  });

  it.each(['011', '01', '0', '00', '+'])(
    'that is an international prefix or its beginning means numbers abroad: %s',
    (prefix) => {
      const account = { blockedPrefixes: [prefix] };
      for (const keyed of ['011442079460958', '+442079460958', '00442079460958']) {
        expect(verdict(keyed, { account })).toBe('number-blocked');
      }
      for (const keyed of ['8016424655', '01118016424655', '0018016424655', '+18016424655']) {
        expect(verdict(keyed, { account })).toBe('allowed');
      }
    },
  );

  it('is read broadly: a local spelling that begins with it is enough', () => {
    const account = { blockedPrefixes: ['642'] };
    for (const keyed of ['6424655', '8016424655', '+18016424655']) {
      expect(verdict(keyed, { account, plan: saltLake })).toBe('number-blocked');
    }
    expect(verdict('8016424655', { account })).toBe('allowed');
  });

  it('of numbers abroad matches those that share the country code, however they are keyed', () => {
    const account: Partial<Restriction> = { allowedCallTypes: ['local', 'national'], blockedPrefixes: ['011', '1900'] };
    for (const keyed of ['18769221234', '8769221234', '+18769221234', '01118769221234', '918769221234']) {
      expect(verdict(keyed, { account })).toBe('call-type-not-allowed');
      expect(verdict(keyed, { account: { blockedPrefixes: ['011'] } })).toBe('number-blocked');
    }
    expect(verdict('18016424655', { account })).toBe('allowed');
  });

  it('is not evaded by an outside-line digit, which is not part of a number', () => {
    expect(verdict('919005550123', { account: { blockedPrefixes: ['1900'] } })).toBe('number-blocked');
    expect(allowedOf(['98016424655', '8016424655', '201'], { account: { blockedPrefixes: ['9'] } })).toEqual([
      '98016424655',
      '8016424655',
      '201',
    ]);
  });

  it('matches extensions, and takes precedence over any allowance', () => {
    const extension = { blockedPrefixes: ['10'], allowedNumbers: ['101', '201'], allowedPrefixes: ['10'] };
    expect(allowedOf(['101', '1012', '201'], { extension })).toEqual(['201']);
    expect(decide('101', { extension })).toMatchObject({ reason: 'number-blocked' });
  });

  it('matches all spellings where numbers may begin with the national prefix', () => {
    for (const prefix of ['800', '8800', '7800', '+7800', '+78800', '8107800']) {
      for (const keyed of [
        '8001234567',
        '88001234567',
        '78001234567',
        '+78001234567',
        '+788001234567',
        '81078001234567',
      ]) {
        expect(verdict(keyed, { account: { blockedPrefixes: [prefix] }, plan: moscow })).toBe('number-blocked');
      }
    }
  });
});

describe('allowed prefixes and numbers', () => {
  it('let a lobby phone call three extensions only', () => {
    const extension = { allowedNumbers: ['101', '102', '2001'] };
    const keyed = ['101', '102', '2001', '103', '1010', '200', '20011', '1015550123', '+101', '8016424655', '911'];
    expect(allowedOf(keyed, { extension })).toEqual(['101', '102', '2001', '911']);
    expect(decide('101', { extension })).toEqual({ allowed: true, rule: 'extension: allowed number 101' });
    expect(decide('103', { extension })).toEqual({
      allowed: false,
      reason: 'number-not-allowed',
      rule: 'extension: not among the allowed numbers',
    });
  });

  it('let an account call two countries and one number in a third', () => {
    const account = { allowedPrefixes: ['+44', '01149'], allowedNumbers: ['0033142345678'] };
    const allowed = ['011442079460958', '+4402079460958', '00493012345678', '+33142345678', '011330142345678'];
    expect(allowedOf(allowed, { account })).toEqual(allowed);
    const others = ['+33142345679', '+3314234567', '+331423456789', '4420794609', '8016424655', '101', '+351212345678'];
    expect(allowedOf(others, { account })).toEqual([]);
    expect(decide('011442079460958', { account })).toEqual({ allowed: true, rule: 'account: allowed prefix +44' });
  });

  it.each(['801', '1801', '+1801', '0111801', '001801', '+11801'])(
    'allow an area typed as %s, in every spelling',
    (prefix) => {
      const account = { allowedPrefixes: [prefix] };
      for (const keyed of ['8016424655', '18016424655', '01118016424655', '+18016424655']) {
        expect(verdict(keyed, { account })).toBe('allowed');
      }
      for (const keyed of ['8026424655', '01180164246', '+801642465500'])
        expect(verdict(keyed, { account })).not.toBe('allowed');
    },
  );

  it('are read narrowly', () => {
    const reach: [plan: DialPlan, prefix: string, keyed: string[], allowed: string[]][] = [
      [saltLake, '385', ['3855550', '3855550123', '385'], ['3855550123', '385']],
      [saltLake, '6424655', ['6424655', '8016424655', '6424655012'], ['6424655', '8016424655']],
      [northAmerica, '44', ['011442079460958', '4425550123', '4401'], ['4425550123', '4401']],
      [northAmerica, '1', ['8016424655', '011442079460958', '101', '201'], ['8016424655', '101']],
      [northAmerica, '011', ['8016424655', '01118016424655', '011442079460958', '0112'], ['011442079460958']],
      [northAmerica, '0', ['8016424655', '011442079460958', '0101'], ['0101']],
      [northAmerica, '11', ['8016424655', '+118016424655', '110'], ['110']],
      [london, '+440', ['02079460958', '+4402079460958', '07700900123'], []],
      [london, '+44020', ['02079460958', '79460958', '07700900123'], ['02079460958', '79460958']],
      [london, '0', ['02079460958', '0018016424655', '012'], ['02079460958', '012']],
      [london, '00', ['02079460958', '00442079460958', '0018016424655'], ['0018016424655']],
      [london, '44', ['02079460958', '442079460958', '4401'], ['4401']],
      [northAmerica, '+440', ['011442079460958', '0114402079460958'], []],
      [moscow, '8800', ['88001234567', '84951234567'], ['88001234567']],
      [moscow, '8495', ['84951234567', '4951234567', '88001234567'], ['84951234567', '4951234567']],
      [berlin, '49', ['0491234567', '0301234567', '498'], ['498']],
    ];
    for (const [plan, prefix, keyed, allowed] of reach) {
      expect({ prefix, allowed: allowedOf(keyed, { account: { allowedPrefixes: [prefix] }, plan }) }).toEqual({
        prefix,
        allowed,
      });
    }
  });

  it('of the site’s own country allow no other country with its code, unless they name it', () => {
    const keyed = ['18016424655', '18769221234', '18005550123'];
    for (const prefix of ['1', '+1', '18', '0111']) {
      const allowed = allowedOf(keyed, { account: { allowedPrefixes: [prefix] } });
      expect({ prefix, allowed }).toEqual({ prefix, allowed: ['18016424655', '18005550123'] });
    }
    for (const prefix of ['1876', '876', '+1876']) {
      expect(allowedOf(keyed, { account: { allowedPrefixes: [prefix] } })).toEqual(['18769221234']);
    }
  });

  it('that are not in the dial plan match nothing', () => {
    const account = { allowedNumbers: ['80164', '+999999999999999999'], allowedPrefixes: ['+'] };
    expect(allowedOf(['80164', '8016424655', '101', '011442079460958'], { account })).toEqual([]);
  });
});

describe('account and extension', () => {
  const account = { allowedPrefixes: ['801', '+44'] };
  const extension = { blockedPrefixes: ['+44'], allowedNumbers: ['8016424655', '011442079460958'] };

  it('must both allow', () => {
    expect(allowedOf(['8016424655', '8016424656', '+442079460958'], { account, extension })).toEqual(['8016424655']);
    expect(decide('8016424655', { account, extension })).toEqual({
      allowed: true,
      rule: 'account: allowed prefix 801; extension: allowed number 8016424655',
    });
  });

  it('count as unrestricted if there is none', () => {
    expect(verdict('+442079460958', { account, extension: null })).toBe('allowed');
    expect(verdict('8016424655', { account: null, extension })).toBe('allowed');
    expect(verdict('8016424656', { account: null, extension })).toBe('number-not-allowed');
  });

  it('are checked rule by rule: the extension’s length before the account’s block', () => {
    const call = { account: { blockedPrefixes: ['801'] }, extension: { maximumDigits: 9 } };
    expect(decide('8016424655', call)).toMatchObject({ rule: 'extension: at most 9 digits, not 10' });
  });
});
