import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  callerNumber,
  callerNumberSources,
  type CallerNumberRequest,
  type CallerNumberSettings,
} from '../../src/policy/caller-number.ts';
import { callTypes } from '../../src/words/call-type.ts';

const [site, emergency, ofDepartment, ofPhone, ofAccount, back] = [
  ...['+18016420000', '+18016420911', '+18016420100', '+18016420201', '+18016420500', '+18016429201'],
] as [string, string, string, string, string, string];

const settings = (changes: Partial<CallerNumberSettings> = {}): CallerNumberSettings => ({
  ...{ site, emergency, sources: callerNumberSources },
  ...changes,
});
const account = { callerNumber: null, anonymous: false, departmentCallerNumber: null };
const extension = { callerNumber: null, callbackNumber: null, departmentCallerNumber: null };
const call = (changes: Partial<CallerNumberRequest> = {}): CallerNumberRequest => ({
  ...{ callType: 'national', account, extension },
  ...changes,
});
const shown = (request: Partial<CallerNumberRequest>, changes: Partial<CallerNumberSettings> = {}) =>
  callerNumber(call(request), settings(changes)).number;

describe('the number that the called party is shown', () => {
  it('is the last of site, department, extension and account that has one', () => {
    expect(shown({})).toBe(site);
    const phone = { ...extension, departmentCallerNumber: ofDepartment };
    expect(shown({ extension: phone })).toBe(ofDepartment);
    expect(shown({ extension: { ...phone, callerNumber: ofPhone } })).toBe(ofPhone);
    const both = { extension: { ...phone, callerNumber: ofPhone }, account: { ...account, callerNumber: ofAccount } };
    expect(shown(both)).toBe(ofAccount);
    expect(shown({ extension: null, account: null }, { site: null })).toBeNull();
  });

  it('is that of the department to which the call is charged, or else of the phone’s department', () => {
    const phone = { ...extension, departmentCallerNumber: ofPhone };
    expect(shown({ extension: phone, account: { ...account, departmentCallerNumber: ofDepartment } })).toBe(
      ofDepartment,
    );
    expect(shown({ extension: phone })).toBe(ofPhone);
  });

  it('comes only from the sources that the site enables, in whatever order they are listed', () => {
    const parties = {
      extension: { ...extension, callerNumber: ofPhone, departmentCallerNumber: ofDepartment },
      account: { ...account, callerNumber: ofAccount },
    };
    expect(shown(parties, { sources: ['extension', 'site'] })).toBe(ofPhone);
    expect(shown(parties, { sources: ['department', 'site'] })).toBe(ofDepartment);
    expect(shown(parties, { sources: [] })).toBeNull();
    expect(shown(parties, { sources: ['account'], site: null })).toBe(ofAccount);
  });

  it('is the phone’s own on internal calls, and never hidden there', () => {
    const hidden = { ...account, callerNumber: ofAccount, anonymous: true };
    expect(callerNumber(call({ callType: 'internal', account: hidden }), settings())).toEqual({
      ...{ number: null, anonymous: false },
    });
  });

  it('is hidden if the account asks for it, whichever sources are enabled', () => {
    const hidden = { ...account, anonymous: true };
    for (const sources of [callerNumberSources, ['site'] as const]) {
      expect(callerNumber(call({ account: hidden }), settings({ sources }))).toEqual({ number: site, anonymous: true });
    }
  });

  it('reaches the phone on an emergency call: call-back number, own number, the site’s for emergencies, the site’s', () => {
    const emergencyCall = (phone: CallerNumberRequest['extension'], changes: Partial<CallerNumberSettings> = {}) =>
      callerNumber(
        call({
          callType: 'emergency',
          extension: phone,
          account: { callerNumber: ofAccount, anonymous: true, departmentCallerNumber: ofDepartment },
        }),
        settings(changes),
      );
    const seen = (number: string | null) => ({ number, anonymous: false });
    const phone = { ...extension, callerNumber: ofPhone, departmentCallerNumber: ofDepartment };
    expect(emergencyCall({ ...phone, callbackNumber: back })).toEqual(seen(back));
    // Whatever counts otherwise.
    expect(emergencyCall(phone, { sources: ['site'] })).toEqual(seen(ofPhone));
    expect(emergencyCall({ ...phone, callerNumber: null })).toEqual(seen(emergency));
    expect(emergencyCall(null, { sources: [] })).toEqual(seen(emergency));
    expect(emergencyCall(null, { emergency: null, sources: [] })).toEqual(seen(site));
    expect(emergencyCall(null, { emergency: null, site: null })).toEqual(seen(null));
  });

  it('is E.164 or null, whatever a database contains, and an emergency call never hides it', () => {
    const number = fc.oneof(
      fc.constantFrom(
        null,
        site,
        ofPhone,
        '',
        '201',
        '+',
        '+0123456',
        '+1801642020\u00b2',
        '8016420201',
        '+1801\n2345',
      ),
      fc.string({ unit: 'binary', maxLength: 18 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...callTypes),
        fc.record({ callerNumber: number, anonymous: fc.boolean(), departmentCallerNumber: number }),
        fc.record({ callerNumber: number, callbackNumber: number, departmentCallerNumber: number }),
        fc.subarray([...callerNumberSources]),
        (callType, payer, phone, sources) => {
          const answer = callerNumber({ callType, account: payer, extension: phone }, settings({ sources }));
          expect(answer.number ?? '+18015550100').toMatch(/^\+[1-9][0-9]{5,14}$/);
          if (callType === 'emergency') {
            expect(answer).toMatchObject({ anonymous: false, number: expect.any(String) });
          }
        },
      ),
    );
  });
});
