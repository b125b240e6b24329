import { tell } from './call.ts';
import type { Call } from './call.ts';
import { field } from './leg.ts';
import { getVariable, isTrue } from './variables.ts';

/** Takes the next keyed digit off the queue, as switch_channel_dequeue_dtmf does. */
export function dequeue(call: Call): string {
  const digit = call.dtmf.charAt(0);
  if (digit === '') return '';
  call.dtmf = call.dtmf.slice(1);
  // Of a sensitive digit nobody is told (switch_channel.c, switch_channel_dequeue_dtmf).
  if (isTrue(getVariable(call.caller.variables, 'sensitive_dtmf') ?? '')) return digit;
  call.caller.digitsDialed += digit;
  const extra = field('DTMF-Digit', digit) + field('DTMF-Duration', 800) + field('DTMF-Source', 'ENDPOINT');
  call.core.events.fire(call.caller, 'DTMF', '', extra);
  return digit;
}

/** A parked channel takes every key and does nothing with it (switch_ivr.c, switch_ivr_park). */
export function dropKeys(call: Call): void {
  while (call.dtmf !== '') dequeue(call);
}

/** The entry is over: the caller hears something else, or is through. */
export function tellKeying(call: Call): void {
  const digits = call.keying;
  call.keying = null;
  if (digits === null) return;
  call.result.keyed.push(digits);
  if (digits !== '') tell(call, { kind: 'keyed', digits });
}
