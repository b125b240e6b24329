import { beginReading, judge, readResult, takeDigit } from './digits.ts';
import type { ReadEnd, ReadOptions, ReadResult } from './digits.ts';
import { later } from './call.ts';
import type { Call, Run } from './call.ts';
import { dequeue, tellKeying } from './keys.ts';
import { isUp } from './leg.ts';
import { keyFor } from './phone.ts';
import { play } from './play.ts';
import { finish } from './running.ts';
import { separate } from './tokens.ts';
import { getVariable, setVariable } from './variables.ts';

/** switch_ivr_read: one prompt, one entry. `null`: the prompt did not end well, and nothing was read. */
function read(
  call: Call,
  run: Run,
  options: ReadOptions & { file: string; variable: string },
  done: (result: ReadResult | null) => void,
): void {
  const { variables } = call.caller;
  setVariable(variables, 'read_result', null);
  if (options.variable !== '') setVariable(variables, options.variable, null);
  if (options.max > 127) {
    done(null);
    return;
  }
  if (isAudible(options.file)) {
    tellKeying(call);
    call.keying = '';
    call.prompts += 1;
    keyFor(call, call.prompts);
  }
  play(call, run, options.file, 'take', (played) => {
    if (played.end === 'hangup') {
      done(null);
      return;
    }
    collect(call, run, options, played.end === 'digit' ? played.digit : '', (result) => {
      call.keying = `${call.keying ?? ''}${result.digits}${result.terminator}`;
      // All that was asked for, and no terminator: the entry may go on.
      if (result.terminator !== '' || result.digits.length < options.max) tellKeying(call);
      if (result.terminator !== '') setVariable(variables, 'read_terminator_used', result.terminator);
      setVariable(variables, 'read_result', result.result);
      if (options.variable !== '') setVariable(variables, options.variable, result.digits);
      done(result);
    });
  });
}

/** A caller reacts to what is heard. */
const isAudible = (file: string): boolean => file !== '' && file.toLowerCase() !== 'silence';

function collect(
  call: Call,
  run: Run,
  options: ReadOptions,
  promptDigit: string,
  done: (result: ReadResult) => void,
): void {
  const nowMs = (): number => call.core.clock.nowUs() / 1000;
  const begun = beginReading(options, promptDigit, nowMs());
  if (begun === 'complete') {
    done(readResult(options, { digits: promptDigit, terminator: '', sinceMs: 0, timeoutMs: 0 }, 'complete'));
    return;
  }
  let cancel = (): void => undefined;
  const end = (how: ReadEnd): void => {
    cancel();
    run.onDigit = null;
    run.onHangup = null;
    run.onBreak = null;
    done(readResult(options, begun, how));
  };
  const wait = (): void => {
    cancel();
    cancel = later(call, Math.max(0, begun.sinceMs + begun.timeoutMs - nowMs()), () => {
      // Another application on top of this one holds its clock up.
      if (call.stack.at(-1) === run) end('timeout');
      else wait();
    });
  };
  const takeAll = (): void => {
    let taken = false;
    for (let digit = dequeue(call); digit !== ''; digit = dequeue(call)) {
      taken = true;
      if (takeDigit(options, begun, digit, nowMs())) {
        end('complete');
        return;
      }
    }
    if (taken) wait();
  };
  if (begun.terminator !== '') {
    end('complete');
    return;
  }
  run.onHangup = () => end('hangup');
  run.onBreak = () => end('complete');
  run.onDigit = takeAll;
  wait();
  takeAll();
}

const number = (text: string | undefined): number => Math.max(0, Number.parseInt(text ?? '', 10) || 0);

/** `play_and_get_digits min max tries timeout terminators file invalid_file variable regex digit_timeout`. */
export function playAndGetDigits(call: Call, run: Run): void {
  const args = separate(run.arg, ' ', 11);
  const min = number(args[0]);
  const timeoutMs = Math.max(1000, number(args[3]));
  const options = {
    ...{ min, max: Math.max(min, number(args[1])), terminators: args[4] ?? '#', file: args[5] ?? '' },
    ...{ firstTimeoutMs: timeoutMs, digitTimeoutMs: number(args[9]) || timeoutMs, variable: args[7] ?? '' },
  };
  const badFile = args[6] ?? '';
  const regex = args[8] ?? '';
  const { variables } = call.caller;
  if (regex !== '' && options.variable !== '') setVariable(variables, `${options.variable}_invalid`, null);
  const attempt = (triesLeft: number): void => {
    if (triesLeft <= 0 || !isUp(call.caller)) {
      finish(call, run);
      return;
    }
    read(call, run, options, (result) => {
      if (result !== null) {
        const verdict = judge(options, result, regex, getVariable(variables, 'read_terminator_used') !== null);
        if (verdict.kind === 'accept') {
          finish(call, run);
          return;
        }
        if (verdict.kind === 'mismatch') {
          setVariable(variables, options.variable, null);
          setVariable(variables, `${options.variable}_invalid`, result.digits);
        }
      }
      if (!isUp(call.caller)) {
        finish(call, run);
        return;
      }
      play(call, run, badFile, 'leave', () => attempt(triesLeft - 1));
    });
  };
  attempt(number(args[2]));
}

/** `read min max file variable timeout terminators digit_timeout`. */
export function readDigits(call: Call, run: Run): void {
  const args = separate(run.arg, ' ', 7);
  const min = Math.max(1, number(args[0]));
  const timeoutMs = Math.max(1000, number(args[4]));
  const options = {
    ...{ min, max: Math.max(min, number(args[1])), terminators: args[5] ?? '#', file: args[2] ?? '' },
    ...{ firstTimeoutMs: timeoutMs, digitTimeoutMs: number(args[6]) || timeoutMs, variable: args[3] ?? '' },
  };
  read(call, run, options, () => finish(call, run));
}
