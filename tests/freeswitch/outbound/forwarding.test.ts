import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forwardingPhone } from '../../../src/freeswitch/outbound/forwarding.ts';
import { underLoad } from '../../support/load.ts';

describe('the phone that forwarded a call', () => {
  it.each([
    ['<sip:201@10.0.0.2>;reason=unconditional', '201'],
    ['sip:201@10.0.0.2;reason=no-answer', '201'],
    ['"Smith, John" <sip:201@10.0.0.2>;reason=user-busy;counter=1', '201'],
    ['"a \\"<sip:999@x>\\" b" <sip:201@10.0.0.2>', '201'],
    ['<tel:+1-801-555-0199;ext=4>;reason=unknown', '+18015550199'],
    ['<SIPS:201;phone-context=x:secret@pbx.example>', '201'],
    ['<sip:%2B18015550199@10.0.0.2;user=phone>', '+18015550199'],
    // The last one to forward comes first.
    ['<sip:202@10.0.0.2>;reason=no-answer, <sip:201@10.0.0.2>;reason=unconditional', '202'],
    ['<sip:10.0.0.2>, <sip:201@10.0.0.2>', '201'],
  ])('by Diversion: %s', (diversion, phone) => {
    expect(forwardingPhone(diversion, '', '8016424655')).toBe(phone);
    expect(forwardingPhone(diversion, '<sip:203@10.0.0.2>;index=1', '8016424655')).toBe(phone);
  });

  it.each([
    ['<sip:201@10.0.0.2>;index=1', '201'],
    ['<sip:201@10.0.0.2?Reason=SIP%3Bcause%3D302>;index=1, <sip:8016424655@10.0.0.9>;index=1.1', '201'],
    [
      '<sip:201@10.0.0.2>;index=1, <sip:202@10.0.0.2>;index=1.1;mp=1, <sip:8016424655@x;cause=408>;index=1.1.1;mp=1.1',
      '202',
    ],
  ])('by History-Info: %s', (history, phone) => {
    expect(forwardingPhone('', history, '8016424655')).toBe(phone);
  });

  it.each([
    ['', ''],
    // A phone that dialled itself: the way of the call has nobody else in it.
    ['', '<sip:8016424655@10.0.0.9>;index=1'],
    ['<sip:10.0.0.2>;reason=unknown', ''],
    ['nonsense', 'nonsense'],
    ['<sip:20 1|x@10.0.0.2>', ''],
    ['<sip:201%0Aapi@10.0.0.2>', ''],
    [`<sip:${'2'.repeat(41)}@10.0.0.2>`, ''],
    ['"<sip:201@10.0.0.2>"', ''],
  ])('is null for %j and %j', (diversion, history) => {
    expect(forwardingPhone(diversion, history, '8016424655')).toBeNull();
  });

  it('is a number or null for any input, and is found at once', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '"',
      '\\',
      ',',
      ';',
      ':',
      '@',
      'sip:',
      'tel:',
      '201',
      '%',
      '%0a',
      ' ',
      'é',
    );
    const text = fc.array(pieces, { maxLength: 200 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (diversion, history) => {
        const began = performance.now();
        const phone = forwardingPhone(diversion, history, '9');
        expect(performance.now() - began).toBeLessThan(underLoad(100));
        if (phone !== null) expect(phone).toMatch(/^[+*#0-9A-Za-z_]{1,40}$/);
      }),
    );
    const began = performance.now();
    for (const piece of ['"', '<', '\\"', ',', '<sip:', '"<', 'sip:201@x,']) {
      forwardingPhone(piece.repeat(30_000), piece.repeat(30_000), '9');
    }
    expect(performance.now() - began).toBeLessThan(underLoad(1_000));
  });
});
