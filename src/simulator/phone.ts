import { later } from './call.ts';
import type { Call } from './call.ts';
import { dropKeysWhereParked, hangUp } from './running.ts';
import { isUp } from './leg.ts';
import type { KeyStep } from './script.ts';

/** One key of the caller's phone. */
export function press(call: Call, digit: string): void {
  if (!isUp(call.caller)) return;
  call.dtmf += digit;
  call.stack.at(-1)?.onDigit?.();
  dropKeysWhereParked(call);
}

export function callerHangsUp(call: Call): void {
  const cause = call.caller.answerState === 'answered' ? 'NORMAL_CLEARING' : 'ORIGINATOR_CANCEL';
  hangUp(call, cause, 'caller');
}

/** A prompt asks for digits for the n-th time (from 1): keys what the script has for it. */
export function keyFor(call: Call, prompt: number): void {
  const { keys = [], outOfKeys = 'wait' } = call.script;
  // Whoever types ahead has answered this prompt before it came.
  if (call.typing > 0) return;
  const step = keys[prompt - 1];
  if (step === undefined) {
    if (outOfKeys === 'hang-up') later(call, call.core.paceMs, () => callerHangsUp(call));
    return;
  }
  keyStep(call, step);
}

/** Keys what the script has for this; once. */
export function keyUnasked(call: Call, when: 'whilePlaying' | 'whileRinging'): void {
  const step = call.script.unasked?.[when];
  // Nobody keys two things at once.
  if (step === undefined || call.unasked.has(when) || call.typing > 0) return;
  call.unasked.add(when);
  // Of a caller who is hung up meanwhile, only the keys before that.
  const note = (digit: string): void => {
    if (when === 'whileRinging') call.result.keyedWhileRinging = `${call.result.keyedWhileRinging ?? ''}${digit}`;
  };
  keyStep(call, step, note);
}

function keyStep(call: Call, step: KeyStep, note: (digit: string) => void = () => undefined): void {
  const { keyIntervalMs = 0 } = call.script;
  const { digits, afterMs = 0, thenHangUp = false } = typeof step === 'string' ? { digits: step } : step;
  const key = (at: number): void => {
    if (!isUp(call.caller)) return;
    const digit = digits.charAt(at);
    if (digit !== '') {
      call.typing -= 1;
      note(digit);
      press(call, digit);
    }
    if (at + 1 < digits.length) {
      if (keyIntervalMs === 0) key(at + 1);
      else later(call, keyIntervalMs, () => key(at + 1));
    } else if (thenHangUp) later(call, keyIntervalMs, () => callerHangsUp(call));
  };
  call.typing += digits.length;
  if (digits !== '' || thenHangUp) later(call, afterMs, () => key(0));
}
