import { randomUUID } from 'node:crypto';
import type { Clock } from '../words/clock.ts';
import type { Result } from '../words/result.ts';
import { messageOf } from '../words/thrown.ts';
import type { AskFreeSwitch } from './doctor/freeswitch-answers.ts';
import { asTheyAre, offerCodecs, promptMs } from './test-call/test-call.ts';

export type Click = {
  /** The phone that is called first, and whose call it is then. */
  extension: string;
  /** Where FreeSWITCH reaches it: `sofia/gateway/3cx/201`. */
  endpoint: string;
  code: string;
  number: string;
  /** What gateways are offered: `PCMU,PCMA`. */
  codecs: string;
};

/** How long the phone may ring. */
export const phoneSeconds = 25;

const plain = /^[0-9*+]{1,40}$/;
const endpointText = /^[A-Za-z0-9_./@:;=*+-]+$/;
/** What is dialled for the shortcut: code and number in one go. */
const shortcut = '9';

/**
 * Calls the phone; once it is answered, a loopback goes into the dialplan as if that phone had dialled for the shortcut, and keys code
 * and number: what decides, places, prices and records any call does so with this one. The answer is the call's id.
 */
export async function clickToDial(
  { extension, endpoint, code, number, codecs }: Click,
  { ask, clock }: { ask: AskFreeSwitch; clock: Pick<Clock, 'after'> },
): Promise<Result<string>> {
  if (![extension, code, number].every((text) => plain.test(text)) || !endpointText.test(endpoint))
    return { ok: false, problem: 'extension, code and number are digits, *, +' };
  if ((await ask('module_exists', 'mod_loopback')).trim() !== 'true') {
    return { ok: false, problem: "FreeSWITCH needs mod_loopback: fs_cli -x 'load mod_loopback'" };
  }
  const [phone, loop] = [randomUUID(), randomUUID()];
  try {
    const shown = `origination_caller_id_number=${number},origination_caller_id_name=${number}`;
    const ring = `{origination_uuid=${phone},${shown},originate_timeout=${phoneSeconds},hangup_after_bridge=true}${endpoint}`;
    const answered = (await ask('originate', `${ring} &park()`)).trim();
    if (!answered.startsWith('+OK')) throw new Error(`the phone ${extension} was not answered: ${answered}`);
    const as = `origination_uuid=${loop},origination_caller_id_number=${extension},origination_caller_id_name=${extension}`;
    const placed = await ask(
      'originate',
      `{${as},hangup_after_bridge=true,${asTheyAre}}loopback/${shortcut}/billing/XML &park()`,
    );
    if (!placed.startsWith('+OK')) throw new Error(`FreeSWITCH did not place the call: ${placed.trim()}`);
    const callId = (await ask('uuid_getvar', `${loop} other_loopback_leg_uuid`)).trim();
    await offerCodecs(ask, callId, codecs);
    const bridged = (await ask('uuid_bridge', `${phone} ${loop}`)).trim();
    if (!bridged.startsWith('+OK')) throw new Error(`the phone ${extension} hung up: ${bridged}`);
    await new Promise<void>((resolve) => void clock.after(promptMs, resolve));
    await ask('uuid_send_dtmf', `${loop} ${code}**${number}#`);
    return { ok: true, value: callId };
  } catch (error) {
    await ask('uuid_kill', phone).catch(() => '');
    await ask('uuid_kill', loop).catch(() => '');
    return { ok: false, problem: messageOf(error) };
  }
}
