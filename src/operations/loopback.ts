import { pause, type Clock } from '../words/clock.ts';
import { globalVariables, type AskFreeSwitch } from './doctor/freeswitch-answers.ts';

/** Calls that FreeSWITCH places by its own loopback: into the dialplan as if a phone had dialled, with code and number keyed. */
export type LoopbackCall = {
  /** Id of the leg that keys and listens. */
  leg: string;
  /** The phone that it is to come from. */
  extension: string;
  callerName: string;
  /** What is dialled for the shortcut. */
  dialled: string;
  /** What gateways are offered: `PCMU,PCMA`. */
  codecs: string;
  /** More variables of the leg: `hangup_after_bridge=true`. */
  variables?: readonly string[];
};

/** Nothing but this goes into a command. */
const plain = /^[0-9*+]{1,40}$/;
export const arePlain = (texts: readonly string[]): boolean => texts.every((text) => plain.test(text));
export const notPlain = 'extension, code and number are digits, *, +';

export const hasLoopback = async (ask: AskFreeSwitch): Promise<boolean> =>
  (await ask('module_exists', 'mod_loopback')).trim() === 'true';

/** How the site's own FreeSWITCH is called, and what it offers gateways. */
export type SiteDialling = Pick<LoopbackCall, 'dialled' | 'codecs'>;

/** By the variables of its configuration (freeswitch-conf/vars_billing.xml). Rejects with one line. */
export async function siteDialling(ask: AskFreeSwitch): Promise<SiteDialling> {
  const variables = await globalVariables(ask);
  const codecs = variables.get('billing_codecs') ?? 'PCMU,PCMA';
  if (!/^[\w@,.]+$/.test(codecs)) throw new Error('billing_codecs of FreeSWITCH is no list such as PCMU,PCMA');
  return { dialled: dialledFor(variables.get('billing_dial_shortcut') ?? '9'), codecs };
}

/** What matches the expression: the first of its alternatives, where that is a plain number. */
function dialledFor(expression: string): string {
  const [first = ''] = expression.split('|');
  const dialled = first.replace(/^\(|\)$/g, '').replace(/\\/g, '');
  if (plain.test(dialled)) return dialled;
  throw new Error(`billing_dial_shortcut of FreeSWITCH, ${expression}, does not begin with a plain number to dial`);
}

/** Both legs of the loopback stay what they are when they are bridged (mod_loopback.c, `bowout`). */
const asTheyAre = ['loopback_bowout=false', 'loopback_bowout_on_execute=false'];

/** The answer is the id of the call, which is that of the other leg. Rejects with one line. */
export async function placeLoopback(
  ask: AskFreeSwitch,
  { leg, extension, callerName, dialled, codecs, variables = [] }: LoopbackCall,
): Promise<string> {
  const caller = [`origination_caller_id_number=${extension}`, `origination_caller_id_name=${callerName}`];
  const all = [`origination_uuid=${leg}`, ...caller, ...variables, ...asTheyAre].join(',');
  const placed = await ask('originate', `{${all}}loopback/${dialled}/billing/XML &park()`);
  if (!placed.startsWith('+OK')) throw new Error(`FreeSWITCH did not place the call: ${placed.trim()}`);
  const callId = (await ask('uuid_getvar', `${leg} other_loopback_leg_uuid`)).trim();
  await offerCodecs(ask, callId, codecs);
  return callId;
}

/** A loopback has linear audio, and FreeSWITCH would offer the gateway that alone. */
async function offerCodecs(ask: AskFreeSwitch, callId: string, codecs: string): Promise<void> {
  const exported = (await ask('uuid_getvar', `${callId} export_vars`)).trim();
  await ask('uuid_setvar', `${callId} absolute_codec_string ${codecs}`);
  await ask('uuid_setvar', `${callId} export_vars ${exported},absolute_codec_string`);
}

/** The caller's patience for the first prompt. */
const promptMs = 1_500;

export async function keyCodeAndNumber(
  ask: AskFreeSwitch,
  clock: Pick<Clock, 'after'>,
  { leg, code, number }: { leg: string; code: string; number: string },
): Promise<void> {
  await pause(clock, promptMs);
  await ask('uuid_send_dtmf', `${leg} ${code}**${number}#`);
}
