import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bridgeArgument, DialStringError, isRoute } from '../../src/esl/dial-string.ts';
import { parseDialString } from '../../src/simulator/dial-string.ts';

const route = 'sofia/gateway/carrier/{number}';

describe('the argument of bridge', () => {
  it('is what FreeSWITCH expects', () => {
    expect(
      bridgeArgument(
        { route, number: '8016424655', e164: '+18016424655' },
        { origination_uuid: 'a-b', originate_timeout: '60' },
        3600,
      ),
    ).toBe(
      "{origination_uuid=a-b,originate_timeout=60,execute_on_answer='sched_hangup +3600 ALLOTTED_TIMEOUT'}sofia/gateway/carrier/8016424655",
    );
  });

  it('puts the E.164 number without + where the route asks for it', () => {
    const target = { route: 'sofia/gateway/carrier/{e164}', number: '8016424655', e164: '+18016424655' };
    expect(bridgeArgument(target, {}, null)).toBe('{}sofia/gateway/carrier/18016424655');
  });

  it('takes any number and any value either as they are, or not at all', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (number, value) => {
          let built: string;
          try {
            built = bridgeArgument({ route, number, e164: null }, { billing_called: value }, null);
          } catch (error) {
            expect(error).toBeInstanceOf(DialStringError);
            return;
          }
          expect(built).toBe(`{billing_called=${value}}sofia/gateway/carrier/${number}`);
          expect(number).toMatch(/^[0-9+*#]+$/);
          expect(value).toMatch(/^[A-Za-z0-9_.:+*#-]*$/);
          expect(parseDialString(built)).toHaveLength(1);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    '',
    'sofia/gateway/x',
    '{number}{number}',
    'sofia/gateway/x/{number},loopback/1',
    'a b{number}',
    '{x}{number}',
  ])('takes no route %j', (text) => expect(isRoute(text)).toBe(false));
});
