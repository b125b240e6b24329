import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBag, createRegister } from '../../src/words/short-lived.ts';

const leftBehind = (kind: 'bag' | 'register' | 'map'): number =>
  Number(execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'left-behind.ts'), kind]));

describe('what comes and goes', () => {
  it('leaves nothing behind that only a full collection would find', () => {
    expect(leftBehind('bag')).toBeLessThan(2);
    expect(leftBehind('register')).toBeLessThan(2);
    // What it is there for: if this fails, V8 has mended it.
    expect(leftBehind('map')).toBeGreaterThan(2);
  });

  it('is there until it is taken out, once', () => {
    const bag = createBag<{ name: string }>();
    const [one, other] = [{ name: 'one' }, { name: 'other' }];
    const leave = bag.add(one);
    bag.add(other);
    bag.add(one);
    expect([bag.size(), bag.all()]).toEqual([3, [one, other, one]]);
    expect([leave(), leave(), bag.size(), bag.all()]).toEqual([true, false, 2, [other, one]]);

    const register = createRegister<string, { name: string }>();
    register.set('a', one);
    register.set('a', other);
    register.set('b', one);
    expect([register.get('a'), register.take('a'), register.take('a'), register.get('a')]).toEqual([
      ...[other, other, undefined, undefined],
    ]);
    expect([register.takeAll(), register.takeAll()]).toEqual([[one], []]);
  });
});
