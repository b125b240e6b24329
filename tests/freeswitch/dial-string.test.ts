import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bridgeArgument, DialStringError } from '../../src/freeswitch/dial-string.ts';
import { parseRoute, type Route } from '../../src/freeswitch/route.ts';
import { northAmerica } from '../support/north-america.ts';
import { parseDialString } from '../../src/simulator/dial-string.ts';

const plan = northAmerica;

function routeOf(text: string): Route {
  const route = parseRoute(text);
  if (route === null) throw new Error(`${text} is no route`);
  return route;
}
const route = routeOf('sofia/gateway/carrier/{number}');

const unlimited = { ringSeconds: 30, gatewaySeconds: null, maxTalkSeconds: null, warnAfterSeconds: null };
const ids = { callId: 'c-d', legId: 'a-b' };

describe('the argument of bridge', () => {
  it('is what FreeSWITCH expects', () => {
    expect(
      bridgeArgument(
        { route, number: '8016424655', e164: '+18016424655', plan },
        ids,
        {},
        { ringSeconds: 60, gatewaySeconds: null, maxTalkSeconds: 3600, warnAfterSeconds: 3570 },
      ),
    ).toBe(
      "{origination_uuid=a-b,originate_timeout=60,api_on_originate='sched_hangup +61 a-b NO_ANSWER'," +
        "api_on_answer_1='sched_del a-b',api_on_answer_2='sched_hangup +3600 a-b ALLOTTED_TIMEOUT'," +
        "api_on_answer_3='sched_broadcast +3570 c-d phrase:billing_end_is_near:soon aleg'}" +
        'sofia/gateway/carrier/8016424655',
    );
  });

  it.each([
    ['{number}', '0118016424655', '8016424655'],
    ['{e164}', '18016424655', '442079460000'],
    ['{+e164}', '+18016424655', '+442079460000'],
    ['{national}', '8016424655', '011442079460000'],
  ])('has the called number in the form that the route asks for: %s', (form, home, abroad) => {
    const route = routeOf(`sofia/gateway/carrier/${form}`);
    const to = (number: string, e164: string | null) =>
      bridgeArgument({ route, number, e164, plan }, ids, {}, unlimited).replace(/^\{.*\}sofia\/gateway\/carrier\//, '');
    expect(to('0118016424655', '+18016424655')).toBe(home);
    expect(to('8016424655', '+442079460000')).toBe(abroad);
    // An emergency number or an extension has no E.164: it goes out as it is.
    expect(to('911', null)).toBe('911');
  });

  it('contains any number and any value unchanged, or not at all', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 30 });
    // Of anything at all hardly one in thousands gets as far as a bridge.
    const aNumber = fc.oneof(anything, fc.stringMatching(/^[0-9+*#]{1,30}$/));
    const aValue = fc.oneof(anything, fc.stringMatching(/^[A-Za-z0-9_.:+*#-]{0,30}$/));
    let bridged = 0;
    fc.assert(
      fc.property(aNumber, aValue, (number, value) => {
        let built: string;
        try {
          built = bridgeArgument({ route, number, e164: null, plan }, ids, { billing_called: value }, unlimited);
        } catch (error) {
          expect(error).toBeInstanceOf(DialStringError);
          return;
        }
        bridged += 1;
        expect(built.startsWith(`{origination_uuid=a-b,billing_called=${value},originate_timeout=30,`)).toBe(true);
        expect(built.endsWith(`}sofia/gateway/carrier/${number}`)).toBe(true);
        expect(number).toMatch(/^[0-9+*#]+$/);
        expect(value).toMatch(/^[A-Za-z0-9_.:+*#-]*$/);
        expect(parseDialString(built)).toHaveLength(1);
      }),
      { numRuns: 5000 },
    );
    expect(bridged).toBeGreaterThan(500);
  });
});
