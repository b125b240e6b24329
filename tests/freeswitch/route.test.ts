import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endpointWith, parseRoute } from '../../src/freeswitch/route.ts';

describe('a route', () => {
  it('is an endpoint with the form of the numbers there', () => {
    expect(parseRoute('sofia/gateway/carrier/{number}')).toEqual({
      endpoint: 'sofia/gateway/carrier/{number}',
      gateway: 'carrier',
      numberAs: 'number',
      callerNumberAs: '+e164',
      identityAs: null,
    });
    expect(parseRoute('sofia/gateway/billing::backup/{+e164}?caller=national&identity=pai')).toEqual({
      endpoint: 'sofia/gateway/billing::backup/{+e164}',
      gateway: 'billing::backup',
      numberAs: '+e164',
      callerNumberAs: 'national',
      identityAs: 'pai',
    });
  });

  it.each([
    ['sofia/billing/{national}@sip.example.org:5080;transport=tcp', 'sip.example.org:5080'],
    ['sofia/billing/9{e164}@192.0.2.7', '192.0.2.7'],
    ['loopback/{number}', 'loopback'],
    ['{number}', 'unnamed'],
  ])('without a gateway is named after its host: %s', (text, gateway) => {
    expect(parseRoute(text)?.gateway).toBe(gateway);
  });

  it.each([
    '',
    'sofia/gateway/x',
    '{number}{number}',
    '{number}{e164}',
    'sofia/gateway/x/{number},loopback/1',
    'a b{number}',
    '{x}{number}',
    'sofia/gateway/x/{E164}',
    'sofia/gateway/x/{number}?',
    'sofia/gateway/x/{number}?caller',
    'sofia/gateway/x/{number}?caller=201',
    'sofia/gateway/x/{number}?caller=none&caller=none',
    'sofia/gateway/x/{number}?caller=none?identity=pai',
    'sofia/gateway/x/{number}?identity=x',
    'sofia/gateway/x/{number}?name=x',
    "sofia/gateway/x/{number}?caller='e164'",
  ])('is not %j', (text) => expect(parseRoute(text)).toBeNull());

  it('has a name that is safe in a channel variable, and contains nothing that is syntax in a dial string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), fc.string({ maxLength: 20 }), (before, after) => {
        const route = parseRoute(`${before}{number}${after}`);
        if (route === null) return;
        expect(route.gateway).toMatch(/^[A-Za-z0-9_.:-]{1,60}$/);
        expect(endpointWith(route, '911')).toMatch(/^[A-Za-z0-9_./@:;=-]+$/);
      }),
      { numRuns: 5000 },
    );
  });
});
