import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { createBag, createRegister } from '../../src/words/short-lived.ts';

setFlagsFromString('--expose-gc');
/** As V8 collects what is young by itself, every few moments. */
const collectYoung = runInNewContext("() => gc({ type: 'minor' })") as () => void;

/** Megabytes that stay in memory of 2,000 things of some 10 KB, of which 50 are here at a time. `come` answers what lets one go. */
function leftBehind(come: (thing: object) => () => void): number {
  const here: (() => void)[] = [];
  collectYoung();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 2_000; at += 1) {
    here.push(come(Array.from({ length: 250 }, (_, one) => ({ one }))));
    if (here.length > 50) here.shift()?.();
    // The first are here for so long that they come into the old generation, and nothing after them.
    if (at % 150 === 0 || at < 50) collectYoung();
  }
  collectYoung();
  return (process.memoryUsage().heapUsed - before) / 2 ** 20;
}

describe('what comes and goes', () => {
  it('leaves nothing behind that only a full collection would find', () => {
    const bag = createBag();
    const register = createRegister<number, object>();
    expect(leftBehind((thing) => bag.add(thing))).toBeLessThan(4);
    let keys = 0;
    const inRegister = leftBehind((thing) => {
      const key = (keys += 1);
      register.set(key, thing);
      return () => register.take(key);
    });
    expect(inRegister).toBeLessThan(4);
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
