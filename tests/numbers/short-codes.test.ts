import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readShortCodes } from '../../scripts/short-codes/source.ts';
import { countries } from '../../src/numbers/metadata.ts';
import { dialPlanOf } from '../../src/numbers/plan.ts';
import { shortCodes } from '../../src/numbers/short-codes.ts';
import { emergencyIn, isFreeService, readNumber } from '../../src/numbers/read.ts';

describe('short codes', () => {
  it('are up to date with libphonenumber: run scripts/make-short-codes.ts', () => {
    expect(shortCodes).toEqual(readShortCodes());
  });

  it('for emergencies are the same in the dialplan, which places them without a controller', () => {
    const vars = readFileSync('freeswitch-conf/vars_billing.xml', 'utf8');
    const [, listed = ''] = /data="billing_emergency_numbers=([^"]*)"/.exec(vars) ?? [];
    expect(listed.split('|').sort()).toEqual([...dialPlanOf({}).emergencyNumbers].sort());
  });

  it.each(countries())(
    'for emergencies are recognised in %s, alone and after + or the outside-line digit',
    (country) => {
      const plan = dialPlanOf({ country, outsideLine: '9' });
      expect(plan.emergencyNumbers.length).toBeGreaterThan(0);
      for (const number of plan.emergencyNumbers) {
        for (const keyed of [number, `+${number}`, `${number}#`, `*${number}*`])
          expect(emergencyIn(keyed, plan)).toBe(number);
        // 9 before 11 is 911 in some countries: then that is meant.
        if (!plan.emergencyNumbers.includes(`9${number}`)) expect(emergencyIn(`9${number}`, plan)).toBe(number);
        expect(readNumber(number, plan)).toEqual({ keyed: number, dial: number, e164: null, callType: 'emergency' });
      }
    },
  );

  it('of North America are services, and free except for directory assistance and what a carrier bills', () => {
    for (const country of ['US', 'CA', 'JM']) {
      const plan = dialPlanOf({ country });
      const codes = ['211', '311', '411', '511', '611', '711', '811', '988'];
      for (const code of codes)
        expect(readNumber(code, plan)).toMatchObject({ callType: 'service', dial: code, e164: null });
      const free = codes.filter((code) => {
        const number = readNumber(code, plan);
        return number.callType !== null && isFreeService(number, plan);
      });
      expect(free).toEqual(['211', '711', '811', '988']);
    }
  });

  it('are those that the site lists, if it lists any', () => {
    const plan = dialPlanOf({ serviceNumbers: ['988', '1234'], freeServiceNumbers: ['1234'] });
    expect(readNumber('411', plan).callType).toBe('internal');
    const numbers = ['988', '1234'].map((code) => readNumber(code, plan));
    expect(numbers.map(({ callType }) => callType)).toEqual(['service', 'service']);
    expect(numbers.map((number) => number.callType !== null && isFreeService(number, plan))).toEqual([false, true]);
  });

  it('after the outside-line digit are reached if no extension has that many digits', () => {
    const plan = dialPlanOf({ extensionLengths: [3] });
    expect(readNumber('9988', plan)).toMatchObject({ callType: 'service', dial: '988' });
    expect(readNumber('9988', dialPlanOf({})).callType).toBe('internal');
  });
});
