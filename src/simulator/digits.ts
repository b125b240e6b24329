/**
 * How FreeSWITCH 1.10 reads digits, as plain data: switch_ivr_collect_digits_count (switch_ivr.c), switch_ivr_read and
 * switch_play_and_get_digits (switch_ivr_play_say.c). Times are milliseconds of any one clock.
 */
export type ReadOptions = {
  min: number;
  max: number;
  /** Characters that end the entry; `+#` also leaves the `#` among the digits, a leading `=` demands a terminator. */
  terminators: string;
  /** Patience before the first digit, from the end of the prompt. */
  firstTimeoutMs: number;
  digitTimeoutMs: number;
};

/** Digits that are being collected. */
export type Reading = {
  digits: string;
  terminator: string;
  sinceMs: number;
  /** Milliseconds after `sinceMs` at which patience ends. */
  timeoutMs: number;
};

export type ReadEnd = 'complete' | 'timeout' | 'hangup';

/** What `switch_ivr_read` leaves behind. */
export type ReadResult = {
  /** `read_result`. */
  result: 'success' | 'timeout' | 'failure';
  /** For the variable; empty leaves it unset. */
  digits: string;
  /** For `read_terminator_used`, which FreeSWITCH sets but never clears; empty leaves it as it was. */
  terminator: string;
};

/** After the prompt: `promptDigit` is the digit that cut it short, if any. `complete` when that is all it takes. */
export function beginReading(options: ReadOptions, promptDigit: string, nowMs: number): Reading | 'complete' {
  if (promptDigit !== '' && promptDigit.length >= options.max) return 'complete';
  const reading: Reading = {
    digits: promptDigit,
    terminator: '',
    sinceMs: nowMs,
    timeoutMs: promptDigit === '' ? options.firstTimeoutMs : options.digitTimeoutMs,
  };
  if (promptDigit !== '' && options.terminators.includes(promptDigit)) {
    reading.terminator = promptDigit;
    reading.digits = '';
  }
  return reading;
}

/** Takes one digit; true when the entry is complete. */
export function takeDigit(options: ReadOptions, reading: Reading, digit: string, nowMs: number): boolean {
  reading.sinceMs = nowMs;
  reading.timeoutMs = options.digitTimeoutMs;
  if (options.terminators.includes(digit)) {
    reading.terminator = digit;
    return true;
  }
  reading.digits += digit;
  return reading.digits.length >= options.max;
}

/** On a hangup the frame loop ends with its last status, which is success: partial digits count as an entry. */
export function readResult(options: ReadOptions, reading: Reading, end: ReadEnd): ReadResult {
  const { terminator } = reading;
  let { digits } = reading;
  const kept = terminator !== '' && options.terminators.indexOf(terminator) > 0;
  if (kept && options.terminators[options.terminators.indexOf(terminator) - 1] === '+') digits += terminator;
  const lacksTerminator = options.terminators.startsWith('=') && terminator === '';
  const tooShort = lacksTerminator || digits.length < options.min;
  const result = tooShort ? 'failure' : end === 'timeout' ? 'timeout' : 'success';
  if (options.max === 1 && digits.length === 1 && options.terminators.includes(digits)) digits = '';
  return { result, digits, terminator };
}

/** What `play_and_get_digits` does after one read. */
export type Verdict =
  /** Done; `digits` stays in the variable. */
  | { kind: 'accept' }
  /** Plays the bad-input file and asks again, while tries are left. */
  | { kind: 'again' }
  /** The same, but the variable is cleared and the digits go into `<variable>_invalid`. */
  | { kind: 'mismatch' };

/**
 * `terminatorEverUsed` is whether `read_terminator_used` is set, by this read or any before it: with `min` 0 FreeSWITCH
 * takes even a time-out for an empty entry once the caller has keyed a terminator at any earlier prompt.
 */
export function judge(options: ReadOptions, read: ReadResult, regex: string, terminatorEverUsed: boolean): Verdict {
  if (options.min === 0 && read.digits === '' && terminatorEverUsed) return { kind: 'accept' };
  if (read.result === 'failure' || read.digits === '') return { kind: 'again' };
  if (regex === '' || matches(read.digits, regex)) return { kind: 'accept' };
  return { kind: 'mismatch' };
}

/** The expression matches anywhere in the digits unless it is anchored; one that does not compile matches nothing. */
function matches(digits: string, regex: string): boolean {
  try {
    return new RegExp(regex).test(digits);
  } catch {
    return false;
  }
}
