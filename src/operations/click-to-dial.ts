import { randomUUID } from 'node:crypto';
import type { Clock } from '../words/clock.ts';
import type { Result } from '../words/result.ts';
import { messageOf } from '../words/thrown.ts';
import type { AskFreeSwitch } from './doctor/freeswitch-answers.ts';
import { arePlain, hasLoopback, keyCodeAndNumber, notPlain, placeLoopback, siteDialling } from './loopback.ts';

export type Click = {
  /** The phone that is called first, and whose call it is then. */
  extension: string;
  /** Where FreeSWITCH reaches it: `sofia/gateway/3cx/201`. */
  endpoint: string;
  code: string;
  number: string;
};

/** How long the phone may ring. */
export const phoneSeconds = 25;

const endpointText = /^[A-Za-z0-9_./@:;=*+-]+$/;

/**
 * Calls the phone; once it is answered, a loopback goes into the dialplan as if that phone had dialled for the shortcut, and keys code
 * and number: it is decided, placed, priced and recorded like any other call. The answer is the call's id.
 */
export async function clickToDial(
  { extension, endpoint, code, number }: Click,
  { ask, clock }: { ask: AskFreeSwitch; clock: Pick<Clock, 'after'> },
): Promise<Result<string>> {
  if (!arePlain([extension, code, number]) || !endpointText.test(endpoint)) return { ok: false, problem: notPlain };
  if (!(await hasLoopback(ask)))
    return { ok: false, problem: "FreeSWITCH needs mod_loopback: fs_cli -x 'load mod_loopback'" };
  const [phone, loop] = [randomUUID(), randomUUID()];
  try {
    // Before any phone rings.
    const dialling = await siteDialling(ask);
    const shown = `origination_caller_id_number=${number},origination_caller_id_name=${number}`;
    const ring = `{origination_uuid=${phone},${shown},originate_timeout=${phoneSeconds},hangup_after_bridge=true}${endpoint}`;
    const answered = (await ask('originate', `${ring} &park()`)).trim();
    if (!answered.startsWith('+OK')) throw new Error(`the phone ${extension} was not answered: ${answered}`);
    const callId = await placeLoopback(ask, {
      ...{ leg: loop, extension, callerName: extension, ...dialling },
      variables: ['hangup_after_bridge=true'],
    });
    const bridged = (await ask('uuid_bridge', `${phone} ${loop}`)).trim();
    if (!bridged.startsWith('+OK')) throw new Error(`the phone ${extension} hung up: ${bridged}`);
    await keyCodeAndNumber(ask, clock, { leg: loop, code, number });
    return { ok: true, value: callId };
  } catch (error) {
    await ask('uuid_kill', phone).catch(() => '');
    await ask('uuid_kill', loop).catch(() => '');
    return { ok: false, problem: messageOf(error) };
  }
}
