import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createReading } from '../../../src/freeswitch/outbound/reading.ts';

const large = 64 * 1024;

function peers() {
  const reading = createReading();
  const done: string[] = [];
  const paused = new Set<string>();
  const send = (name: string, bytes: number) =>
    reading.arrived({ pause: () => paused.add(name) as never, resume: () => paused.delete(name) as never }, bytes, () =>
      done.push(name),
    );
  return { done, paused, send };
}

it('handles what one peer sends at once', () => {
  const { done, paused, send } = peers();
  send('a', large);
  send('b', 10_000);
  expect(done).toEqual(['a', 'b']);
  expect(paused.size).toBe(0);
});

it('handles a few large pieces a turn, small ones before them, and reads on only where a piece was handled', async () => {
  const { done, paused, send } = peers();
  const many = Array.from({ length: 50 }, (_, at) => `large ${at}`);
  for (const name of many) send(name, large);
  send('small', 10_000);
  expect(done).toEqual([...many.slice(0, 4), 'small']);
  expect([...paused]).toEqual(many.slice(4));
  await nextTurn();
  send('another small one', 10_000);
  expect(done.length).toBeLessThan(12);
  expect(done.at(-1)).toBe('another small one');
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  expect(done.filter((name) => name.startsWith('large'))).toEqual(many);
  expect(paused.size).toBe(0);
});
