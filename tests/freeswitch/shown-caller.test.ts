import { describe, expect, it } from '@jest/globals';
import { shownCaller, type ShownCaller } from '../../src/freeswitch/shown-caller.ts';
import { parseRoute } from '../../src/freeswitch/route.ts';
import { northAmerica } from '../support/north-america.ts';

function variables(route: string, caller: Partial<ShownCaller>): Record<string, string> {
  const parsed = parseRoute(route);
  if (parsed === null) throw new Error(`${route} is no route`);
  const target = { route: parsed, number: '8016424655', e164: '+18016424655', plan: northAmerica };
  return shownCaller({ number: '+18016420000', anonymous: false, neverHidden: false, ...caller }, target);
}
const gateway = 'sofia/gateway/carrier/{number}';

describe('the caller’s number for a gateway', () => {
  it.each([
    ['', '+18016420000'],
    ['?caller=+e164', '+18016420000'],
    ['?caller=e164', '18016420000'],
    ['?caller=national', '8016420000'],
  ])('has the form that the gateway wants: %j', (option, number) => {
    expect(variables(gateway + option, {})).toEqual({ origination_caller_id_number: number });
  });

  it('is left out if the gateway wants none or there is none: the phone’s own number stays', () => {
    expect(variables(`${gateway}?caller=none`, {})).toEqual({});
    expect(variables(gateway, { number: null })).toEqual({});
  });

  it('is in the header that the gateway wants', () => {
    expect(variables(`${gateway}?identity=pai`, {})['sip_cid_type']).toBe('pid');
    expect(variables(`${gateway}?identity=none`, {})['sip_cid_type']).toBe('none');
  });

  it('is hidden in From for an anonymous call, and asserted only to the gateway', () => {
    const hidden = variables(`${gateway}?identity=pai`, { anonymous: true });
    expect(hidden).toMatchObject({
      ...{ origination_caller_id_number: 'anonymous', origination_caller_id_name: 'Anonymous' },
      ...{ sip_cid_type: 'none', sip_h_Privacy: 'id', 'sip_h_P-Asserted-Identity': 'tel:+18016420000' },
    });
    const untold = variables(`${gateway}?caller=none`, { anonymous: true });
    expect(Object.keys(untold)).not.toContain('sip_h_P-Asserted-Identity');
    expect(Object.values(variables(gateway, { anonymous: true, number: null })).join()).not.toMatch(/\d/);
  });

  it('is never hidden on an emergency call', () => {
    expect(variables(gateway, { neverHidden: true })).toMatchObject({ origination_privacy: 'screen' });
  });
});
