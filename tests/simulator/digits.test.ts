import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beginReading, judge, readResult, takeDigit } from '../../src/simulator/digits.ts';
import type { ReadEnd, ReadOptions, ReadResult } from '../../src/simulator/digits.ts';

const options: ReadOptions = { min: 3, max: 6, terminators: '#', firstTimeoutMs: 10_000, digitTimeoutMs: 5000 };

/** Keys the digits one after another; `end` is what happens when they are used up. */
function read(digits: string, end: ReadEnd = 'timeout', changes: Partial<ReadOptions> = {}): ReadResult {
  const with_ = { ...options, ...changes };
  const reading = beginReading(with_, '', 0);
  if (reading === 'complete') throw new Error('an empty entry is never complete');
  for (const digit of digits) if (takeDigit(with_, reading, digit, 0)) return readResult(with_, reading, 'complete');
  return readResult(with_, reading, end);
}

describe('one entry', () => {
  it.each<[string, ReadEnd, ReadResult]>([
    ['12345#', 'timeout', { result: 'success', digits: '12345', terminator: '#' }],
    ['123456', 'timeout', { result: 'success', digits: '123456', terminator: '' }],
    ['12345', 'timeout', { result: 'timeout', digits: '12345', terminator: '' }],
    // Too short: failure, and yet the digits end up in the variable.
    ['12', 'timeout', { result: 'failure', digits: '12', terminator: '' }],
    ['12#', 'timeout', { result: 'failure', digits: '12', terminator: '#' }],
    ['#', 'timeout', { result: 'failure', digits: '', terminator: '#' }],
    ['', 'timeout', { result: 'failure', digits: '', terminator: '' }],
    // Recorded: what was keyed before the hangup counts as an entry.
    ['123', 'hangup', { result: 'success', digits: '123', terminator: '' }],
    ['', 'hangup', { result: 'failure', digits: '', terminator: '' }],
  ])('%s and then %s', (digits, end, result) => {
    expect(read(digits, end)).toEqual(result);
  });

  it('with a minimum of no digits takes a terminator alone', () => {
    expect(read('#', 'timeout', { min: 0 })).toEqual({ result: 'success', digits: '', terminator: '#' });
    expect(read('', 'timeout', { min: 0 })).toEqual({ result: 'timeout', digits: '', terminator: '' });
  });

  it('keeps a terminator after + and insists on one after =', () => {
    expect(read('123#', 'timeout', { terminators: '+#' }).digits).toBe('123#');
    expect(read('123', 'timeout', { terminators: '=#' }).result).toBe('failure');
  });

  it('discards a single digit that is also a terminator', () => {
    const reading = beginReading({ ...options, min: 1, max: 1 }, '#', 0);
    expect(reading).toBe('complete');
    const cut = { digits: '#', terminator: '', sinceMs: 0, timeoutMs: 0 };
    expect(readResult({ ...options, min: 1, max: 1 }, cut, 'complete').digits).toBe('');
  });

  it('waits longer for the first digit, unless it has cut the prompt short', () => {
    expect(beginReading(options, '', 7)).toMatchObject({ digits: '', sinceMs: 7, timeoutMs: 10_000 });
    expect(beginReading(options, '1', 7)).toMatchObject({ digits: '1', sinceMs: 7, timeoutMs: 5000 });
    const reading = beginReading(options, '', 0);
    if (reading !== 'complete') takeDigit(options, reading, '1', 20);
    expect(reading).toMatchObject({ sinceMs: 20, timeoutMs: 5000 });
  });

  it('ends at once when the prompt was cut short with the terminator', () => {
    expect(beginReading(options, '#', 0)).toMatchObject({ digits: '', terminator: '#' });
  });

  it('never takes more digits than allowed, nor any after the terminator', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9*#]{0,20}$/), fc.integer({ min: 1, max: 8 }), (keys, max) => {
        const { digits, terminator } = read(keys, 'timeout', { min: 0, max });
        const untilTerminator = keys.split('#')[0] ?? '';
        expect(digits === '' ? '' : digits).toBe(
          max === 1 && keys.startsWith('#') ? '' : untilTerminator.slice(0, max),
        );
        expect(terminator).toBe(keys.includes('#') && untilTerminator.length < max ? '#' : '');
      }),
    );
  });
});

describe('play_and_get_digits judges an entry', () => {
  const entry = (digits: string, result: ReadResult['result'] = 'success'): ReadResult => ({
    digits,
    result,
    terminator: '',
  });
  it('accepts what the expression matches anywhere', () => {
    expect(judge(options, entry('12a45'), '[0-9]+', false)).toEqual({ kind: 'accept' });
    expect(judge(options, entry('12*45'), '^[0-9]+$', false)).toEqual({ kind: 'mismatch' });
    expect(judge(options, entry('12'), '', false)).toEqual({ kind: 'accept' });
  });
  it('treats an expression that does not compile as one that matches nothing', () => {
    expect(judge(options, entry('123'), '[', false)).toEqual({ kind: 'mismatch' });
  });
  it('accepts a time-out that left enough digits', () => {
    expect(judge(options, entry('123', 'timeout'), '\\d+', false)).toEqual({ kind: 'accept' });
  });
  it('asks again for a failure, and for nothing at all', () => {
    expect(judge(options, entry('12', 'failure'), '\\d+', true)).toEqual({ kind: 'again' });
    expect(judge(options, entry('', 'timeout'), '\\d+', true)).toEqual({ kind: 'again' });
  });
  it('with a minimum of no digits takes silence as an entry once any prompt has seen a terminator', () => {
    const none = { ...options, min: 0 };
    expect(judge(none, entry('', 'timeout'), '.+', true)).toEqual({ kind: 'accept' });
    expect(judge(none, entry('', 'timeout'), '.+', false)).toEqual({ kind: 'again' });
  });
});
