import { expect, it } from '@jest/globals';
import { fasterClock } from '../../src/simulator/clock.ts';

it('after the machine has stood still, what is due runs in the order in which it is due', async () => {
  const clock = fasterClock(1);
  const ran: string[] = [];
  const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  const last = Promise.withResolvers<undefined>();
  clock.after(100, () => ran.push('a key of another call'));
  standStill(20);
  clock.after(100, () => ran.push('time-out'));
  clock.after(150, () => last.resolve(undefined));
  const taken = clock.after(80, () => ran.push('taken back'));
  clock.after(90, () => ran.push('key'));
  taken();
  standStill(300);
  await last.promise;
  expect(ran).toEqual(['a key of another call', 'key', 'time-out']);
});
