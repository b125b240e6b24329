import { beginReading, judge, readResult, takeDigit } from './digits.ts';
import type { ReadEnd, ReadOptions, ReadResult } from './digits.ts';
import { later } from './call.ts';
import type { Call, Run } from './call.ts';
import { dequeue, tellKeying } from './keys.ts';
import { isUp } from './leg.ts';
import { hear } from './media.ts';
import { keyFor } from './phone.ts';
import { finish } from './running.ts';
import { separate } from './tokens.ts';
import { getVariable, setVariable } from './variables.ts';

type Played = { end: 'played' } | { end: 'digit'; digit: string } | { end: 'hangup' };

/**
 * What digits do to a file that plays: `take` hands the first one back and stops; `playback` swallows them and stops at a
 * terminator (mod_dptools.c, on_dtmf); `leave` keeps them for what comes next.
 */
type OnDigits = 'take' | 'playback' | 'leave';

export function play(call: Call, run: Run, file: string, onDigits: OnDigits, done: (played: Played) => void): void {
  const silent = file === '' || file.toLowerCase() === 'silence';
  if (silent) {
    done({ end: 'played' });
    return;
  }
  if (!file.startsWith('silence_stream:')) {
    if (onDigits !== 'take') tellKeying(call);
    hear(call, file);
  }
  const totalMs = call.core.promptMs(file);
  let playedMs = 0;
  let sinceUs = call.core.clock.nowUs();
  let cancel = (): void => undefined;
  let ended = false as boolean;
  const stop = (): void => {
    cancel();
    playedMs = Math.min(totalMs, playedMs + Math.floor((call.core.clock.nowUs() - sinceUs) / 20_000) * 20);
  };
  const goOn = (): void => {
    sinceUs = call.core.clock.nowUs();
    cancel = later(call, totalMs - playedMs, () => {
      playedMs = totalMs;
      end({ end: 'played' });
    });
  };
  const end = (played: Played): void => {
    ended = true;
    if (played.end !== 'played') stop();
    run.onDigit = null;
    run.onHangup = null;
    run.onCovered = null;
    run.onUncovered = null;
    const { variables } = call.caller;
    setVariable(variables, 'playback_last_offset_pos', `${playedMs * 8}`);
    setVariable(variables, 'playback_seconds', `${Math.floor(playedMs / 1000)}`);
    setVariable(variables, 'playback_ms', `${playedMs}`);
    setVariable(variables, 'playback_samples', `${playedMs * 8}`);
    done(played);
  };
  run.onHangup = () => end({ end: 'hangup' });
  if (onDigits !== 'leave') {
    run.onDigit = () => {
      const digit = dequeue(call);
      if (onDigits === 'take') {
        end({ end: 'digit', digit });
        return;
      }
      const terminators = getVariable(call.caller.variables, 'playback_terminators') ?? '*';
      if (terminators === 'any' || (terminators !== 'none' && terminators.includes(digit))) {
        setVariable(call.caller.variables, 'playback_terminator_used', digit);
        call.keying = (call.keying ?? '') + digit;
        if (digit === '#') tellKeying(call);
        end({ end: 'digit', digit });
      } else if (call.dtmf !== '') run.onDigit?.();
    };
    if (call.dtmf !== '') run.onDigit();
    if (ended) return;
  }
  if (totalMs === 0) {
    end({ end: 'played' });
    return;
  }
  run.onCovered = stop;
  run.onUncovered = goOn;
  goOn();
}

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
