import { randomUUID } from 'node:crypto';
import type { Prompt } from '../../call/prompts.ts';
import type { Command } from '../wire/command.ts';
import { noFacts } from '../facts.ts';
import { phraseOf } from '../phrases.ts';
import {
  bridgeArgument,
  setting,
  warning,
  type BridgeTarget,
  type CallLimits,
  type TalkLimits,
} from '../dial-string.ts';
import { shownCaller, type ShownCaller } from '../shown-caller.ts';

/** The variable that collected digits come back in. */
export const keyedVariable = 'billing_keyed';

/**
 * A billing code is nothing for FreeSWITCH's CDRs and recovery rows; and of an entry's terminator FreeSWITCH leaves the last
 * one where it was (switch_ivr_play_say.c, switch_ivr_read).
 */
const forgotten = { [keyedVariable]: '', read_terminator_used: '', playback_terminator_used: '' };

/** While it is set, FreeSWITCH logs no digit, and passes none on to the other leg (switch_channel.c, switch_channel_queue_dtmf). */
const secretKeys = { sensitive_dtmf: 'true' };
const passedKeys = { sensitive_dtmf: 'false' };

/** A key ends `pause` and `say`. */
const anyKey = { playback_terminators: '0123456789*#' };

/** Our dialplan takes the call back from a controller that has not said this in time (freeswitch-conf/dialplan/billing.xml). */
const claimed = { billing_unclaimed: '' };

/**
 * For every call at first. What FreeSWITCH does after a bridge, whatever the site's dialplan says: hang up after a conversation,
 * come back to us after a failed one; and that the call is ours, for FreeSWITCH's CDR (`facts`). By the api, which does not cost
 * a turn of the channel's thread as `set` does (about 20 ms each).
 */
export function takeUp(callId: string, facts: Readonly<Record<string, string>>): Command {
  const settled = { ...hungUpAfterBridge, continue_on_fail: 'true' };
  const keys = { ...secretKeys, ...anyKey, ...keysWhileRinging };
  return setVariables(callId, { ...settled, ...claimed, ...keys, ...forgotten, ...facts });
}

const hungUpAfterBridge = { hangup_after_bridge: 'true' };

/**
 * While the far end rings, FreeSWITCH takes keys off its queue, and tells of them, only where one of them would end that
 * (switch_ivr_originate.c, cancel_key). This one cannot be keyed.
 */
const keysWhileRinging = { origination_cancel_key: 'x' };

/** Before every entry but the first. */
export function forgetEntry(callId: string): Command {
  return setVariables(callId, forgotten);
}

export function answer(): Command {
  return execute('answer', '');
}

export type Collection = {
  id: string;
  /** null: the entry goes on, and nothing is to be heard. */
  prompt: Prompt | null;
  maxDigits: number;
  /** Time for the first digit after the prompt, and between digits. */
  firstDigitMs: number;
  digitMs: number;
};

/** FreeSWITCH plays nothing, and says nothing about it (switch_ivr_play_say.c, switch_ivr_read). */
const nothing = 'silence';

/**
 * Plays a prompt and collects digits up to `#`: one try, because what follows a bad entry is for the machine to say. Locked, so
 * that what is sent behind it waits for its end.
 */
export function collect(collection: Collection): Command {
  const { id, prompt, maxDigits, firstDigitMs, digitMs } = collection;
  const file = prompt === null ? nothing : phraseOf(prompt);
  // No minimum: `#` alone is an entry. The expression lets everything through: digits are judged here, not there.
  const arg = `0 ${maxDigits} 1 ${firstDigitMs} # ${file} silence_stream://10 ${keyedVariable} .+ ${digitMs}`;
  return { type: 'execute', app: 'play_and_get_digits', arg, id, lock: true };
}

/**
 * What runs between two collections, and below the ones after it. A parked channel drops every key (switch_ivr.c, switch_ivr_park);
 * this application leaves them for the next collection (mod_dptools.c, loop_playback_function: it plays without a digit handler),
 * and it takes up what is sent meanwhile. Its time runs only while nothing else does.
 */
export function hold(id: string, ms: number): Command {
  return { type: 'execute', app: 'loop_playback', arg: `silence_stream://${ms}`, id };
}

/** Says last words until a key is pressed, which comes back as that of `pause`. */
export function say(id: string, prompt: Prompt): Command {
  return { type: 'execute', app: 'playback', arg: phraseOf(prompt), id, lock: true };
}

/** Waits for one further key, which comes back in `playback_terminator_used`. */
export function pause(id: string, ms: number): Command {
  return { type: 'execute', app: 'playback', arg: `silence_stream://${ms}`, id, lock: true };
}

export type Bridge = {
  id: string;
  callId: string;
  calleeLegId: string;
  target: BridgeTarget;
  limits: CallLimits;
  extension: string;
  callerName: string;
  shown: ShownCaller;
  /** Channel variables for both legs: with them FreeSWITCH's own CDR is enough to rebuild the record. */
  facts: Readonly<Record<string, string>>;
};

