import { createBag, createRegister } from '../../src/words/short-lived.ts';

/**
 * A program of its own, since other things in memory would count: writes the megabytes that stay of 2,000 things of some 10 KB, of which 50
 * are here at a time, in what its argument names. Needs `--expose-gc`.
 */
type Coming = (thing: object) => () => void;

const bag = createBag();
const register = createRegister<number, object>();
const map = new Map<number, object>();
let keys = 0;

const kinds: Readonly<Record<string, Coming>> = {
  bag: (thing) => bag.add(thing),
  register(thing) {
    const key = (keys += 1);
    register.set(key, thing);
    return () => register.take(key);
  },
  map(thing) {
    const key = (keys += 1);
    map.set(key, thing);
    return () => map.delete(key);
  },
};

/** As V8 collects what is young by itself, every few moments. */
function collectYoung(): void {
  globalThis.gc?.({ type: 'minor' });
}

function leftBehind(come: Coming): number {
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

const come = kinds[process.argv[2] ?? ''];
if (come === undefined) throw new Error(`one of ${Object.keys(kinds).join(', ')}`);
process.stdout.write(leftBehind(come).toFixed(1));
