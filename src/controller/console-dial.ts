import type { Config } from '../config/schema.ts';
import { bareEndpoint } from '../freeswitch/dial-string.ts';
import { parseRoute } from '../freeswitch/route.ts';
import type { DialPlan } from '../numbers/dial-plan.ts';
import { clickToDial, phoneSeconds } from '../operations/click-to-dial.ts';
import { withFreeSwitch } from '../operations/doctor/freeswitch-answers.ts';
import type { Dialer } from '../web/parts.ts';
import { systemClock } from '../words/clock.ts';
import { messageOf } from '../words/thrown.ts';

/** FreeSWITCH answers once the phone does. */
const replyMs = (phoneSeconds + 5) * 1000;

/** Has phones call numbers, over FreeSWITCH's own event socket; on the console's thread. */
export function dialerOf({ freeswitch, routes }: Config, plan: DialPlan): Dialer {
  return async (call) => {
    if (freeswitch.host === '')
      return { ok: false, problem: 'FreeSWITCH’s event socket is not configured (freeswitch.host).' };
    const route = routes.internal.map(parseRoute).find((one) => one !== null);
    if (route === undefined) return { ok: false, problem: 'There is no route to extensions (routes.internal).' };
    try {
      const endpoint = bareEndpoint({ route, number: call.extension, e164: null, plan });
      return await withFreeSwitch(freeswitch, replyMs, (ask) =>
        clickToDial({ ...call, endpoint }, { ask, clock: systemClock }),
      );
    } catch (error) {
      return { ok: false, problem: messageOf(error) };
    }
  };
}