/** Everything from the decision to the far end's ringing, for one packet. Throws a `DialStringError`. */
export function bridge(order: Bridge): Command[] {
  const { id, callId, calleeLegId, target, limits, facts } = order;
  const variables = {
    ...shownName(order),
    ...shownCaller(order.shown, target),
    ...facts,
  };
  return [
    { type: 'filter', legId: calleeLegId },
    // The caller's own answer, and keys, before this, are nothing to anybody.
    { type: 'events', names: 'CHANNEL_ANSWER DTMF' },
    {
      type: 'execute',
      app: 'bridge',
      arg: bridgeArgument(target, { callId, legId: calleeLegId }, variables, limits),
      id,
    },
    setVariables(callId, {
      ...(facts['billing_call_type'] === 'emergency' ? { ...noFacts, ...hungUpAfterBridge } : {}),
      ...{ ...facts, ...forgotten, ...passedKeys },
    }),
  ];
}

/** Ends the collection or the pause that runs: it comes back with what was keyed so far. */
export const breakStage = (callId: string): Command => ({ type: 'api', command: 'uuid_break', args: callId });

/** Ends the ringing, and leaves the caller's leg up even where the far end answers at this very moment. */
export function giveUpBridge(callId: string, calleeLegId: string): Command[] {
  return [
    setVariables(callId, { hangup_after_bridge: 'false' }),
    { type: 'api', command: 'uuid_kill', args: `${calleeLegId} ORIGINATOR_CANCEL` },
  ];
}

/** Keys that were pressed while the far end rang, for the conversation. */
export function passKeys(callId: string, keys: string): Command {
  return { type: 'api', command: 'uuid_recv_dtmf', args: `${callId} ${keys}` };
}

/** What is keyed in a conversation is for the far end alone. */
export const hearNoKeys: Command = { type: 'no-events', names: 'DTMF' };

/** Tells when an application begins: keys that are told of before that are none of its own. */
export const hearBeginnings: Command = { type: 'events', names: 'CHANNEL_EXECUTE' };

/** From here on a stage takes the keys. */
export const leaveKeysToStage: Command = { type: 'no-events', names: 'DTMF CHANNEL_EXECUTE' };

/** For FreeSWITCH's CDRs of both legs. */
export function accountChanged(
  callId: string,
  calleeLegId: string | null,
  facts: Readonly<Record<string, string>>,
): Command[] {
  return [callId, ...(calleeLegId === null ? [] : [calleeLegId])].map((leg) => setVariables(leg, facts));
}

/** How long the two sides may talk, from now on, and when the caller is told; in place of what was planned before. */
export function talkUntil(
  callId: string,
  calleeLegId: string,
  { maxTalkSeconds, warnAfterSeconds }: TalkLimits,
): Command[] {
  const planned: string[] = [`sched_del ${calleeLegId}`, `sched_del ${callId}`];
  if (maxTalkSeconds !== null) planned.push(`sched_hangup +${maxTalkSeconds} ${calleeLegId} ALLOTTED_TIMEOUT`);
  if (warnAfterSeconds !== null) planned.push(warning(warnAfterSeconds, callId));
  return planned.map((line): Command => {
    const [command = '', ...words] = line.split(' ');
    return { type: 'api', command, args: words.join(' ') };
  });
}

/**
 * FreeSWITCH writes a display name with a quote or a backslash into the outgoing From as it is, cannot read that From, and ends
 * the call with DESTINATION_OUT_OF_ORDER before it is placed (seen on 1.10.12). The far end is shown the number instead.
 */
function shownName({ callerName, extension }: Bridge): Record<string, string> {
  if (!/["\\]/.test(callerName)) return {};
  return { origination_caller_id_name: /^[0-9A-Za-z]{1,40}$/.test(extension) ? extension : 'unknown' };
}

/** Before last words. `facts`: how the call ends, for FreeSWITCH's CDR. */
export function beforeFarewell(callId: string, facts: Readonly<Record<string, string>>): Command {
  return setVariables(callId, { ...facts, ...forgotten, ...secretKeys });
}

/** Ends a call that is not answered, or not to be spoken to. */
export function release(callId: string, cause: string, facts: Readonly<Record<string, string>>): Command[] {
  return [setVariables(callId, { ...facts, ...forgotten }), hangUp(cause)];
}

export function hangUp(cause: string): Command {
  return execute('hangup', cause);
}

export const cutOff = (callId: string): Command => ({
  ...{ type: 'api', command: 'uuid_kill', args: `${callId} NORMAL_CLEARING` },
});

function execute(app: string, arg: string): Command & { type: 'execute' } {
  return { type: 'execute', app, arg, id: randomUUID() };
}

function setVariables(callId: string, variables: Readonly<Record<string, string>>): Command {
  const settings = Object.entries(variables).map(([name, value]) => setting(name, value));
  return { type: 'api', command: 'uuid_setvar_multi', args: `${callId} ${settings.join(';')}` };
}
